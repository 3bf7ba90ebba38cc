"""Functions of the program: what they return, what they are given, and functions that look a text up."""

import pytest

from ..programs import check_reported, check_silent

RETURNED = {
    "function-that-returns-a-builder": """
        from torchvision import models
        def pick(n):
            return getattr(models, n)
        pick(n)(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "function-that-returns-an-item": """
        from torchvision import models
        def pick(n):
            return {'a': models.resnet18, 'b': models.vgg11}[n]
        fn = pick(n)
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "function-that-returns-keywords": """
        from torchvision import models
        def kw():
            models = 0
            return {'pretrained': True}
                    ^^^^^^^^^^^^^^^^^^ TVC201
        models.resnet18(**kw())
    """,
    "method-called-with-a-name": """
        from torchvision import models
        class A:
            def pick(self, n):
                return getattr(models, n)
            def f(self):
                self.pick('resnet18')(pretrained=True)
                                      ^^^^^^^^^^^^^^^ TVC201
    """,
    "method-that-returns-a-builder": """
        from torchvision import models
        class A:
            def pick(self):
                return models.resnet18
            def f(self):
                self.pick()(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "lambda": """
        from torchvision import models
        pick = lambda n: models.__dict__[n]
        pick('resnet18')(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "function-that-returns-itself": """
        from torchvision import models
        def me():
            return me
        me()()(pretrained=True)
        models.resnet18(True)
                        ^^^^ TVC201
    """,
    "property": """
        from torchvision import models
        class A:
            @property
            def net(self):
                return models.resnet18
            def f(self):
                self.net(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "cached-property": """
        from torchvision import models
        class A:
            @functools.cached_property
            def net(self):
                return models.resnet18
        A().net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", RETURNED.values(), ids=RETURNED)
def test_what_a_function_returns(program):
    check_reported(program)


GIVEN = {
    "by-position": """
        from torchvision import models
        def f(build):
            return build(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
        f(models.resnet18)
    """,
    "by-keyword": """
        from torchvision import models
        def f(build):
            return build(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
        f(build=models.resnet18)
    """,
    "keyword-only": """
        from torchvision import models
        def f(n, *, build=None):
            return build(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
        f(1, build=models.resnet18)
    """,
    "module-and-name": """
        from torchvision import models
        def f(zoo, n):
            return getattr(zoo, n)(pretrained=True)
                                   ^^^^^^^^^^^^^^^ TVC201
        f(models.detection, n)
    """,
    "namespace-and-name": """
        from torchvision import models
        def f(zoo, n):
            return zoo[n](pretrained=True)
                          ^^^^^^^^^^^^^^^ TVC201
        f(vars(models), n)
    """,
    "constructor": """
        from torchvision import models
        class A:
            def __init__(self, build):
                self.net = build(pretrained=True)
                                 ^^^^^^^^^^^^^^^ TVC201
        A(models.resnet18)
    """,
    "method": """
        from torchvision import models
        class A:
            def f(self, build):
                return build(pretrained=True)
                             ^^^^^^^^^^^^^^^ TVC201
        A().f(models.resnet18)
    """,
    "static-method": """
        from torchvision import models
        class A:
            @staticmethod
            def f(build):
                return build(pretrained=True)
                             ^^^^^^^^^^^^^^^ TVC201
        A.f(models.resnet18)
    """,
    "zip-in-a-loop": """
        from torchvision import models
        for n, f in zip(names, [models.resnet18]):
            f(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
    "lists-added": """
        from torchvision import models
        A = [models.resnet18]
        for f in A + [models.vgg11]:
            f(pretrained=True)
              ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", GIVEN.values(), ids=GIVEN)
def test_what_a_function_is_given(program):
    check_reported(program)


LOOKED_UP = {
    "parametrize": """
        from torchvision import models
        @pytest.mark.parametrize('net', [models.resnet18, models.vgg11])
        def test(net):
            net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "parametrize-of-several-names": """
        from torchvision import models
        @pytest.mark.parametrize('n, net', [(1, models.resnet18)])
        def test(n, net):
            net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "fixture": """
        from torchvision import models
        @pytest.fixture(params=[models.resnet18])
        def net(request):
            return request.param(pretrained=True)
                                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "pydoc.locate": """
        from torchvision import models
        import pydoc
        pydoc.locate('torchvision.models.resnet18')(pretrained=True)
                                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "get_class": """
        from torchvision import models
        from hydra.utils import get_class
        get_class('torchvision.models.resnet18')(pretrained=True)
                                                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "sys.modules": """
        from torchvision import models
        import sys
        sys.modules['torchvision.models'].resnet18(pretrained=True)
                                                   ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", LOOKED_UP.values(), ids=LOOKED_UP)
def test_what_a_framework_gives_or_finds(program):
    check_reported(program)


OTHERS = {
    "function-that-returns-another": """
        from torchvision import models
        def pick(n):
            return timm.resnet18
        pick(n)(pretrained=True)
    """,
    "another-is-given": """
        from torchvision import models
        def f(build):
            return build(pretrained=True)
        f(timm.resnet18)
    """,
    "a-module-is-given": """
        from torchvision import models
        def f(build):
            return build(pretrained=True)
        f(models)
    """,
    "given-as-another-parameter": """
        from torchvision import models
        def f(name, build):
            return name(pretrained=True)
        f(1, models.resnet18)
    """,
    "parametrize-of-the-other-name": """
        from torchvision import models
        @pytest.mark.parametrize('n, net', [(1, models.resnet18)])
        def test(n, net):
            n(pretrained=True)
    """,
    "parametrize-of-another": """
        from torchvision import models
        @pytest.mark.parametrize('net', [timm.resnet18])
        def test(net):
            net(pretrained=True)
    """,
    "parametrize-without-values": """
        from torchvision import models
        @pytest.mark.parametrize('net')
        def test(net):
            net(pretrained=True)
    """,
    "fixture-of-another": """
        from torchvision import models
        @pytest.fixture(params=[timm.resnet18])
        def net(request):
            return request.param(pretrained=True)
    """,
    "fixture-without-values": """
        from torchvision import models
        @pytest.fixture(scope='module')
        def net(request):
            return request.param(pretrained=True)
    """,
    "text-that-names-another": """
        from torchvision import models
        get_class('timm.models.resnet18')(pretrained=True)
    """,
    "text-of-a-logger": """
        from torchvision import models
        logging.getLogger('torchvision.models').resnet18(pretrained=True)
    """,
    "module-that-is-replaced": """
        from torchvision import models
        import sys
        sys.modules['torchvision.models'] = mine
        sys.modules[name].resnet18(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", OTHERS.values(), ids=OTHERS)
def test_what_is_not_of_torchvision_is_not_reported(program):
    check_silent(program)
