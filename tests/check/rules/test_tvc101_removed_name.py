"""TVC101: a module or name that is gone.

Over 400 lines, since names are reached in many ways, each with its neighbours.
"""

import pytest

from tvcompat.check.release_facts import release_facts

from ..conftest import upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent, checked, parse

GONE = {
    "load_state_dict_from_url": """
        from torchvision.models.utils import load_state_dict_from_url
                                             ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.11.1] is gone since torchvision 0.11.1 (last in 0.10.1) => use torch.hub.load_state_dict_from_url
    """,
    "merely-imported": """
        from torchvision.models.alexnet import load_state_dict_from_url
                                               ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.13.0] is gone since torchvision 0.13.0 (last in 0.12.0) => use torch.hub.load_state_dict_from_url
    """,
    "Scale": """
        from torchvision.transforms import Scale
                                           ^^^^^ TVC101 [breaks in 0.12.0] is gone since torchvision 0.12.0 (last in 0.11.3) => use torchvision.transforms.Resize
    """,
    "ConvTranspose2d": """
        from torchvision.ops.misc import ConvTranspose2d
                                         ^^^^^^^^^^^^^^^ TVC101 [breaks in 0.12.0] is gone since torchvision 0.12.0 (last in 0.11.3) => use torch.nn.ConvTranspose2d
    """,
    "Kinetics400": """
        from torchvision.datasets import Kinetics400
                                         ^^^^^^^^^^^ TVC101 [breaks in 0.14.0] is gone since torchvision 0.14.0 (last in 0.13.1) => use torchvision.datasets.Kinetics
    """,
    "from-a-module-that-stays": """
        from torchvision.models.mobilenetv2 import ConvBNReLU
                                                   ^^^^^^^^^^ TVC101 [breaks in 0.14.0] is gone since torchvision 0.14.0 (last in 0.13.1) => use torchvision.ops.Conv2dNormActivation
    """,
    "module": """
        import torchvision.datapoints
               ^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.16.0] is gone since torchvision 0.16.0 (last in 0.15.2) => use torchvision.tv_tensors
    """,
    "module-as": """
        import torchvision.transforms.functional_tensor as F_t
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.17.0] is gone since torchvision 0.17.0 (last in 0.16.2) => use torchvision.transforms.functional
    """,
    "function": """
        from torchvision.io import read_video
                                   ^^^^^^^^^^ TVC101 [breaks in 0.26.0] is gone since torchvision 0.26.0 (last in 0.25.0)
    """,
}


@pytest.mark.parametrize("program", GONE.values(), ids=GONE)
def test_a_name_that_is_gone_is_reported(program):
    check_reported(program)


@pytest.mark.parametrize("program", GONE.values(), ids=GONE)
def test_on_the_last_release_that_has_it_there_is_nothing_to_say(program):
    source, (mark,) = parse(program)
    releases = release_facts().releases
    before = releases[releases.index(mark.since) - 1]
    assert [finding for finding in checked(source, upgrade(before, before)) if finding.severity == "breaks"] == []


NEVER_THERE = {
    "from-a-module-of-0.8": """
        from torchvision.models.mobilenet import ConvBNReLU
                                                 ^^^^^^^^^^ TVC101 [breaks in 0.9.0] no torchvision release from 0.9.0 on has torchvision.models.mobilenet.ConvBNReLU. torchvision.ops.Conv2dNormActivation is what followed it, with other arguments => use torchvision.ops.Conv2dNormActivation
    """,
    "function-of-0.8": """
        from torchvision.io.image import read_png
                                         ^^^^^^^^ TVC101 [breaks in 0.9.0] no torchvision release from 0.9.0 on has torchvision.io.image.read_png
    """,
}


@pytest.mark.parametrize("program", NEVER_THERE.values(), ids=NEVER_THERE)
def test_a_name_of_0_8_is_reported(program):
    check_reported(program)


IMPORTED_BY_A_CALL = {
    "import_module": """
        import importlib
        importlib.import_module('torchvision.transforms.functional_tensor')
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.17.0] is gone since torchvision 0.17.0 (last in 0.16.2) => use torchvision.transforms.functional
    """,
    "dunder-import": """
        __import__('torchvision.models.utils')
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.11.1] is gone since torchvision 0.11.1 (last in 0.10.1) => use torch.hub
    """,
}


@pytest.mark.parametrize("program", IMPORTED_BY_A_CALL.values(), ids=IMPORTED_BY_A_CALL)
def test_a_module_that_a_call_imports_is_reported(program):
    check_reported(program)


def test_a_name_that_never_was_is_told_nothing_of_its_neighbours():
    (finding,) = checked("from torchvision.io.image import read_png\n")
    assert finding.message == "no torchvision release from 0.9.0 on has torchvision.io.image.read_png."


# Neither another module is provided, nor this one before.
PROVIDED = {
    "sys.modules": """
        import sys, types
        from torchvision.transforms.functional_tensor import crop
                                                             ^^^^ TVC101
        m = types.ModuleType('m')
        sys.modules['torchvision.transforms.functional_tensor'] = m
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        import torchvision.transforms.functional_tensor as F
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC101
    """,
    "modules": """
        import sys, types
        from torchvision.transforms.functional_tensor import crop
                                                             ^^^^ TVC101
        m = types.ModuleType('m')
        from sys import modules
        modules['torchvision.transforms.functional_tensor'] = m
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        import torchvision.transforms.functional_tensor as F
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC101
    """,
    "named": """
        import sys, types
        from torchvision.transforms.functional_tensor import crop
                                                             ^^^^ TVC101
        m = types.ModuleType('m')
        NAME = 'torchvision.transforms.functional_tensor'
        sys.modules[NAME] = m
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        import torchvision.transforms.functional_tensor as F
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC101
    """,
    "setdefault": """
        import sys, types
        from torchvision.transforms.functional_tensor import crop
                                                             ^^^^ TVC101
        m = types.ModuleType('m')
        sys.modules.setdefault('torchvision.transforms.functional_tensor', m)
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        import torchvision.transforms.functional_tensor as F
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC101
    """,
    "update": """
        import sys, types
        from torchvision.transforms.functional_tensor import crop
                                                             ^^^^ TVC101
        m = types.ModuleType('m')
        sys.modules.update({'torchvision.transforms.functional_tensor': m})
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        import torchvision.transforms.functional_tensor as F
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC101
    """,
    "in-a-try": """
        import sys, types
        from torchvision.transforms.functional_tensor import crop
                                                             ^^^^ TVC101
        m = types.ModuleType('m')
        try:
            sys.modules['torchvision.transforms.functional_tensor'] = m
        except Exception:
            pass
        from torchvision.transforms.functional_tensor import rgb_to_grayscale
        import torchvision.transforms.functional_tensor as F
        from torchvision.transforms.functional_pil import crop
                                                          ^^^^ TVC101
    """,
}


@pytest.mark.parametrize("program", PROVIDED.values(), ids=PROVIDED)
def test_a_module_that_the_program_provides_is_not_missing_from_then_on(program):
    check_reported(program)


PROVIDED_ATTRIBUTE = {
    "assigned": """
        import torchvision
        torchvision.transforms.functional_tensor = torchvision.transforms.functional
        torchvision.transforms.functional_tensor.crop
    """,
    "setattr": """
        import torchvision
        setattr(torchvision.transforms, 'functional_tensor', m)
        torchvision.transforms.functional_tensor.crop
    """,
}


@pytest.mark.parametrize("program", PROVIDED_ATTRIBUTE.values(), ids=PROVIDED_ATTRIBUTE)
def test_an_attribute_that_the_program_provides_is_not_missing(program):
    check_silent(program)


def test_an_attribute_that_the_program_does_not_provide_is_missing():
    program = """
        import torchvision
        torchvision.transforms.functional_tensor.crop
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.17.0] is gone since torchvision 0.17.0 (last in 0.16.2) => use torchvision.transforms.functional.crop
    """
    check_reported(program)


MOVED = {
    "function": """
        from torchvision.models.utils import load_state_dict_from_url
        =>
        from torch.hub import load_state_dict_from_url
    """,
    "renamed": """
        from torchvision.transforms.functional_tensor import rgb_to_grayscale as g
        =>
        from torchvision.transforms.functional import rgb_to_grayscale as g
    """,
    "class-under-its-old-name": """
        from torchvision.transforms import Scale
        =>
        from torchvision.transforms import Resize as Scale
    """,
    "class-beside-another": """
        from torchvision.transforms import Scale, Normalize
        =>
        from torchvision.transforms import Normalize
        from torchvision.transforms import Resize as Scale
    """,
    "two-functions": """
        from torchvision.transforms.functional_pil import crop, resize
        =>
        from torchvision.transforms.functional import crop, resize
    """,
    "class-of-another-module": """
        from torchvision.datapoints import Image
        =>
        from torchvision.tv_tensors import Image
    """,
    "to-torch": """
        from torchvision.ops.misc import ConvTranspose2d
        =>
        from torch.nn import ConvTranspose2d
    """,
    "through-its-module": """
        import torchvision.transforms as T
        T.Scale(3)
        =>
        import torchvision.transforms as T
        T.Resize(3)
    """,
}


@pytest.mark.parametrize("program", MOVED.values(), ids=MOVED)
def test_names_are_imported_from_where_they_live_on(program):
    check_rewritten(program)


BY_FULL_NAME = {
    "used-at-once": """
        import torchvision.transforms.functional_pil
        x = torchvision.transforms.functional_pil.hflip(x)
        y = torchvision.transforms.functional_pil
        =>
        import torchvision.transforms.functional
        x = torchvision.transforms.functional.hflip(x)
        y = torchvision.transforms.functional
    """,
    "beside-another-and-in-a-function": """
        import os, torchvision.datapoints  # x
        def f():
            return torchvision.datapoints.Image(x)
        =>
        import os, torchvision.tv_tensors  # x
        def f():
            return torchvision.tv_tensors.Image(x)
    """,
    "not-used": """
        import torchvision.transforms.functional_tensor
        =>
        import torchvision.transforms.functional
    """,
}


@pytest.mark.parametrize("program", BY_FULL_NAME.values(), ids=BY_FULL_NAME)
def test_a_module_used_by_its_full_name_is_renamed_everywhere(program):
    check_rewritten(program)


@pytest.mark.parametrize("program", BY_FULL_NAME.values(), ids=BY_FULL_NAME)
def test_nothing_is_found_in_what_was_renamed(program):
    check_silent(program.partition("=>\n")[2])


def test_names_reached_through_modules():
    program = """
        import torchvision
        import torchvision as tv
        from torchvision import transforms as T
        a = torchvision.transforms.functional_tensor.hflip(x)
        b = tv.transforms.functional_pil.hflip
        c = T.functional_tensor.hflip
        =>
        import torchvision
        import torchvision as tv
        from torchvision import transforms as T
        a = torchvision.transforms.functional.hflip(x)
        b = tv.transforms.functional.hflip
        c = T.functional.hflip
    """
    check_rewritten(program)


def test_what_smooths_now_is_no_safe_replacement():
    program = """
        from torchvision.transforms.functional_tensor import resize
        => left: may change behaviour; --unsafe does it
    """
    check_kept(program)


def test_what_smooths_now_is_written_with_unsafe():
    program = """
        from torchvision.transforms.functional_tensor import resize
        =>
        from torchvision.transforms.functional import resize
    """
    check_rewritten(program, unsafe=True)


LEFT = {
    "with-other-arguments": """
        from torchvision.models.mobilenetv2 import ConvBNReLU
        => left: other arguments
    """,
    "without-replacement": """
        from torchvision.io import read_video
        => left: nothing stands in
    """,
    "module-whose-replacement-lacks-a-name": """
        from torchvision import datapoints
        datapoints.BoundingBox
        => left: torchvision.tv_tensors has no BoundingBox
    """,
    "module-as-whose-replacement-lacks-a-name": """
        import torchvision.transforms.functional_tensor as F_t
        F_t._get_image_size
        => left: torchvision.transforms.functional has no _get_image_size
    """,
    "submodule-by-its-full-name": """
        import torchvision.models.utils
        torchvision.models.utils.load_state_dict_from_url
        => left: --unsafe
    """,
    "submodule-as": """
        import torchvision.models.utils as u
        u.load_state_dict_from_url
        => left: --unsafe
    """,
    "reached-without-an-import": """
        import torchvision
        torchvision.models.utils.load_state_dict_from_url
        => left: import what stands in for it
    """,
    "module-by-its-full-name-whose-replacement-lacks-a-name": """
        import torchvision.datapoints
        torchvision.datapoints.BoundingBox
        => left: torchvision.tv_tensors has no BoundingBox
    """,
    "module-as-whose-function-smooths-now": """
        import torchvision.transforms.functional_tensor as F
        F.resize(x, 3)
        => left: --unsafe
    """,
    "module-by-its-full-name-whose-function-smooths-now": """
        import torchvision.transforms.functional_tensor
        torchvision.transforms.functional_tensor.resize
        => left: --unsafe
    """,
    "private-name": """
        from torchvision.models.segmentation.segmentation import _fcn_resnet
        => left: segmentation has no _fcn_resnet
    """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_is_left_says_why(program):
    check_kept(program)


PRIVATE = {
    "imported": """
        from torchvision.ops import _new_empty_tensor
                                    ^^^^^^^^^^^^^^^^^ TVC101 [breaks in 0.9.0] no torchvision release from 0.9.0 on has
        from torchvision.ops.misc import _output_size
                                         ^^^^^^^^^^^^ TVC101 [breaks in 0.9.0]
    """,
    "attribute": """
        import torchvision
        torchvision.ops._new_empty_tensor(x, shape)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "module": """
        from torchvision.models._nothing import f
                                                ^ TVC101
    """,
    "gone": """
        from torchvision.transforms.functional import _parse_fill
                                                      ^^^^^^^^^^^ TVC101 [breaks in 0.10.0]
    """,
    "nightly-builds": """
        from torchvision.prototype import models
                                          ^^^^^^ TVC101 only 0.16.0 and 0.22.0 to 0.22.1 hold torchvision.prototype
        import torchvision.prototype.transforms as T
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
}


@pytest.mark.parametrize("program", PRIVATE.values(), ids=PRIVATE)
def test_private_names_that_are_not_there_are_reported(program):
    check_reported(program)


PRIVATE_AND_THERE = {
    "helpers": """
        from torchvision.models._utils import IntermediateLayerGetter, _make_divisible
        from torchvision.models.resnet import _resnet
        from torchvision.transforms.functional import _interpolation_modes_from_int
    """,
    "extension": """
        import torchvision
        torchvision._C._cuda_version()
        from torchvision._C import something
    """,
    "of-every-module": """
        import torchvision
        print(torchvision.__file__, torchvision.models.__path__, torchvision.ops.__doc__, torchvision.__spec__)
    """,
    "assigned-before": """
        import torchvision
        torchvision.ops._mine = f
        torchvision.ops._mine(x)
    """,
    "handled": """
        try:
            from torchvision.ops import _new_empty_tensor
        except ImportError:
            _new_empty_tensor = None
    """,
    "before-0.7": """
        import torchvision
        if int(torchvision.__version__.split(".")[1]) < 7:
            from torchvision.ops import _new_empty_tensor
        if float(torchvision.__version__.split(".")[1]) < 7.0:
            from torchvision.ops.misc import _output_size
    """,
    "prototype-of-others": """
        import mine.prototype
        from mine import _private
    """,
}


@pytest.mark.parametrize("program", PRIVATE_AND_THERE.values(), ids=PRIVATE_AND_THERE)
def test_private_names_that_are_there_are_not_reported(program):
    check_silent(program)


def test_nightly_packages_are_reported_for_old_releases_and_not_for_those_that_hold_them():
    program = """
        from torchvision.prototype import models
                                          ^^^^^^ TVC101
    """
    check_reported(program, upgrade("0.12.0", "0.15.2"))
    source, _ = parse(program)
    check_silent(source, upgrade("0.12.0", "0.16.0"))
