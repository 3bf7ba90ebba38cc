"""Builders that are handed over: to functions, to constructors of base classes, through functions that change nothing."""

import pytest

from ..programs import check_reported, check_silent

HANDED_OVER = {
    "between-functions": """
        from torchvision import models
        def _get(f):
            return f(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
        def get():
            return _get(models.resnet18)
    """,
    "by-keyword": """
        from torchvision import models
        def _get(n, *, builder):
            return builder(pretrained=True)
                           ^^^^^^^^^^^^^^^ TVC201
        def get():
            return _get(3, builder=models.resnet18)
    """,
    "through-several": """
        from torchvision import models
        def first(f):
            return f(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
        def second(f):
            return first(f)
        def third():
            return second(models.resnet18)
    """,
    "inner-function": """
        from torchvision import models
        def outer():
            def inner(f):
                return f(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
            return inner(models.resnet18)
    """,
    "base-class-by-super": """
        from torchvision import models
        class Base:
            def __init__(self, f):
                self.net = f(pretrained=True)
                             ^^^^^^^^^^^^^^^ TVC201
        class Dense(Base):
            def __init__(self):
                super().__init__(models.densenet121)
    """,
    "base-class-by-name": """
        from torchvision import models
        class Base:
            def __init__(self, f):
                self.net = f(pretrained=True)
                             ^^^^^^^^^^^^^^^ TVC201
        class Dense(Base):
            def __init__(self):
                Base.__init__(self, f=models.densenet121)
    """,
    "kept-by-a-base-class": """
        from torchvision import models
        class Base:
            def __init__(self, f):
                self.f = f
            def models(self):
                return self.f(pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
        class Dense(Base):
            def __init__(self):
                super().__init__(models.densenet121)
    """,
    "method": """
        from torchvision import models
        class A:
            def build(self, f):
                return f(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
            def go(self):
                return self.build(models.vgg16)
    """,
    "cast": """
        from typing import Any, Callable, cast
        import typing
        from torchvision import models
        f = cast(Callable[..., Any], models.resnet18)
        f(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
        typing.cast("Any", models.resnet34)(pretrained=True)
                                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "several-calls": """
        from torchvision import models
        def _get(f):
            return f(True)
                     ^^^^ TVC201
        def a():
            return _get(models.resnet18)
        def b():
            return _get(models.vgg11)
    """,
    "keywords-as-well": """
        from torchvision import models
        def _get(f, **kw):
            return f(**kw)
        def get():
            return _get(models.resnet18, pretrained=True)
                                         ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", HANDED_OVER.values(), ids=HANDED_OVER)
def test_a_builder_is_followed_to_where_it_is_called(program):
    check_reported(program)


OTHERS = {
    "builders-of-two-kinds": """
        from torchvision import models
        from mine import mobilenet
        def _get(arch, f, flag):
            return f(flag) if arch != "resnet" else f(weights=None)
        def a():
            return _get("resnet", models.resnet18, True)
        def b():
            return _get("mobilenet", mobilenet, True)
    """,
    "function-of-others": """
        from torchvision import models
        import timm
        def _get(f):
            return f("a", pretrained=True)
        def get():
            return _get(timm.create_model)
        def other():
            return models.resnet18()
    """,
    "another-parameter": """
        from torchvision import models
        def _get(f, g):
            return g(pretrained=True)
        def get():
            return _get(models.resnet18, mine)
    """,
    "another-base-class": """
        from torchvision import models
        class One:
            def __init__(self, f):
                self.net = f(pretrained=True)
        class Two:
            def __init__(self, f):
                self.net = f()
        class Three(Two):
            def __init__(self):
                super().__init__(models.densenet121)
    """,
    "bound-again": """
        from torchvision import models
        def _get(f):
            f = mine
            return f(pretrained=True)
        def get():
            return _get(models.resnet18)
    """,
}


@pytest.mark.parametrize("program", OTHERS.values(), ids=OTHERS)
def test_what_is_handed_over_elsewhere_is_not_reported(program):
    check_silent(program)


def test_functions_that_hand_each_other_ever_more_are_walked_only_so_often():
    calls = "\n".join(f"def f{n}(g):\n    f{n + 1}(g)\n    f{n // 2}([g, f{n}])" for n in range(600))
    more = "\n".join(f"f0(models.resnet{n})" for n in (18, 34, 50, 101, 152))
    program = f"from torchvision import models\n{calls}\ndef f600(g):\n    g(True)\n      ^^^^ TVC201\n{more}\n"
    check_reported(program)
