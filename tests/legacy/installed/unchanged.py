"""Does what people do with torchvision's public names, with the guard and without it, and prints what came of it.

``python -m tests.legacy.installed.unchanged WAY`` prints a JSON object: mode -> name -> outcome. An outcome says what an
action gave, or how it failed, without addresses and paths. Each mode runs in a process of its own, since TorchScript and
torch.compile keep what they once compiled; it does only what works without the guard.
Over 400 lines, since it is one program, which runs beside a torchvision and has an action for each kind of public name.
"""

import copy
import functools
import hashlib
import importlib
import inspect
import json
import os
import pickle
import pkgutil
import random
import re
import sys
import tempfile
import traceback
import types
import warnings

import torch

from tvcompat import legacy

# What a parameter is given, by its name; a function with another required parameter is not called.
GIVEN = {}


def example(name):
    """A value for a parameter: the same in every process."""
    if not GIVEN:
        torch.manual_seed(0)
        image = torch.rand(3, 16, 16)
        boxes = torch.tensor([[1.0, 1.0, 6.0, 7.0], [2.0, 2.0, 9.0, 8.0], [1.0, 2.0, 6.0, 7.0]])
        GIVEN.update(dict.fromkeys(("img", "image", "tensor", "pic", "inpt", "images", "flow_image"), image))
        GIVEN.update(
            dict.fromkeys(("boxes", "boxes1", "boxes2", "bboxes", "bounding_boxes", "bounding_box", "keypoints"), boxes)
        )
        GIVEN.update(
            input=torch.rand(2, 4, 8, 8),
            video=torch.rand(2, 3, 16, 16),
            flow=torch.rand(2, 16, 16),
            mask=torch.zeros(1, 16, 16, dtype=torch.uint8),
            masks=torch.ones(2, 16, 16, dtype=torch.bool),
            scores=torch.tensor([0.9, 0.8, 0.7]),
            idxs=torch.tensor([0, 1, 0]),
            labels=["a", "b", "c"],
            iou_threshold=0.5,
            min_size=3.0,
            size=[8, 8],
            canvas_size=(16, 16),
            in_fmt="xyxy",
            out_fmt="xywh",
            angle=30.0,
            degrees=20.0,
            translate=[1, 2],
            scale=1.1,
            shear=[3.0, 4.0],
            startpoints=[[0, 0], [15, 0], [15, 15], [0, 15]],
            endpoints=[[1, 1], [14, 0], [15, 14], [0, 15]],
            padding=[2, 2, 2, 2],
            top=2,
            left=3,
            height=6,
            width=7,
            output_size=4,
            brightness_factor=1.2,
            contrast_factor=1.2,
            saturation_factor=1.2,
            sharpness_factor=1.2,
            hue_factor=0.1,
            gamma=1.1,
            gain=1.0,
            mean=[0.5, 0.5, 0.5],
            std=[0.2, 0.2, 0.2],
            i=2,
            j=3,
            h=4,
            w=5,
            v=torch.zeros(1),
            bits=4,
            threshold=0.5,
            kernel_size=3,
            p=0.5,
            mode="row",
            dtype=torch.float32,
            displacement=torch.zeros(1, 16, 16, 2),
            num_output_channels=3,
            num_samples=1,
            quality=70,
            matrix=torch.eye(3),
            spatial_scale=1.0,
            sampling_ratio=2,
            pooled_height=4,
            pooled_width=4,
            inputs=torch.rand(2, 4),
            targets=torch.rand(2, 4),
            target=torch.rand(2, 4),
            block_size=3,
            survival_rate=0.5,
            in_channels=4,
            out_channels=4,
            in_channels_list=[4, 4],
            num_features=4,
            input_channels=8,
            squeeze_channels=4,
            hidden_channels=[4, 4],
            lambd=abs,
            transforms=[torch.nn.Identity()],
            transformation_matrix=torch.eye(768),
            mean_vector=torch.zeros(768),
            featmap_names=["0"],
            canonical_scale=224,
            canonical_level=4,
            max_size=20,
            num_classes=10,
            dims=[-1],
            lengths=[1],
            offset=torch.zeros(2, 18, 6, 6),
            weight=torch.rand(4, 4, 3, 3),
            rois=torch.tensor([[0.0, 1.0, 1.0, 6.0, 7.0]]),
            orig_img=image,
            x={"0": torch.rand(1, 4, 8, 8)},
            format="XYXY",
            permutation=[2, 1, 0],
            flat_inputs=[image],
            obj=image,
        )
    return GIVEN[name]


def modules():
    """The public modules of torchvision that can be imported here."""
    import torchvision

    found = {"torchvision": torchvision}
    for info in pkgutil.walk_packages(torchvision.__path__, "torchvision.", onerror=lambda name: None):
        if not any(part.startswith("_") or part == "prototype" for part in info.name.split(".")):
            try:
                found[info.name] = importlib.import_module(info.name)
            except Exception:  # it needs a library that is not installed
                continue
    return found


def names():
    """Path -> object, for all that public modules have under a public name."""
    return {
        path + "." + name: value
        for path, module in modules().items()
        for name, value in list(vars(module).items())
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }


def own(found):
    """Of these, torchvision's own functions and classes, each once, by its shortest path."""
    once = {}
    for path in sorted(found, key=lambda path: (len(path), path)):
        value = found[path]
        home = getattr(value, "__module__", None) or ""
        if (inspect.isfunction(value) or inspect.isclass(value)) and home.startswith("torchvision"):
            once.setdefault(id(value), (path, value))
    return dict(once.values())


def functions(found, *below):
    return {path: value for path, value in own(found).items() if inspect.isfunction(value) and path.startswith(below)}


def instances(found):
    """The transforms and layers that can be made of values by the names of their parameters."""
    made = {}
    for path, value in own(found).items():
        if inspect.isclass(value) and issubclass(value, torch.nn.Module) and not path.startswith("torchvision.models"):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    torch.manual_seed(0)
                    made[path + "()"] = value(**arguments_of(value)).eval()
            except Exception:  # nothing is known for one of its parameters
                continue
    return made


def small_models():
    from torchvision import models

    built = {}
    for name in ("resnet18", "squeezenet1_1", "mobilenet_v2", "shufflenet_v2_x0_5"):
        torch.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            built["models." + name + "()"] = getattr(models, name)().eval()
    return built


def arguments_of(function):
    """Values for what a function requires.

    Raises:
        KeyError: there is none for a parameter.
    """
    if isinstance(function, torch.nn.Module):
        function = function.forward
    return {
        each.name: copy.deepcopy(example(each.name))
        for each in inspect.signature(function).parameters.values()
        if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    }


def call(function, taking=None):
    """Call a function, or what was made of it, with values by the names of its parameters."""
    given = arguments_of(function)
    # Transforms of v2 take any number of things.
    inputs = [example("inpt")] if isinstance(function, torch.nn.Module) and not given else []
    return (taking or function)(*inputs, **given)


def outcome(action):
    """What an action gave, or how it failed, as text."""
    random.seed(1)
    # torch.manual_seed also writes down where it was called, for each kind of device that is not there.
    torch.default_generator.manual_seed(1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = action()
        return "gave " + shown(found)
    except Exception as error:
        lines = str(error).strip().splitlines()
        return clean("{}: {}".format(type(error).__name__, lines[0] if lines else ""))


def shown(value):
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)} {value.double().sum().item()}"
    if isinstance(value, (list, tuple)):
        return "[{}]".format(", ".join(map(shown, value)))
    return clean(repr(value))


def clean(text):
    return re.sub(r"0x[0-9a-fA-F]+|___torch_mangle_\d+\.|/\S+/(?=\w+\.py)|line \d+", "", text)


def digest(text):
    return hashlib.sha256(clean(text).encode()).hexdigest()[:16]


# Ways to look at torchvision: each yields names and what to do with them


def inspected(found):
    first = {}
    for path in sorted(found):
        first.setdefault(id(found[path]), path)
    for path, value in found.items():
        yield path + " is", lambda value=value: first[id(value)]
    for path, value in own(found).items():
        yield path, lambda value=value: facts(value)
        members = vars(value).items() if inspect.isclass(value) else ()
        for name, member in members:
            if inspect.isfunction(member) and (name == "__init__" or not name.startswith("_")):
                yield path + "." + name, lambda member=member: facts(member)
    models = sys.modules["torchvision.models"]
    for name in models.list_models() if hasattr(models, "list_models") and "list_models" in vars(models) else ():
        yield name + " in the registry is", lambda name=name: first[id(models.get_model_builder(name))]


def facts(value):
    """What inspect says of a function or class, and what those look at who do without it."""
    told = [
        outcome(lambda: inspect.signature(value)),
        outcome(lambda: inspect.getfullargspec(value)),
        *(shown(getattr(value, name, "none")) for name in ("__module__", "__qualname__", "__name__", "__doc__")),
        *(shown(getattr(value, name, "none")) for name in ("__defaults__", "__kwdefaults__", "__annotations__")),
        str(inspect.unwrap(value) is value),
        clean(repr(getattr(value, "__wrapped__", "none"))),
    ]
    if inspect.isclass(value):
        told += [str([base.__qualname__ for base in value.__mro__]), type(value).__name__]
    else:
        told.append(outcome(lambda: source_of(value)))
    return told


def source_of(function):
    # Where `inspect.getsource`, and with it TorchScript, begins to read; reading on to the end takes most of its time.
    lines, number = inspect.findsource(inspect.unwrap(function))
    return number, lines[number]


def pickled(found):
    for path, value in own(found).items():
        yield path, lambda value=value: (pickle.loads(pickle.dumps(value)) is value, copy.deepcopy(value) is value)
    for path, instance in {**instances(found), **small_models()}.items():
        yield path, lambda instance=instance: pickle.loads(pickle.dumps(instance))
        yield path + " copied", lambda instance=instance: copy.deepcopy(instance)


CALLED = ("torchvision.transforms", "torchvision.ops", "torchvision.utils")


def called(found):
    for path, value in {**functions(found, *CALLED), **instances(found)}.items():
        yield path, lambda value=value: call(value)


def scripted(found):
    for path, value in functions(found, *CALLED, "torchvision.io").items():
        yield path, lambda value=value: digest(str(torch.jit.script(value).graph))
    for path, instance in {**instances(found), **small_models()}.items():
        yield path, lambda instance=instance: digest(torch.jit.script(instance).code)


def traced(found):
    """With torch.fx, and with torch.jit."""
    from torch import fx

    everything = {**functions(found, "torchvision"), **instances(found), **small_models()}
    for path, value in everything.items():
        yield path, lambda value=value: digest(str(fx.symbolic_trace(value).graph))
    image = torch.rand(1, 3, 64, 64)
    for path, model in small_models().items():
        yield path + " with jit", lambda model=model: digest(torch.jit.trace(model, image).code)


def compiled(found):
    """Functions and layers; transforms that draw random numbers mostly can't be compiled whole, and take longest."""
    if not hasattr(torch, "compile"):
        return
    for path, value in {**functions(found, *CALLED), **layers(found)}.items():
        if outcome(lambda value=value: call(value)).startswith("gave"):
            yield path, lambda value=value: compiled_whole(value)


def layers(found):
    return {path: instance for path, instance in instances(found).items() if path.startswith("torchvision.ops")}


def compiled_whole(value):
    torch._dynamo.reset()
    return call(value, torch.compile(value, fullgraph=True, backend="eager"))


class Calling(torch.nn.Module):
    """A module that calls a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, given):
        return self.function(**given)


def exported(found):
    """Layers, models, and the functions that the guard changes."""
    if not hasattr(torch, "export") or not hasattr(torch.export, "export"):
        return
    for path in ("transforms.functional.rotate", "transforms.functional.affine", "utils.make_grid"):
        function = found["torchvision." + path]
        tensors, others = {}, {}
        for name, value in arguments_of(function).items():
            (tensors if isinstance(value, torch.Tensor) else others)[name] = value
        module = Calling(functools.partial(function, **others))
        yield path, lambda module=module, tensors=tensors: exported_graph(module, (tensors,))
    for path, instance in layers(found).items():
        if outcome(lambda instance=instance: call(instance)).startswith("gave"):
            yield path, lambda instance=instance: exported_graph(instance, (), arguments_of(instance))
    image = torch.rand(2, 3, 64, 64)
    for path, model in small_models().items():
        yield path, lambda model=model: exported_graph(model, (image,))


def exported_graph(module, inputs, given=None):
    return digest(str(torch.export.export(module, inputs, given or {}).graph))


WAYS = {
    "inspect": inspected,
    "pickle": pickled,
    "call": called,
    "script": scripted,
    "trace": traced,
    "compile": compiled,
    "export": exported,
}


def look(way, mode, wanted):
    """Name -> outcome in one mode, of the names that are wanted, or of all."""
    if mode.startswith("early"):
        assert "torchvision" not in sys.modules
    else:
        modules()
    if mode != "off":
        legacy.enable(forward="forward" in mode, warn=False)
    if mode == "off again":
        legacy.disable()
    return {name: outcome(do) for name, do in WAYS[way](names()) if wanted is None or name in wanted}


def in_a_child(way, mode, wanted=None):
    """Begin to look in a process of its own; returns what waits for it and returns what it found."""
    file = tempfile.TemporaryFile("w+")  # noqa: SIM115
    number = os.fork()
    if not number:
        try:
            torch.set_num_threads(1)
            json.dump(look(way, mode, wanted), file)
            file.flush()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def result():
        if os.waitpid(number, 0)[1]:
            sys.exit(f"{way}: {mode} failed")
        file.seek(0)
        return json.load(file)

    return result


def main(way, *modes):
    """Print what came of it in these modes and without the guard.

    ``backward`` and ``forward`` turn the guard on when torchvision is there already, with ``early`` before it is
    imported; ``off again`` has been turned on and off.
    """
    early = {mode: in_a_child(way, mode) for mode in modes if mode.startswith("early")}
    told = {mode: result() for mode, result in early.items()}
    modules()
    if way in ("compile", "export") and hasattr(torch, "compile"):
        importlib.import_module("torch._dynamo")
    told["off"] = in_a_child(way, "off")()
    worked = {name for name, what in told["off"].items() if what.startswith("gave")}
    late = {mode: in_a_child(way, mode, worked) for mode in modes if mode not in early}
    told.update((mode, result()) for mode, result in late.items())
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
