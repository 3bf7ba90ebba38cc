"""Functions that pass their keywords on: reported where somebody gives ``pretrained=``, unless they see to it."""

import pytest

from ..programs import check_reported, check_silent

FORWARDED = {
    "function-called-by-another": """
        from torchvision import models
        def make(**kw):
            return models.resnet18(**kw)
        def outer():
            return make(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "functions-that-call-one-another": """
        from torchvision import models
        def a(**kw):
            b()
            return c(**kw)
        def b():
            a(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
        def c(**kw):
            return models.resnet18(**kw)
        c(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-with-a-name": """
        def f(name, **kw):
            from torchvision import models
            return getattr(models, name)(**kw)
        f('resnet18', pretrained=True)
                      ^^^^^^^^^^^^^^^ TVC201
    """,
    "constructor": """
        from torchvision import models
        class A:
            def __init__(self, **kw):
                models.resnet18(**kw)
        A(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "constructor-called-in-a-function": """
        from torchvision import models
        class A:
            def __init__(self, **kw):
                self.net = models.resnet18(**kw)
        def f():
            return A(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "lambda": """
        from torchvision import models
        make = lambda **kw: models.resnet18(**kw)
        make(pretrained=True)
             ^^^^^^^^^^^^^^^ TVC201
    """,
    "lambda-called-at-once": """
        from torchvision import models
        (lambda **kw: models.resnet18(**kw))(pretrained=True)
                                             ^^^^^^^^^^^^^^^ TVC201
    """,
    "lambda-in-a-function": """
        from torchvision import models
        def f():
            make = lambda **kw: models.resnet18(**kw)
            return make(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "function": """
        from torchvision import models
        def a(**kw):
            return models.resnet18(**kw)
        a(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "function-given-a-dictionary": """
        from torchvision import models
        def a(**kw):
            return models.resnet18(**kw)
        a(**{'pretrained': True})
             ^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "through-two-functions": """
        from torchvision import models
        def a(**kw):
            return b(**kw)
        def b(**kw):
            return models.resnet18(**kw)
        a(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "from-an-inner-function": """
        from torchvision import models
        def a(**kw):
            def b():
                return models.resnet18(**kw)
            return b()
        a(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "with-another-keyword-added": """
        from torchvision import models
        def a(**kw):
            return models.resnet18(**{**kw, 'progress': True})
        a(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "with-another-item-set": """
        from torchvision import models
        def a(**kw):
            kw['progress'] = True
            return models.resnet18(**kw)
        a(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "with-the-keyword-set": """
        from torchvision import models
        def a(**kw):
            kw['pretrained'] = True
            ^^^^^^^^^^^^^^^^^^^^^^^ TVC201
            return models.resnet18(**kw)
    """,
    "copied": """
        from torchvision import models
        def a(**kw):
            kw = dict(kw)
            return models.resnet18(**kw)
        a(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "through-super": """
        from torchvision import models
        class A:
            def f(self, **kw):
                return models.resnet18(**kw)
        class B(A):
            def f(self, **kw):
                return super().f(**kw)
        B().f(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", FORWARDED.values(), ids=FORWARDED)
def test_keywords_that_are_passed_on_are_reported_where_they_are_given(program):
    check_reported(program)


SEEN_TO = {
    "lambda-that-calls-another": """
        from torchvision import models
        make = lambda **kw: mine(**kw)
        make(pretrained=True)
    """,
    "lambda-with-a-parameter-of-that-name": """
        from torchvision import models
        make = lambda pretrained, **kw: models.resnet18(**kw)
        make(pretrained=True)
    """,
    "parameter-of-that-name": """
        from torchvision import models
        def a(pretrained=False, **kw):
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "pop-with-a-default": """
        from torchvision import models
        def a(**kw):
            p = kw.pop('pretrained', 0)
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "del-under-a-condition": """
        from torchvision import models
        def a(**kw):
            if 'pretrained' in kw:
                del kw['pretrained']
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "comprehension-that-filters": """
        from torchvision import models
        def a(**kw):
            kw = {k: v for k, v in kw.items() if k != 'pretrained'}
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "translated-by-a-function": """
        from torchvision import models
        def a(**kw):
            kw = translated(kw)
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "pop-in-a-loop": """
        from torchvision import models
        def a(**kw):
            for k in old:
                kw.pop(k)
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "overridden-and-popped": """
        from torchvision import models
        def a(**kw):
            kw = {**kw, 'pretrained': 0}
            kw.pop('pretrained')
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "parameter-of-the-outer-function": """
        from torchvision import models
        def a(pretrained=0, **kw):
            return b(**kw)
        def b(**kw):
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "parameter-of-the-inner-function": """
        from torchvision import models
        def a(**kw):
            return b(**kw)
        def b(pretrained=0, **kw):
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
    "branch-on-the-version": """
        from torchvision import models
        import torchvision
        def a(**kw):
            if torchvision.__version__ >= new:
                return b(**kw)
            return models.resnet18(**kw)
        a(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", SEEN_TO.values(), ids=SEEN_TO)
def test_what_a_function_sees_to_is_not_reported(program):
    check_silent(program)
