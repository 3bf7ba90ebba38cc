"""What a program asks for before it uses it: by ``hasattr``, in a namespace, or in the numbers of the version."""

import pytest

from ..conftest import between
from ..programs import check_reported, check_silent

# Whether a model is there says nothing of how it is called.
ASKING_FOR_A_MODEL = {
    "asked-by-hasattr": """
        from torchvision import models
        if hasattr(models, arch):
            getattr(models, arch)(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "asked-beside-another-condition": """
        from torchvision import models
        if arch.startswith('res') and hasattr(models, arch):
            getattr(models, arch)(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "refused-by-hasattr": """
        from torchvision import models
        if not hasattr(models, arch):
            raise ValueError
        getattr(models, arch)(pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "returned-by-hasattr": """
        from torchvision import models
        def f(arch):
            if not hasattr(models, arch):
                return None
            return getattr(models, arch)(pretrained=True)
                                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "asked-in-the-namespace": """
        from torchvision import models
        if arch in models.__dict__:
            models.__dict__[arch](pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "refused-in-dir": """
        from torchvision import models
        if arch not in dir(models):
            raise KeyError
        models.__dict__[arch](pretrained=True)
                              ^^^^^^^^^^^^^^^ TVC201
    """,
    "conditional-expression": """
        from torchvision import models
        net = getattr(models, arch)(pretrained=True) if hasattr(models, arch) else None
                                    ^^^^^^^^^^^^^^^ TVC201
    """,
    "and-behind-hasattr": """
        from torchvision import models
        hasattr(models, arch) and getattr(models, arch)(pretrained=True)
                                                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-with-a-default-compared": """
        from torchvision import models
        fn = getattr(models, arch, None)
        if fn is None:
            raise ValueError
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "getattr-with-a-default-called-upon": """
        from torchvision import models
        if callable(getattr(models, arch, None)):
            getattr(models, arch)(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201
    """,
    "hasattr-of-a-model": """
        from torchvision import models
        if hasattr(models, 'resnet18'):
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "hasattr-of-a-newer-model": """
        from torchvision import models
        if hasattr(models, 'convnext_tiny'):
            models.convnext_tiny(pretrained=True)
                                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "hasattr-in-a-function": """
        from torchvision import models
        def there(arch):
            return hasattr(models, arch)
        if there('a'):
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "hasattr-in-a-lambda": """
        from torchvision import models
        there = lambda arch: hasattr(models, arch)
        if there('a'):
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", ASKING_FOR_A_MODEL.values(), ids=ASKING_FOR_A_MODEL)
def test_asking_for_a_model_tells_nothing_of_its_arguments(program):
    check_reported(program)


ASKING_FOR_ENTRIES = {
    "else-behind-hasattr-of-an-enum": """
        from torchvision import models
        if hasattr(models, 'ResNet18_Weights'):
            pass
        else:
            models.resnet18(pretrained=True)
    """,
    "hasattr-of-get_model": """
        from torchvision import models
        if not hasattr(models, 'get_model'):
            models.resnet18(pretrained=True)
    """,
    "hasattr-of-a-chosen-enum": """
        from torchvision import models
        if not hasattr(models, arch + '_Weights'):
            models.resnet18(pretrained=True)
    """,
    "hasattr-of-a-chosen-enum-in-an-f-string": """
        from torchvision import models
        if not hasattr(models, f'{arch}_Weights') or not hasattr(models, arch):
            models.resnet18(pretrained=True)
    """,
    "enum-in-dir": """
        from torchvision import models
        if 'ResNet18_Weights' not in dir(models):
            models.resnet18(pretrained=True)
    """,
    "getattr-of-an-enum": """
        from torchvision import models
        if getattr(models, 'ResNet18_Weights', None) is None:
            models.resnet18(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", ASKING_FOR_ENTRIES.values(), ids=ASKING_FOR_ENTRIES)
def test_asking_for_entries_tells_the_era(program):
    check_silent(program)


def test_asking_for_a_model_deals_with_its_name():
    program = """
        from torchvision import models
        if hasattr(models, 'convnext_tiny'):
            net = models.convnext_tiny()
    """
    check_silent(program, between("0.9.0"))


def test_asking_for_a_model_does_not_deal_with_a_new_parameter():
    program = """
        from torchvision import models
        if hasattr(models, 'convnext_tiny'):
            net = models.convnext_tiny(weights=None)
                                       ^^^^^^^^^^^^ TVC202
    """
    check_reported(program, between("0.9.0"))


def test_getattr_with_a_default_deals_with_what_it_asks_for():
    program = """
        import torchvision
        a = getattr(torchvision.transforms, "Scale", None)
        b = getattr(torchvision.transforms, "Scale")
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
        if getattr(torchvision, "datapoints", None):
            from torchvision import datapoints
        from torchvision import datapoints
                                ^^^^^^^^^^ TVC101
    """
    check_reported(program)


CATCHING = {
    "contextlib.suppress": """
        with contextlib.suppress(ImportError):
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "suppress-of-several": """
        with suppress(ValueError, ImportError):
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "suppress-of-every-exception": """
        with suppress(Exception):
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "pytest.raises": """
        with pytest.raises(ImportError):
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "pytest.raises-of-several": """
        with pytest.raises((TypeError, ModuleNotFoundError)):
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "beside-another-context-manager": """
        with open('x'), suppress(ImportError):
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
}


@pytest.mark.parametrize("program", CATCHING.values(), ids=CATCHING)
def test_what_a_with_statement_catches_is_left_alone_and_nothing_behind_it(program):
    check_reported(program)


CATCHING_SOMETHING_ELSE = {
    "suppress-of-another": """
        with suppress(ValueError):
            from torchvision.models.utils import load_state_dict_from_url
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "pytest.raises-of-another": """
        with pytest.raises(KeyError):
            from torchvision.models.utils import load_state_dict_from_url
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "function-of-others": """
        with ignored(ImportError):
            from torchvision.models.utils import load_state_dict_from_url
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "lock": """
        with lock:
            from torchvision.models.utils import load_state_dict_from_url
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
}


@pytest.mark.parametrize("program", CATCHING_SOMETHING_ELSE.values(), ids=CATCHING_SOMETHING_ELSE)
def test_a_with_statement_that_catches_something_else(program):
    check_reported(program)


NUMBERS = {
    "hundred-times-the-first": """
        import torchvision
        from torchvision import models
        v = torchvision.__version__.split('.')
        NUMBER = int(v[0]) * 100 + int(v[1])
        if 100 * int(v[0]) + int(v[1]) >= 13:
            net = models.resnet18(weights=None)
        else:
            net = models.resnet18(pretrained=False)
    """,
    "first-times-hundred": """
        import torchvision
        from torchvision import models
        v = torchvision.__version__.split('.')
        NUMBER = int(v[0]) * 100 + int(v[1])
        if int(v[0]) * 100 + int(v[1]) >= 13:
            net = models.resnet18(weights=None)
        else:
            net = models.resnet18(pretrained=False)
    """,
    "behind-a-name": """
        import torchvision
        from torchvision import models
        v = torchvision.__version__.split('.')
        NUMBER = int(v[0]) * 100 + int(v[1])
        if NUMBER >= 13:
            net = models.resnet18(weights=None)
        else:
            net = models.resnet18(pretrained=False)
    """,
    "negated": """
        import torchvision
        from torchvision import models
        v = torchvision.__version__.split('.')
        NUMBER = int(v[0]) * 100 + int(v[1])
        if not (NUMBER < 13):
            net = models.resnet18(weights=None)
        else:
            net = models.resnet18(pretrained=False)
    """,
    "divided-and-true": """
        import torchvision
        from torchvision import models
        v = torchvision.__version__.split('.')
        NUMBER = int(v[0]) * 100 + int(v[1])
        if (NUMBER // 1) > 12 and True:
            net = models.resnet18(weights=None)
        else:
            net = models.resnet18(pretrained=False)
    """,
}


@pytest.mark.parametrize("program", NUMBERS.values(), ids=NUMBERS)
def test_numbers_made_of_a_version_tell_the_era(program):
    check_silent(program)


def test_functions_that_know_the_version_through_one_another():
    program = """
        import torchvision
        from packaging.version import Version
        def new():
            return Version(torchvision.__version__) >= Version("0.13")
        def old():
            return not new()
        if old():
            from torchvision.models.utils import load_state_dict_from_url
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """
    check_reported(program)


def test_a_guard_against_something_else_does_not_make_pretrained_new():
    program = """
        from torchvision import models
        try:
            models.inception_v3(pretrained=True, init_weights=False)
                                ^^^^^^^^^^^^^^^ TVC201
        except TypeError:
            models.inception_v3(pretrained=True)
                                ^^^^^^^^^^^^^^^ TVC201
    """
    check_reported(program)
