"""Scopes: names of modules, functions, classes and instances, from where each can be seen."""

import pytest

from ..programs import check_reported, check_silent

SCOPES = {
    "chained-assignment": """
        from torchvision import models
        a = b = models.resnet50
        b(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
    "walrus": """
        from torchvision import models
        if (net := models.resnet18):
            net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "decorator": """
        from torchvision import models
        @register(models.resnet18(pretrained=True))
                                  ^^^^^^^^^^^^^^^ TVC201
        class A:
            pass
    """,
    "call-among-the-bases": """
        from torchvision import models
        class A(make(models.resnet18(pretrained=True))):
                                     ^^^^^^^^^^^^^^^ TVC201
            pass
    """,
    "keyword-of-a-class": """
        from torchvision import models
        class A(B, net=models.resnet18(pretrained=True)):
                                       ^^^^^^^^^^^^^^^ TVC201
            pass
    """,
    "keyword-only-default": """
        from torchvision import models
        def f(*, net=models.resnet18(pretrained=True)): ...
                                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "annotation-of-a-parameter": """
        from torchvision import models
        def f(x: models.resnet18(pretrained=True)): ...
                                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "annotation-of-the-result": """
        from torchvision import models
        def f() -> models.resnet18(pretrained=True): ...
                                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "key-of-a-dictionary": """
        from torchvision import models
        x = {models.resnet18(pretrained=True): 1, **more}
                             ^^^^^^^^^^^^^^^ TVC201
    """,
    "function-in-functions": """
        from torchvision import models
        def one():
            def two():
                def three():
                    return models.resnet18(pretrained=True)
                                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "async-function": """
        from torchvision import models
        async def f():
            async with a:
                models.resnet18(pretrained=True)
                                ^^^^^^^^^^^^^^^ TVC201
    """,
    "lambda": """
        from torchvision import models
        f = lambda: models.resnet18(pretrained=True)
                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "default-of-a-parameter": """
        from torchvision import models
        def f(fn=models.resnet18):
            fn(pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "default-of-a-lambda-parameter": """
        from torchvision import models
        (lambda fn=models.resnet18: fn(pretrained=True))()
                                       ^^^^^^^^^^^^^^^ TVC201
    """,
    "global-of-another-function": """
        from torchvision import models
        def f():
            global g
            g = models.resnet18
        def h():
            g(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
    "target-of-a-comprehension": """
        from torchvision import models
        [net(pretrained=True) for net in (models.resnet18,)]
             ^^^^^^^^^^^^^^^ TVC201
    """,
    "element-of-a-comprehension": """
        from torchvision import models
        x = [models.resnet18(pretrained=True) for a in b if models.vgg11]
                             ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-of-a-comprehension": """
        from torchvision import models
        x = [1 for a in b if models.resnet18(pretrained=True)]
                                             ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", SCOPES.values(), ids=SCOPES)
def test_a_name_is_looked_up_where_it_can_be_seen(program):
    check_reported(program)


CLASSES = {
    "method": """
        from torchvision import models
        class A:
            def f(self):
                return models.resnet18(pretrained=True)
                                       ^^^^^^^^^^^^^^^ TVC201
    """,
    "method-of-an-inner-class": """
        from torchvision import models
        class A:
            class B:
                def f(self):
                    return models.resnet18(pretrained=True)
                                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "name-of-the-class-is-none-of-its-methods": """
        from torchvision import models
        class A:
            models = None
            def f(self):
                return models.resnet18(pretrained=True)
                                       ^^^^^^^^^^^^^^^ TVC201
    """,
    "name-of-the-class-in-its-body": """
        from torchvision import models
        class A:
            net = models.resnet18
            x = net(pretrained=True)
                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "attribute-of-the-class-in-a-method": """
        from torchvision import models
        class A:
            net = models.resnet18
            def f(self):
                return self.net(pretrained=True)
                                ^^^^^^^^^^^^^^^ TVC201
    """,
    "table-of-the-class-in-a-method": """
        from torchvision import models
        class A:
            zoo = {'a': models.resnet18}
            def f(self):
                self.zoo['a'](pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "attribute-of-the-instance-set-further-down": """
        from torchvision import models
        class A:
            def f(self):
                self.net(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
            def __init__(self):
                self.net = models.resnet18
    """,
    "attribute-of-a-base-class": """
        from torchvision import models
        class A:
            net = models.resnet18
        class B(A):
            def f(self):
                self.net(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "attribute-of-the-class-from-outside": """
        from torchvision import models
        class A:
            net = models.resnet18
        A.net(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
    "attribute-of-an-instance-from-outside": """
        from torchvision import models
        class A:
            net = models.resnet18
        A().net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "default-of-a-method-beside-a-static-method": """
        from torchvision import models
        class A:
            @staticmethod
            def f(m):
                m.net(pretrained=True)
            def g(self, m=models):
                m.resnet18(pretrained=True)
                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "attribute-that-may-be-either": """
        from torchvision import models
        class A:
            def __init__(self):
                self.net = models.resnet18
                self.net = mine
            def f(self):
                self.net(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", CLASSES.values(), ids=CLASSES)
def test_names_of_classes_and_instances(program):
    check_reported(program)


HIDDEN = {
    "function-of-that-name": """
        from torchvision.models import resnet50
        def resnet50(pretrained): ...
        resnet50(pretrained=True)
    """,
    "parameter-of-that-name": """
        from torchvision import models
        def f(models):
            models.resnet50(pretrained=True)
    """,
    "parameter-with-a-default-of-that-name": """
        from torchvision import models
        for models in []:
            pass
        def f(x, models=None):
            models.resnet50(pretrained=True)
    """,
    "target-of-a-comprehension-of-that-name": """
        from torchvision import models
        [models.resnet50(pretrained=True) for models in []]
    """,
    "parameter-of-a-lambda-of-that-name": """
        from torchvision import models
        lambda models: models.resnet50(pretrained=True)
    """,
    "rebound-by-a-call": """
        from torchvision import models
        models = load()
        models.resnet50(pretrained=True)
    """,
    "class-of-that-name": """
        from torchvision import models
        class models:
            def resnet18(pretrained): ...
        models.resnet18(pretrained=True)
    """,
    "attribute-of-the-class-of-that-name": """
        import torchvision
        class A:
            models = 1
            def f(self):
                self.models.resnet50(pretrained=True)
    """,
    "method-of-that-name": """
        from torchvision import models
        class A:
            def models(self): ...
            def f(self):
                self.models.resnet18(pretrained=True)
    """,
    "attribute-of-an-unknown-base": """
        from torchvision import models
        class A(Unknown):
            def f(self):
                self.net(pretrained=True)
    """,
    "first-parameter-of-a-static-method": """
        from torchvision import models
        class A:
            net = models.resnet18
            @staticmethod
            def f(other):
                other.net(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", HIDDEN.values(), ids=HIDDEN)
def test_a_name_that_stands_for_something_else_is_not_reported(program):
    check_silent(program)
