"""What is left alone where hooks and members have stand-ins, and that all of it goes when the guard is turned off."""

import gc
import inspect
import weakref

import pytest
import torch
from torch import nn
from torchvision import transforms
from torchvision.models import VGG
from torchvision.models.detection.anchor_utils import AnchorGenerator

from tvcompat import legacy

from .running import python

# The installed release calls the hooks of transforms.v2 by the names of today.
pytestmark = pytest.mark.since("0.21")

IMAGE = torch.arange(4.0).reshape(1, 2, 2)


@pytest.fixture(autouse=True)
def _classes_are_gone():
    """The classes of a test are no longer there when the guard is turned on in the next one."""
    yield
    gc.collect()


@pytest.fixture
def v2():
    from torchvision.transforms import v2

    return v2


@pytest.fixture
def guard():
    with legacy.enable(warn=False) as guard:
        # The classes of earlier tests are in it.
        guard.ledger.clear()
        yield guard


def used(guard):
    return [use.name.rpartition(".")[2] for use in guard.ledger.uses]


def test_a_class_that_defines_both_names_is_left_alone(v2, guard):
    class Both(v2.RandomHorizontalFlip):
        def transform(self, inpt, params):
            return inpt + 1

        def _transform(self, inpt, params):
            raise AssertionError

    class Derived(Both):
        def _transform(self, inpt, params):
            raise AssertionError

    before = Both.transform
    assert torch.equal(Both(p=1)(IMAGE), IMAGE + 1)
    assert torch.equal(Derived(p=1)(IMAGE), IMAGE + 1)
    assert Both.transform is before
    assert "transform" not in vars(Derived)
    assert used(guard) == []


def test_a_class_with_a_present_hook_has_older_names_for_something_else(v2, guard):
    class Helped(v2.Transform):
        def transform(self, inpt, params):
            return inpt + self._get_params(inpt) + len(params)

        def _get_params(self, inpt):
            return inpt.numel()

    assert torch.equal(Helped()(IMAGE), IMAGE + 4)
    assert "make_params" not in vars(Helped)
    assert used(guard) == []


def test_a_mixin_with_a_helper_behind_a_present_hook(v2, guard):
    class Helper:
        def _transform(self, inpt):
            return inpt * 2

    class Uses(Helper, v2.Transform):
        def transform(self, inpt, params):
            return self._transform(inpt)

    assert torch.equal(Uses()(IMAGE), IMAGE * 2)
    assert used(guard) == []


def test_a_method_that_can_not_take_what_the_hook_is_given_is_none(v2, guard):
    class Other(v2.RandomHorizontalFlip):
        def _transform(self, number):
            return number + 1

    assert torch.equal(Other(p=1)(IMAGE), IMAGE.flip(-1))
    assert Other()._transform(1) == 2
    assert used(guard) == []


def test_submodules_and_buffers_may_have_the_name_of_what_left(v2, guard):
    class Wraps(v2.Transform):
        def __init__(self):
            super().__init__()
            self._transform = nn.ReLU()
            self.add_module("_get_params", nn.Identity())
            self.register_buffer("_check_inputs", torch.ones(1))

        def transform(self, inpt, params):
            return self._transform(inpt) + self._check_inputs

    wraps = Wraps()
    assert torch.equal(wraps(IMAGE - 2), (IMAGE - 2).clamp(min=0) + 1)
    assert [name for name, _ in wraps.named_children()] == ["_transform", "_get_params"]

    class Rotation(transforms.RandomRotation):
        def __init__(self):
            super().__init__(10)
            self.register_buffer("resample", torch.ones(2))

    assert torch.equal(Rotation().resample, torch.ones(2))
    assert used(guard) == []


def test_a_block_may_have_another_layer_by_an_older_name(guard):
    from torchvision.models.vision_transformer import MLPBlock

    class Block(MLPBlock):
        def __init__(self):
            super().__init__(2, 4, 0.0)
            self.more = nn.Identity()

    block = Block()
    assert list(block.state_dict()) == ["0.weight", "0.bias", "3.weight", "3.bias"]
    assert block.linear_1 is block[0]
    assert used(guard) == ["linear_1"]


@pytest.mark.filterwarnings("ignore")
def test_who_only_looks_uses_nothing(guard):
    rotation = transforms.RandomRotation(10)
    torch.jit.script(rotation)
    inspect.getmembers(rotation)
    repr(rotation)
    assert "resample" in dir(rotation)
    assert not hasattr(transforms.RandomRotation, "resample")
    assert used(guard) == []
    assert rotation.resample is transforms.InterpolationMode.NEAREST
    assert used(guard) == ["resample"]


def test_a_constructor_that_initializes_the_weights_itself_does_so_alone(guard):
    class Mine(VGG):
        calls = 0

        def __init__(self):
            super().__init__(nn.Sequential(nn.Conv2d(3, 512, 1)), num_classes=2)
            self.head = nn.Linear(2, 2)
            self._initialize_weights()

        def _initialize_weights(self):
            self.calls += 1
            nn.init.zeros_(self.head.weight)

    assert Mine().calls == 1
    assert used(guard) == []


def test_classes_from_before_the_guard_count_too_and_are_left_as_they_were(v2):
    class Early(v2.RandomHorizontalFlip):
        def _transform(self, inpt, params):
            return inpt + 1

    before = dict(vars(Early))
    early = Early(p=1)
    assert torch.equal(early(IMAGE), IMAGE.flip(-1))
    with legacy.enable(warn=False) as guard:
        assert torch.equal(early(IMAGE), IMAGE + 1)
        [use] = [use for use in guard.ledger.uses if use.line == Early._transform.__code__.co_firstlineno]
        assert (use.file, use.gone) == (__file__, "0.21.0")
        assert use.instead == "torchvision.transforms.v2.Transform.transform"
    assert dict(vars(Early)) == before
    assert torch.equal(early(IMAGE), IMAGE.flip(-1))
    assert not hasattr(v2.Resize, "_transform")
    assert not hasattr(AnchorGenerator, "tvcompat_overrides")


def test_classes_are_not_kept_alive(v2, guard):
    class Gone(v2.RandomHorizontalFlip):
        def _transform(self, inpt, params):
            return inpt

    known = weakref.ref(Gone)
    del Gone
    gc.collect()
    assert known() is None


def test_what_is_given_to_a_class_looks_like_the_hook(v2, guard):
    class Mine(v2.Pad):
        def _transform(self, inpt, params):
            return inpt

    hook = inspect.signature(v2.Pad.transform)
    assert list(inspect.signature(Mine.transform).parameters) == list(hook.parameters)
    assert Mine.transform.__qualname__.endswith("Mine.transform")
    assert Mine(1).transform(inpt=IMAGE, params={}) is IMAGE


def test_a_program_that_knows_both_goes_on_from_one_that_does_not(v2, guard):
    class Old(v2.RandomHorizontalFlip):
        def _transform(self, inpt, params):
            return inpt + 1

    class New(Old):
        def transform(self, inpt, params):
            return super().transform(inpt, params) * 10

        def _transform(self, inpt, params):
            return self.transform(inpt, params)

    assert torch.equal(New(p=1)(IMAGE), (IMAGE + 1) * 10)


COMPILED = """
import torch
from torchvision.transforms import v2

class Scale(v2.Transform):
    def _transform(self, inpt, params):
        return inpt * 3

compiled = torch.compile(Scale().transform, fullgraph=True, backend="eager")
print(compiled(torch.ones(1, 1, 2), {}).tolist())
"""


def test_compiled_whole(program):
    # torch keeps what it has compiled, and the class with it.
    out, err, code = python("-W", "ignore", "-m", "tvcompat", "run", program(COMPILED))
    assert (out, code) == ("[[[3.0, 3.0]]]\n", 0), err


def test_each_call_at_a_place_is_counted(v2, guard):
    for _ in range(3):
        v2.RandomHorizontalFlip()._transform(IMAGE, {})
    [use] = guard.ledger.uses
    assert use.times == 3
    assert "It is called transform." in use.text


def test_anchors_of_classes_that_override_nothing_are_made_as_ever(guard):
    function = AnchorGenerator.forward
    code = function.__code__

    class Plain(AnchorGenerator):
        pass

    assert AnchorGenerator.forward is function
    assert function.__code__ is code
    assert isinstance(Plain().cell_anchors, list)
    assert used(guard) == []
