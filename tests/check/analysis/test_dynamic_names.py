"""Names chosen while the program runs: namespaces as dictionaries, ``getattr`` and ``eval``."""

import pytest

from ..programs import check_reported, check_silent

FOUND = {
    "item-of-the-namespace": """
        from torchvision import models
        models.__dict__['resnet18'](pretrained=True)
                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "item-chosen-at-run-time": """
        from torchvision import models
        arch = input()
        models.__dict__[arch](pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "get-chosen-at-run-time": """
        from torchvision import models
        fn = models.__dict__.get(input())
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "pop-chosen-at-run-time": """
        from torchvision import models
        net = models.__dict__.pop(arch)
        net(pretrained=True)
            ^^^^^^^^^^^^^^^ TVC201
    """,
    "copy-of-the-namespace": """
        from torchvision import models
        all_of = models.__dict__.copy()
        all_of[arch](pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "dictionary-of-the-namespace": """
        from torchvision import models
        nets = dict(models.__dict__)
        nets[arch](pretrained=True)
                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "items-of-the-namespace": """
        from torchvision import models
        for name, net in models.__dict__.items():
            net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "values-of-the-namespace": """
        from torchvision import models
        for net in models.__dict__.values():
            net(pretrained=True)
                ^^^^^^^^^^^^^^^ TVC201
    """,
    "namespace-of-a-submodule": """
        from torchvision import models
        models.detection.__dict__[arch](pretrained=True)
                                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "vars": """
        from torchvision import models
        arch = input()
        vars(models)[arch](pretrained=True)
                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "comprehension-over-vars": """
        from torchvision import models
        {name: build for name, build in vars(models).items()}['resnet18'](pretrained=True)
                                                                          ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr": """
        from torchvision import models
        getattr(models, 'resnet50')(pretrained=True)
                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-of-a-constant": """
        from torchvision import models
        NAME = 'resnet18'
        getattr(models, NAME)(pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-with-a-default": """
        from torchvision import models
        make = getattr(models, 'resnet18', None)
        make(pretrained=True)
             ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-chosen-at-run-time": """
        from torchvision import models
        arch = input()
        getattr(models, arch)(pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-behind-a-name": """
        from torchvision import models
        arch = input()
        fn = getattr(models, arch)
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-chosen-with-a-default": """
        from torchvision import models
        fn = getattr(models, arch, None)
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-of-a-module-of-builders": """
        from torchvision.models import vgg
        kind = input()
        getattr(vgg, kind)(pretrained=True)
                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-of-an-instance": """
        from torchvision import models
        class A:
            def __init__(self):
                self.net = models.resnet18
            def f(self):
                getattr(self, 'net')(pretrained=True)
                                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-of-one-of-two-modules": """
        from torchvision import models
        m = models if a else mine
        getattr(m, 'resnet18')(pretrained=True)
                               ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-chosen-of-one-of-two-modules": """
        from torchvision import models
        m = models if a else mine
        getattr(m, arch)(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "partial-of-an-item-chosen-at-run-time": """
        from torchvision import models
        from functools import partial
        partial(models.__dict__[arch], pretrained=True)
                                       ^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-a-name": """
        from torchvision import models
        eval('models.resnet18')(pretrained=True)
                                ^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-texts-added": """
        from torchvision import models
        eval('models.' + arch)(pretrained=True)
                               ^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-an-f-string": """
        from torchvision import models
        eval(f'models.{arch}')(pretrained=True)
                               ^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-a-formatted-text": """
        from torchvision import models
        eval('models.{}'.format(arch))(pretrained=True)
                                       ^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-a-call-in-an-f-string": """
        from torchvision import models
        eval(f'models.{arch}(pretrained=True)')
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-a-call-with-percent": """
        from torchvision import models
        eval('models.%s(pretrained=True)' % arch)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC201
    """,
    "eval-of-a-call-in-texts-added": """
        from torchvision import models
        eval('models.' + arch + '(pretrained=True)')
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_a_builder_chosen_at_run_time_is_reported(program):
    check_reported(program)


NOT_FOUND = {
    "eval-of-anything-else": """
        from torchvision import models
        eval(program)
        eval('1 + 1')
        eval('models.')
        eval('mine.resnet18(pretrained=True)')
    """,
    "getattr-of-something-else": """
        from torchvision import models
        getattr(other, 'resnet18')(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_leads_elsewhere_is_not_reported(program):
    check_silent(program)
