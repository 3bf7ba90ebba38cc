"""TVC102: a name that came later than a release asked for."""

import pytest

from ..conftest import between, upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent

TOO_NEW = {
    "get_model": """
        from torchvision.models import get_model
                                       ^^^^^^^^^ TVC102 [breaks in 0.9.0] exists since torchvision 0.14.0 => use tvcompat.get_model
    """,
    "list_models-through-its-module": """
        from torchvision import models
        models.list_models()
        ^^^^^^^^^^^^^^^^^^ TVC102 [breaks in 0.9.0] exists since torchvision 0.14.0 => use tvcompat.list_models
    """,
    "enum-of-weights": """
        from torchvision.models import ResNet18_Weights
                                       ^^^^^^^^^^^^^^^^ TVC102 [breaks in 0.9.0] exists since torchvision 0.13.0
    """,
    "module": """
        import torchvision.models.maxvit
               ^^^^^^^^^^^^^^^^^^^^^^^^^ TVC102 [breaks in 0.9.0] exists since torchvision 0.14.0
    """,
}


@pytest.mark.parametrize("program", TOO_NEW.values(), ids=TOO_NEW)
def test_a_name_that_is_too_new_is_reported(program):
    check_reported(program, between("0.9.0"))


THERE = {
    "module-of-every-release": """
        from torchvision.models import resnet18
    """,
    "get_model-of-tvcompat": """
        from tvcompat import get_model
    """,
    "caught": """
        try:
            from torchvision.models import get_model
        except ImportError:
            get_model = None
    """,
}


@pytest.mark.parametrize("program", THERE.values(), ids=THERE)
def test_what_is_not_too_new_is_not_reported(program):
    check_silent(program, between("0.9.0"))


def test_a_name_that_a_module_gives_on_request_is_too_new_for_old_releases():
    program = """
        import torchvision
        torchvision.datasets.wrap_dataset_for_transforms_v2(d)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC102 [breaks in 0.14.0] exists since torchvision 0.15.1
    """
    check_reported(program, between("0.14.0"))


def test_a_name_that_a_module_gives_on_request_is_too_new_for_an_older_target():
    program = """
        from torchvision.datasets import wrap_dataset_for_transforms_v2
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC102 [breaks in 0.12.0] exists since torchvision 0.15.1
    """
    check_reported(program, upgrade("0.9.0", "0.12.0"))


UPGRADES = {
    "between-releases-that-have-it": upgrade("0.17.0"),
    "to-a-release-that-has-it": upgrade("0.12.0", "0.15.1"),
}


@pytest.mark.parametrize("question", UPGRADES.values(), ids=UPGRADES)
def test_a_name_that_a_module_gives_on_request_is_there(question):
    program = """
        from torchvision.datasets import wrap_dataset_for_transforms_v2
    """
    check_silent(program, question)


OURS = {
    "get_model": """
        from torchvision.models import get_model
        get_model('a')
        =>
        from tvcompat import get_model
        get_model('a')
    """,
    "get_model-under-another-name": """
        from torchvision.models import get_model as make, resnet18
        =>
        from torchvision.models import resnet18
        from tvcompat import get_model as make
    """,
    "list_models-through-its-module": """
        from torchvision import models
        models.list_models()
        =>
        from torchvision import models
        import tvcompat
        tvcompat.list_models()
    """,
}


@pytest.mark.parametrize("program", OURS.values(), ids=OURS)
def test_names_of_tvcompat_are_there_on_every_release(program):
    check_rewritten(program, question=between("0.9.0"), tvcompat=True)


@pytest.mark.parametrize("program", OURS.values(), ids=OURS)
def test_without_the_style_it_is_named(program):
    before = program.partition("=>")[0].rstrip() + "\n        => left: --style tvcompat"
    check_kept(before, question=between("0.9.0"))


LEFT = {
    "module": """
        import torchvision.models.maxvit
        => left: nothing stands in for it on older releases
    """,
    "module-as": """
        import torchvision.tv_tensors as tv
        => left: nothing stands in for it on older releases
    """,
    "module-from-its-package": """
        from torchvision import tv_tensors
        => left: nothing stands in for it on older releases
    """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_no_release_before_has_is_left(program):
    check_kept(program, question=between("0.9.0"), tvcompat=True)
