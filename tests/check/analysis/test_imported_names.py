"""Names that imports bind, by a statement or by a call: followed to torchvision, and nowhere else."""

import pytest

from ..programs import check_reported, check_silent

FOUND = {
    "module": """
        import torchvision
        torchvision.models.resnet50(pretrained=True)
                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "submodule": """
        import torchvision.models
        torchvision.models.resnet50(pretrained=True)
                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "submodule-as": """
        import torchvision.models as tvm
        tvm.resnet50(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "module-of-a-builder": """
        import torchvision.models.resnet
        torchvision.models.resnet.resnet18(pretrained=True)
                                           ^^^^^^^^^^^^^^^ TVC201
    """,
    "submodule-from-the-package-as": """
        from torchvision import models as M
        M.resnet50(pretrained=True)
                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "builder": """
        from torchvision.models import resnet50
        resnet50(pretrained=True)
                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "builder-from-its-module-as": """
        from torchvision.models.resnet import resnet50 as net
        net(pretrained=True)
            ^^^^^^^^^^^^^^^ TVC201
    """,
    "star": """
        from torchvision.models import *
        resnet50(pretrained=True)
                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "in-a-function": """
        def f():
            from torchvision import models
            return models.resnet18(pretrained=True)
                                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "in-an-outer-function": """
        def one():
            from torchvision import models as M
            def two():
                return M.resnet18(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "twice-in-two-ways": """
        from torchvision import models
        import torchvision as tv
        class R(tv.models.ResNet):
            pass
        def f():
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "module-as-and-builder-behind-a-name": """
        import torchvision as tv
        fn = tv.models.resnet50
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "import_module": """
        import importlib
        m = importlib.import_module('torchvision.models')
        m.resnet18(pretrained=True)
                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "import_module-and-its-member": """
        from importlib import import_module
        import_module('torchvision.models').resnet18(pretrained=True)
                                                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "import_module-of-a-constant": """
        import importlib
        NAME = 'torchvision.models'
        importlib.import_module(NAME).resnet18(pretrained=True)
                                               ^^^^^^^^^^^^^^^ TVC201
    """,
    "dunder-import-gives-the-package": """
        m = __import__('torchvision.models')
        m.models.resnet18(pretrained=True)
                          ^^^^^^^^^^^^^^^ TVC201
    """,
    "dunder-import-with-fromlist-gives-the-module": """
        m = __import__('torchvision.models', None, None, ['x'])
        m.resnet18(pretrained=True)
                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "optional_import-of-a-module-by-name": """
        from monai.utils import optional_import
        models, has = optional_import('torchvision', name='models')
        def f():
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "optional_import-of-a-module": """
        m, ok = optional_import('torchvision.models')
        m.resnet18(pretrained=True)
                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "optional_import-of-a-builder": """
        m, ok = optional_import('torchvision.models', allow=True, name='resnet18')
        m(pretrained=True)
          ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_what_an_import_binds_is_followed(program):
    check_reported(program)


NOT_FOUND = {
    "another-library": """
        import timm
        timm.create_model('resnet50', pretrained=True)
    """,
    "module-of-another-library": """
        from pretrainedmodels import models
        models.resnet50(pretrained=True)
    """,
    "rebound-by-a-later-import": """
        from torchvision import models
        from mine import models
        models.resnet50(pretrained=True)
    """,
    "attribute-of-something-else": """
        import torchvision
        mine.torchvision.models.resnet50(pretrained=True)
    """,
    "import_module-of-a-variable": """
        from torchvision import models
        import importlib
        importlib.import_module()
        importlib.import_module(name).resnet18(pretrained=True)
    """,
    "optional_import-of-another-module": """
        from torchvision import models
        optional_import()
        optional_import(name)
        m, ok = optional_import('mine', name='models')
        m.resnet18(pretrained=True)
    """,
    "optional_import-of-a-longer-name": """
        from torchvision import models
        m, ok = optional_import('torchvisionary.models')
        m.resnet18(pretrained=True)
    """,
    "program-in-a-docstring": """
        '''
        from torchvision import models
        models.resnet50(pretrained=True)
        '''
    """,
    "program-in-a-comment": """
        # torchvision.models.resnet50(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_is_no_import_of_torchvision_is_not_reported(program):
    check_silent(program)


def test_names_that_only_look_like_those_that_are_followed():
    # `models` is part of other words here, and no word of its own.
    program = """
        from torchvision import models
        def f():
            submodels = mymodels(models_of=1)
            submodels(pretrained=True)
    """
    check_silent(program)
