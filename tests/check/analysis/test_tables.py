"""Builders in tables: dictionaries, lists, tuples that are unpacked, and ``partial``."""

import pytest

from ..programs import check_reported, check_silent

FOUND = {
    "dictionary": """
        from torchvision import models
        nets = {'a': models.resnet18}
        nets['a'](pretrained=True)
                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "item-that-is-assigned": """
        from torchvision import models
        zoo = {}
        zoo['a'] = models.resnet18
        zoo['a'](pretrained=True)
                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "item-assigned-behind-the-function": """
        from torchvision import models
        zoo = {}
        def f():
            return zoo[a](pretrained=True)
                          ^^^^^^^^^^^^^^^ TVC201
        zoo['a'] = models.resnet18
    """,
    "item-beside-one-that-is-assigned": """
        from torchvision import models
        zoo = {'a': models.vgg11}
        zoo['b'] = mine
        zoo['c'] = models.resnet18
        zoo['a'](pretrained=True)
                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "get-of-a-dictionary": """
        from torchvision import models
        fn = {'a': models.resnet18}.get(name)
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "items-of-a-dictionary": """
        from torchvision import models
        for name, net in {'a': models.resnet18}.items():
            pass
        models.resnet18(True)
                        ^^^^ TVC201
    """,
    "items-of-a-dictionary-made-by-dict": """
        from torchvision import models
        for n, f in dict(a=models.resnet18).items():
            f(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
    "dictionary-comprehension": """
        from torchvision import models
        nets = {n: f for n, f in (('a', models.resnet18),)}
        nets['a'](pretrained=True)
                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "list": """
        from torchvision import models
        nets = [models.resnet18, models.resnet50]
        nets[0](pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "one-of-two-lists": """
        from torchvision import models
        zoo = [models.vgg11] if a else [models.resnet18]
        zoo[0](pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "loop-over-a-tuple": """
        from torchvision import models
        for net in (models.resnet18, models.resnet50):
            net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "loop-over-pairs": """
        from torchvision import models
        for n, f in [('a', models.resnet18), ('b', models.vgg16)]:
            f(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
    "loop-over-pairs-and-something-else": """
        from torchvision import models
        for f, n in [(models.resnet18, 1), other]:
            f(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
    "comprehension-over-pairs": """
        from torchvision import models
        make = [n(pretrained=p) for n, p in ((models.resnet18, True),)]
                  ^^^^^^^^^^^^ TVC201
    """,
    "unpacked-beside-a-star": """
        from torchvision import models
        first, *rest = [models.resnet18]
        x = (models.resnet50)(pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "unpacked-behind-a-name": """
        from torchvision import models
        pair = (models.resnet18, models.vgg11)
        a, b = pair
        b(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "unpacked-of-one-of-two": """
        from torchvision import models
        pair = (1, models.vgg11) if x else other
        a, b = pair
        b(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "partial": """
        import functools
        from torchvision import models
        functools.partial(models.resnet18, pretrained=True)
                                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "partial-called-later": """
        from functools import partial
        from torchvision import models
        p = partial(models.resnet18)
        p(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "partial-of-a-partial": """
        from torchvision import models
        import functools as ft
        make = ft.partial(ft.partial(models.resnet18), progress=False)
        make(pretrained=True)
             ^^^^^^^^^^^^^^^ TVC201
    """,
    "partial-by-position": """
        from torchvision import models
        from functools import partial
        partial(models.resnet18, True)
                                 ^^^^ TVC201
    """,
    "partial-of-one-of-two": """
        from torchvision import models
        from functools import partial
        partial(models.resnet18 if a else models.vgg11, pretrained=True)
                                                        ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_a_builder_out_of_a_table_is_reported(program):
    check_reported(program)


MIXED = {
    "found-by-a-constant": """
        from torchvision import models
        C = {"a": models.resnet18, "b": timm.resnet18}
        C["a"](pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "found-by-a-variable": """
        from torchvision import models
        C = {"a": models.resnet18, "b": timm.resnet18}
        C[name](pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "assigned-over-another": """
        from torchvision import models
        C = {"a": timm.resnet18}
        C["a"] = models.resnet18
        C["a"](pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "beside-a-variable-key": """
        from torchvision import models
        C = {"a": models.resnet18}
        C[name] = timm.resnet18
        C["a"](pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "assigned-to-a-variable-key": """
        from torchvision import models
        C = {}
        C[name] = models.resnet18
        C[name](pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "dict-of-pairs": """
        from torchvision import models
        Z = dict([("a", models.resnet18)])
        Z["a"](pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "dict-of-zip": """
        from torchvision import models
        Z = dict(zip(["a"], [models.resnet18]))
        Z["a"](pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "unpacked-beside-a-builder": """
        from torchvision import models
        A = {**vars(own), 'a': models.resnet18}
        A[name](pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", MIXED.values(), ids=MIXED)
def test_a_builder_beside_others_in_a_dictionary_is_reported(program):
    check_reported(program)


NOT_FOUND = {
    "other-part-that-is-unpacked": """
        from torchvision import models
        a, b = models.resnet18, mine
        b(pretrained=True)
    """,
    "list-of-others": """
        from torchvision import models
        zoo = [mine, mine]
        zoo[0](pretrained=True)
    """,
    "partial-of-others": """
        from torchvision import models
        from functools import partial
        partial()
        partial(mine, pretrained=True)
    """,
    "other-item-found-by-a-constant": """
        from torchvision import models
        C = {"a": models.resnet18, "b": timm.resnet18}
        C["b"](pretrained=True)
    """,
}


@pytest.mark.parametrize("program", NOT_FOUND.values(), ids=NOT_FOUND)
def test_tables_of_others_are_not_reported(program):
    check_silent(program)
