"""Code that uses no legacy name behaves under the guard as it does without it."""

import builtins
import copy
import functools
import importlib
import inspect
import json
import os
import pickle
import subprocess
import sys
import types
from pathlib import Path

import pytest
import torch
import torchvision
from torchvision import transforms
from torchvision.transforms import functional
from torchvision.utils import make_grid

from tvcompat import legacy

ROOT = Path(__file__).parents[3]

# What a mode is, `unchanged.main` says.
BOTH = ("backward", "forward")
ALL = (*BOTH, "early backward", "early forward", "off again")

# Since 0.13 `forward` changes all that `backward` does, and gives more modules a `__getattr__`; compiling takes long.
MOST = ("forward",)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mode is tried in a fork of one process")
@pytest.mark.parametrize(
    ("way", "modes", "least"),
    [
        pytest.param("inspect", ALL, 2000, id="identity-and-inspect"),
        pytest.param("pickle", BOTH, 500, id="pickle-and-deepcopy"),
        pytest.param("call", BOTH, 80, id="call"),
        pytest.param("script", BOTH, 100, id="torch.jit.script"),
        pytest.param("trace", BOTH, 20, id="torch.fx-and-jit.trace"),
        pytest.param("compile", MOST, 100, id="torch.compile", marks=pytest.mark.since("0.17")),
        pytest.param("export", MOST, 10, id="torch.export", marks=pytest.mark.since("0.17")),
    ],
)
def test_everything_public(way, modes, least):
    command = [sys.executable, "-W", "ignore", "-m", "tests.legacy.installed.unchanged", way, *modes]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    worked = {name: what for name, what in found["off"].items() if what.startswith("gave")}
    assert len(worked) >= least
    differ = [
        f"{mode}: {name}: {found[mode].get(name)} instead of {what}"
        for mode in modes
        for name, what in worked.items()
        if found[mode].get(name) != what
    ]
    assert differ == []


# What was once broken, by name


def image():
    return torch.arange(3 * 16 * 16, dtype=torch.uint8).reshape(3, 16, 16)


def rotate(x):
    return functional.rotate(x, 30.0)


def affine(x):
    return functional.affine(x, 30.0, [1, 2], 1.1, [3.0, 4.0])


def grid(x):
    return make_grid(x)


@pytest.fixture(params=["backward", pytest.param("forward", marks=pytest.mark.before("0.13"))])
def guard(request):
    with legacy.enable(forward=request.param == "forward", warn=False) as guard:
        yield guard
        assert len(guard.ledger) == 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name", ["RandomRotation", "RandomAffine", "AutoAugment", "RandAugment", "TrivialAugmentWide", "AugMix"], ids=str
)
def test_transforms_can_be_scripted(guard, name):
    if not hasattr(transforms, name):
        pytest.skip(f"torchvision {torchvision.__version__} has no {name}")
    transform = getattr(transforms, name)(*([(20, 20)] if name in ("RandomRotation", "RandomAffine") else []))
    scripted = torch.jit.script(transform)
    torch.manual_seed(0)
    expected = transform(image())
    torch.manual_seed(0)
    # AugMix draws from distributions that TorchScript can't draw from in the same way.
    assert scripted(image()).shape == expected.shape if name == "AugMix" else torch.equal(scripted(image()), expected)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", [rotate, affine], ids=["rotate", "affine"])
def test_functions_can_be_scripted(guard, function):
    assert torch.equal(torch.jit.script(function)(image()), function(image()))
    assert torch.jit.script(getattr(functional, function.__name__))


@pytest.mark.since("0.17")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", [rotate, affine, grid], ids=["rotate", "affine", "make_grid"])
def test_functions_can_be_compiled_whole(guard, function):
    torch._dynamo.reset()
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    x = image().float()
    assert torch.equal(compiled(x), function(x))


@pytest.mark.since("0.14")
def test_the_registry_and_the_module_have_the_same_builder(guard):
    for name in torchvision.models.list_models(module=torchvision.models):
        assert torchvision.models.get_model_builder(name) is getattr(torchvision.models, name), name


def test_builders_that_were_imported_before_take_the_other_arguments():
    early = torchvision.models.resnet18
    with legacy.enable(forward=True, warn=False) as guard:
        assert early is torchvision.models.resnet18
        assert early(**OTHER).fc.out_features == 1000
        assert [use.name.rpartition(".")[2] for use in guard.ledger.uses] == [f"resnet18({next(iter(OTHER))}=)"]


# How it is done. Builders are changed on every release, though on older ones only for newer programs.

FORWARD = "Weights" not in str(inspect.signature(torchvision.models.resnet18))

# What is the other era's.
OTHER = {"weights": None} if FORWARD else {"pretrained": False}


def seen(function):
    names = ("__code__", "__defaults__", "__kwdefaults__", "__closure__", "__doc__", "__annotations__")
    return [getattr(function, name) for name in names], dict(vars(function)), inspect.signature(function)


def test_disable_gives_functions_their_code_back():
    functions = [torchvision.models.resnet18, functional.rotate, transforms.RandomAffine.__init__, make_grid]
    before = [seen(function) for function in functions]
    for _ in range(2):
        with legacy.enable(forward=FORWARD, warn=False):
            assert functions[0].__code__ is not before[0][0][0]
        assert [seen(function) for function in functions] == before


def test_turning_it_on_again_makes_no_further_copies():
    from tvcompat.legacy import originals

    with legacy.enable(forward=FORWARD, warn=False):
        copies = dict(vars(originals))
    with legacy.enable(forward=FORWARD, warn=False):
        assert dict(vars(originals)) == copies


def test_code_that_others_give_a_function_stays():
    function = torchvision.models.resnet18
    before = function.__code__
    try:
        with legacy.enable(forward=FORWARD, warn=False):
            others = function.__code__ = function.__code__.replace(co_name="theirs")
        assert function.__code__ is others
        assert function(progress=False).fc.out_features == 1000
    finally:
        function.__code__ = before


def test_functions_of_others_are_left_alone(monkeypatch):
    def mine(pretrained=False):
        return pretrained

    code = mine.__code__
    monkeypatch.setattr(torchvision.models, "resnet18", mine)
    with legacy.enable(forward=True, warn=False):
        assert torchvision.models.resnet18 is mine
        assert mine.__code__ is code
    monkeypatch.setattr(torchvision.models, "resnet18", functools.partial(mine, True))
    with legacy.enable(forward=True, warn=False):
        assert torchvision.models.resnet18() is True


@pytest.mark.parametrize(
    "arguments", [{}, {"nothing": 1}, {"angle": 1, "nothing": 1}], ids=["none", "unknown", "unknown-and-too-few"]
)
def test_errors_of_calls_are_those_of_the_function(arguments):
    def complaint():
        with pytest.raises(TypeError) as caught:
            functional.rotate(**arguments)
        return str(caught.value)

    without = complaint()
    with legacy.enable(forward=FORWARD, warn=False):
        assert complaint() == without


@pytest.mark.filterwarnings("ignore:.*since 0.13")
def test_a_thread_may_be_in_a_call_while_the_guard_is_turned_off():
    function = torchvision.models.resnet18
    with legacy.enable(forward=FORWARD, warn=False):
        # What such a thread has: the code of the time when the guard was on.
        held = types.FunctionType(function.__code__, function.__globals__, "held", None, function.__closure__)
    assert held(progress=False).fc.out_features == 1000
    # Every release takes this by itself, and the guard would take it over.
    assert held(pretrained=False).fc.out_features == 1000


def test_free_variables_are_kept():
    from tvcompat.legacy import in_place

    def outer(z, a, __class__):
        def function(x):
            return x, a, z, __class__

        variables = {"__name__": "torchvision.made", "__builtins__": builtins}
        return types.FunctionType(function.__code__, variables, None, None, function.__closure__)

    function = outer(1, 2, 3)
    free = function.__code__.co_freevars
    assert in_place.can_change(function)
    undo = in_place.change(function, in_place.Calls(("y",)), lambda original: lambda _, given: original(given["y"]))
    assert function.__code__.co_freevars == free
    assert not in_place.can_change(function)
    assert (function(5), function(x=5), function(y=6)) == ((5, 2, 1, 3), (5, 2, 1, 3), (6, 2, 1, 3))
    undo()
    assert function(5) == (5, 2, 1, 3)
    with pytest.raises(TypeError, match="y"):
        function(y=6)


@pytest.mark.parametrize(
    "function", [torchvision.models.resnet18, functional.rotate, make_grid], ids=lambda function: function.__name__
)
def test_changed_functions_are_pickled_and_copied_as_themselves(guard, function):
    assert pickle.loads(pickle.dumps(function)) is function
    assert copy.deepcopy(function) is function


@pytest.mark.since("0.17")
def test_the_functions_of_a_reloaded_module_are_changed_too():
    module = torchvision.utils
    before = dict(vars(module))
    try:
        with legacy.enable(warn=False):
            importlib.reload(module)
            assert module.make_grid is not make_grid
            for function in (module.make_grid, make_grid):
                assert function(image().float(), normalize=True, range=(0, 9)).max() == 1
    finally:
        vars(module).update(before)
