"""Arguments that come through dictionaries: followed to the call that gets them."""

import pytest

from ..programs import check_reported, check_silent

KEYWORDS = {
    "literal": """
        from torchvision import models
        models.resnet18(**{'pretrained': True})
                           ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "call-of-dict": """
        from torchvision import models
        models.resnet18(**dict(pretrained=True))
                               ^^^^^^^^^^^^^^^ TVC201
    """,
    "literal-behind-a-name": """
        from torchvision import models
        kw = {'pretrained': True}
              ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "call-of-dict-behind-a-name": """
        from torchvision import models
        kw = dict(pretrained=True)
                  ^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "item-that-is-assigned": """
        from torchvision import models
        kw = {}
        kw['pretrained'] = True
        ^^^^^^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "item-assigned-in-a-branch": """
        from torchvision import models
        kw = dict()
        if a:
            kw['pretrained'] = True
            ^^^^^^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "another-item-assigned": """
        from torchvision import models
        kw = {'pretrained': True}
              ^^^^^^^^^^^^^^^^^^ TVC201
        kw['progress'] = False
        models.resnet18(**kw)
    """,
    "union-in-place": """
        from torchvision import models
        kw = {}
        kw |= {'pretrained': True}
               ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "update-by-keyword": """
        from torchvision import models
        kw = {}
        kw.update(pretrained=True)
                  ^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "update-by-a-dictionary-and-a-keyword": """
        from torchvision import models
        kw = {}
        kw.update({'pretrained': True}, progress=True)
                   ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "update-with-something-else": """
        from torchvision import models
        kw = {'pretrained': True}
              ^^^^^^^^^^^^^^^^^^ TVC201
        kw.update(progress=True)
        models.resnet18(**kw)
    """,
    "update-and-item-in-a-method": """
        from torchvision import models
        def f(self):
            kw = {}
            kw.update(pretrained=True)
                      ^^^^^^^^^^^^^^^ TVC201
            kw['a'] = 1
            return models.resnet18(**kw)
    """,
    "pop-of-something-else": """
        from torchvision import models
        def f():
            kw = {'pretrained': True, 'a': 1}
                  ^^^^^^^^^^^^^^^^^^ TVC201
            kw.pop('a')
            return models.resnet18(**kw)
    """,
    "del-of-something-else": """
        from torchvision import models
        kw = {'pretrained': True, 'a': 1}
              ^^^^^^^^^^^^^^^^^^ TVC201
        del kw['a']
        models.resnet18(**kw)
    """,
    "item-beside-another": """
        from torchvision import models
        kw = {"progress": True}
        kw["pretrained"] = True
        ^^^^^^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "setdefault": """
        from torchvision import models
        kw = {}
        kw.setdefault("pretrained", True)
                      ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "setdefault-of-what-is-there": """
        from torchvision import models
        kw = {"pretrained": True}
              ^^^^^^^^^^^^^^^^^^ TVC201
        kw.setdefault("pretrained", False)
        models.resnet18(**kw)
    """,
    "union-with-something-else": """
        from torchvision import models
        kw = {"pretrained": True}
              ^^^^^^^^^^^^^^^^^^ TVC201
        kw |= {"progress": True}
        models.resnet18(**kw)
    """,
}


@pytest.mark.parametrize("program", KEYWORDS.values(), ids=KEYWORDS)
def test_keywords_out_of_a_dictionary(program):
    check_reported(program)


MADE_OF_OTHERS = {
    "keyword-behind-another": """
        from torchvision import models
        models.resnet18(**{"progress": False, "pretrained": True})
                                              ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "unpacked-into-another": """
        from torchvision import models
        base = {"pretrained": True}
                ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**{**base, "progress": True})
    """,
    "unpacked-and-overridden": """
        from torchvision import models
        base = {"pretrained": True}
        models.resnet18(**{**base, "pretrained": False})
                                   ^^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "behind-something-unknown": """
        from torchvision import models
        models.resnet18(**{**unknown, "pretrained": True})
                                      ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "dict-of-another": """
        from torchvision import models
        base = {"pretrained": True}
                ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**dict(base, progress=True))
    """,
    "dict-of-another-with-the-keyword": """
        from torchvision import models
        base = {"progress": True}
        models.resnet18(**dict(base, pretrained=True))
                                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "dict-with-another-unpacked": """
        from torchvision import models
        base = {"pretrained": True}
                ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**dict(**base))
    """,
    "union": """
        from torchvision import models
        base = {"pretrained": True}
                ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**(base | {"progress": True}))
    """,
    "union-with-the-keyword": """
        from torchvision import models
        base = {"progress": True}
        models.resnet18(**(base | {"pretrained": True}))
                                   ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "copy": """
        from torchvision import models
        base = {"pretrained": True}
                ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**base.copy())
    """,
    "deepcopy": """
        from torchvision import models
        import copy
        base = {"pretrained": True}
                ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**copy.deepcopy(base))
    """,
    "ordered-dictionary": """
        from torchvision import models
        from collections import OrderedDict
        kw = OrderedDict(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "conditional-expression": """
        from torchvision import models
        kw = dict(pretrained=True) if p else dict()
                  ^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "or-behind-something-given": """
        from torchvision import models
        kw = given or {"pretrained": True}
                       ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw)
    """,
    "loop-over-dictionaries": """
        from torchvision import models
        for kw in [{"pretrained": True}, {"progress": False}]:
                    ^^^^^^^^^^^^^^^^^^ TVC201
            models.resnet18(**kw)
    """,
    "unpacked-one-of-two": """
        from torchvision import models
        a = {"pretrained": True} if p else {}
             ^^^^^^^^^^^^^^^^^^ TVC201
        kw = {**a, "progress": True}
        models.resnet18(**kw)
    """,
    "updated-with-one-of-two": """
        from torchvision import models
        a = {"pretrained": True} if p else {}
             ^^^^^^^^^^^^^^^^^^ TVC201
        kw = {}
        kw.update(a)
        models.resnet18(**kw)
    """,
}


@pytest.mark.parametrize("program", MADE_OF_OTHERS.values(), ids=MADE_OF_OTHERS)
def test_keywords_out_of_a_dictionary_that_is_made_of_others(program):
    check_reported(program)


NESTED = {
    "keywords-found-by-a-constant": """
        from torchvision import models
        C = {"a": {"pretrained": True}, "b": {"weights": None}}
                   ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**C["a"])
    """,
    "keywords-found-by-a-variable": """
        from torchvision import models
        C = {"a": {"pretrained": True}, "b": {"weights": None}}
                   ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**C[name])
    """,
    "keywords-that-are-assigned": """
        from torchvision import models
        C = {}
        C["a"] = {"pretrained": True}
                  ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**C["a"])
    """,
}


@pytest.mark.parametrize("program", NESTED.values(), ids=NESTED)
def test_what_is_found_in_a_dictionary(program):
    check_reported(program)


TAKEN_OUT = {
    "pop": """
        from torchvision import models
        kw = {'pretrained': True}
        kw.pop('pretrained')
        models.resnet18(**kw)
    """,
    "del": """
        from torchvision import models
        kw = {'pretrained': True}
        del kw['pretrained']
        models.resnet18(**kw)
    """,
    "pop-behind-a-union": """
        from torchvision import models
        kw = {'pretrained': True}
        kw |= {'weights': None}
        kw.pop('pretrained')
        models.resnet18(**kw)
    """,
    "clear": """
        from torchvision import models
        kw = {'pretrained': True}
        kw.clear()
        models.resnet18(**kw)
    """,
    "del-of-a-variable-key": """
        from torchvision import models
        def f():
            kw = dict(pretrained=True)
            del kw[x]
            return models.resnet18(**kw)
    """,
    "del-of-the-dictionary": """
        from torchvision import models
        kw = {'pretrained': True}
        del kw
        kw = {}
        models.resnet18(**kw)
    """,
    "union-with-something-unknown": """
        from torchvision import models
        kw = {'pretrained': True}
        kw |= other
        models.resnet18(**kw)
    """,
    "update-with-something-unknown": """
        from torchvision import models
        kw = {'pretrained': True}
        kw.update(other)
        models.resnet18(**kw)
    """,
    "update-with-unknown-keywords": """
        from torchvision import models
        kw = {'pretrained': True}
        kw.update(**other)
        models.resnet18(**kw)
    """,
    "item-with-a-variable-key": """
        from torchvision import models
        kw = {'pretrained': True}
        kw[name] = 1
        models.resnet18(**kw)
    """,
    "dictionaries-of-others": """
        from torchvision import models
        kw = {'weights': None}
        models.resnet18(**kw)
        mine(**{'pretrained': True})
    """,
    "other-keywords-found-by-a-constant": """
        from torchvision import models
        C = {"a": {"pretrained": True}, "b": {"weights": None}}
        models.resnet18(**C["b"])
    """,
    "other-keywords-found-by-get": """
        from torchvision import models
        C = {"a": {"pretrained": True}, "b": {"weights": None}}
        models.resnet18(**C.get("b"))
    """,
    "pop-of-a-variable": """
        from torchvision import models
        kw = {"pretrained": True}
        kw.pop(key)
        models.resnet18(**kw)
    """,
    "update-with-an-unknown-name": """
        from torchvision import models
        kw = {"pretrained": True}
        kw.update(unknown)
        models.resnet18(**kw)
    """,
}


@pytest.mark.parametrize("program", TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_what_is_taken_out_or_unknown_is_not_reported(program):
    check_silent(program)
