"""Measure one installed torchvision release from the inside and print the facts as JSON.

This file is run as a script by the interpreter of the environment under test, never imported there:

    python -I probe.py --out facts.json [--canonical canonical.json]

It needs nothing but the standard library and the release itself, and keeps to Python 3.8 syntax. No checkpoint is
downloaded: the downloader is replaced by one that notes what was asked for, and the network is closed on top.

What it measures

* which modules import, and which names each of them really has, with the parameters of functions and classes;
* the builders of the six model namespaces, what they ask for when called plain, with ``pretrained=True`` (keyword and
  positional) and with ``weights=``, and the state dict each of these calls builds (names, dtypes, shapes);
* the weights enums: entries, aliases, metadata, preprocessing;
* outputs: the model is filled with parameters derived from their canonical names, run in double precision on a fixed
  input, and described by a few numbers that must be the same on every release.

Building a hundred models costs neither time nor memory, because initialisation is skipped: the pages of a parameter
that nobody writes to are never allocated.
"""

import argparse
import contextlib
import enum
import importlib
import inspect
import json
import math
import os
import pkgutil
import platform
import re
import socket
import sys
import time
import types
import typing
import warnings
import zlib
from collections import OrderedDict
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

PROBE_VERSION = 1

# State-dict name -> `dtype d0,d1,...`; (module path, attribute) -> value; anything ready for JSON.
Schema = Dict[str, str]
Settings = Dict[Tuple[str, str], Any]
Facts = Dict[str, Any]
Builder = Callable[..., Any]

NAMESPACES = (
    "torchvision.models",
    "torchvision.models.detection",
    "torchvision.models.optical_flow",
    "torchvision.models.quantization",
    "torchvision.models.segmentation",
    "torchvision.models.video",
)

# Models up to this size are run, and the smallest of every defining module whatever its size.
OUTPUT_PARAMETER_LIMIT = 45_000_000


# ---------------------------------------------------------------------------------------------------------------------
# Canonical names: pure functions, also used by the catalog compiler.


def align_names(
    names: Sequence[str], shapes: Mapping[str, Any], canonical_names: Sequence[str], canonical_shapes: Mapping[str, Any]
) -> Optional[Dict[str, str]]:
    """Map the state-dict names of one release to the canonical names of another.

    torchvision renames parameters by wrapping or moving blocks, which keeps the order of a state dict; so the names
    that only one side has are paired in order, and a pair must have equal shapes.

    Args:
        names, canonical_names: names in state-dict order.
        shapes, canonical_shapes: name -> anything comparable that describes dtype and shape.

    Returns:
        ``{name: canonical name}`` for the names that differ, or ``None`` where the two do not correspond.
    """
    known, canonical_known = set(names), set(canonical_names)
    if known == canonical_known:
        return {}
    left = [name for name in names if name not in canonical_known]
    right = [name for name in canonical_names if name not in known]
    if len(left) != len(right):
        return None
    if any(shapes[a] != canonical_shapes[b] for a, b in zip(left, right)):
        return None
    return dict(zip(left, right))


# ---------------------------------------------------------------------------------------------------------------------
# Describing Python objects as text, in a form that does not depend on the Python or torch that runs.


def describe_default(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, (types.FunctionType, type)):
        return value.__name__
    if isinstance(value, (bool, int, float, str, bytes, type(None))):
        return repr(value)
    if isinstance(value, (list, tuple)):
        inner = ", ".join(describe_default(item) for item in value)
        if isinstance(value, list):
            return "[" + inner + "]"
        return "(" + inner + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {describe_default(v)}" for k, v in value.items()) + "}"
    return "..."


def describe_annotation(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"<(?:class|enum) '([\w.]+)'>", r"\1", text)
    text = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)
    text = re.sub(r"\b(Callable|Dict|List|OrderedDict|Sequence|Set|Tuple|Type)\b", lambda m: m.group(1).lower(), text)
    text = text.replace("callable", "Callable").replace("sequence", "Sequence").replace("ordereddict", "OrderedDict")
    return text.replace("NoneType", "None")


def describe_signature(function: Callable[..., Any]) -> str:
    """Signature with annotations and defaults, for builders."""
    parts, star = [], False
    signature = inspect.signature(function)
    for parameter in signature.parameters.values():
        text = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            text, star = "*" + text, True
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = "**" + text
        elif parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        if parameter.annotation is not parameter.empty:
            text += ": " + describe_annotation(parameter.annotation)
            if parameter.default is not parameter.empty:
                text += " = " + describe_default(parameter.default)
        elif parameter.default is not parameter.empty:
            text += "=" + describe_default(parameter.default)
        parts.append(text)
    returns = ""
    if signature.return_annotation is not signature.empty:
        returns = " -> " + describe_annotation(signature.return_annotation)
    return "(" + ", ".join(parts) + ")" + returns


def describe_parameters(function: Callable[..., Any]) -> str:
    """Parameter names, kinds and whether each has a default: ``(img, size, interpolation=, *, antialias=)``."""
    parts, star, positional_only = [], False, False
    for parameter in inspect.signature(function).parameters.values():
        text = parameter.name
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional_only = True
        elif positional_only:
            parts.append("/")
            positional_only = False
        if parameter.kind is parameter.VAR_POSITIONAL:
            text, star = "*" + text, True
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = "**" + text
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not star:
                parts.append("*")
                star = True
            if parameter.default is not parameter.empty:
                text += "="
        parts.append(text)
    if positional_only:
        parts.append("/")
    return "(" + ", ".join(parts) + ")"


def describe_error(error: BaseException) -> str:
    text = " ".join(str(error).split())
    # The addresses and paths in a message differ from run to run.
    text = re.sub(r"0x[0-9a-f]+", "0x...", text)
    text = re.sub(r"(?:/[\w.+-]+){2,}/", ".../", text)
    return f"{type(error).__name__}: {text[:300]}"


def plain(value: Any) -> Any:
    """The value of a metadata field as JSON can hold it."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    return describe_default(value)


# ---------------------------------------------------------------------------------------------------------------------
# Modules and names


def module_names() -> List[str]:
    """Every module of the installed package, by walking its files."""
    import torchvision

    found = ["torchvision"]
    for info in pkgutil.walk_packages(torchvision.__path__, "torchvision.", onerror=lambda name: None):
        found.append(info.name)
    return sorted(set(found))


def measure_modules() -> Tuple[Dict[str, Dict[str, str]], Dict[str, str]]:
    modules, failures = {}, {}
    for name in module_names():
        try:
            module = importlib.import_module(name)
        except BaseException as error:  # a module may raise anything at all while it is imported
            failures[name] = describe_error(error)
            continue
        modules[name] = measure_names(module)
    return modules, failures


def measure_names(module: types.ModuleType) -> Dict[str, str]:
    """Name -> kind, of one module: ``function(a, b=)``, ``class(x)``, ``module``, ``foreign`` or ``data``.

    The parameters are those of functions and classes that are defined there; a name imported from another module of
    torchvision has its kind alone. What comes from other packages is ``foreign``: it looks different under another
    Python, and is no fact about this release.
    """
    names = {}
    for name in sorted(vars(module)):
        if name.startswith("__"):
            continue
        value = vars(module)[name]
        if isinstance(value, types.ModuleType):
            names[name] = "module"
        elif isinstance(value, type) or callable(value):
            home = getattr(value, "__module__", None)
            if not str(home).startswith("torchvision"):
                names[name] = "foreign"
                continue
            names[name] = "class" if isinstance(value, type) else "function"
            if home == module.__name__ and has_own_parameters(value):
                with contextlib.suppress(TypeError, ValueError):
                    names[name] += describe_parameters(value)
        else:
            names[name] = "data"
    return names


def has_own_parameters(value: Any) -> bool:
    """Whether the parameters of a function or class were written in torchvision, not inherited from elsewhere."""
    if not isinstance(value, type):
        return True
    if issubclass(value, enum.Enum):
        return False
    if hasattr(value, "__dataclass_fields__") or hasattr(value, "_fields"):
        return True
    return str(getattr(value.__init__, "__module__", None)).startswith("torchvision")


# ---------------------------------------------------------------------------------------------------------------------
# Builders: found, and called with the downloader replaced


def find_builders() -> Dict[str, Builder]:
    """Full public path -> function. A builder is a public function of a model namespace that can load weights."""
    builders: Dict[str, Builder] = {}
    for namespace in NAMESPACES:
        try:
            module = importlib.import_module(namespace)
        except ImportError:
            continue
        for name, value in sorted(vars(module).items()):
            if name.startswith("_") or not inspect.isfunction(value):
                continue
            if not value.__module__.startswith("torchvision.models"):
                continue
            if {"pretrained", "weights"} & set(inspect.signature(value).parameters):
                builders[namespace + "." + name] = value
    return builders


class Asked(Dict[str, Any]):
    """Stands for the state dict of a checkpoint that was asked for and not fetched."""

    url: str = ""


class Downloads:
    """Replaces every downloader of torch and torchvision, and notes the addresses asked for."""

    def __init__(self) -> None:
        self.urls: List[str] = []
        self.loads: List[Tuple[Optional[str], Schema]] = []
        self.original: Callable[..., Any] = lambda *args, **kwargs: None

    def load_state_dict_from_url(self, url: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(url, str):
            # Some releases look up an address that is not there. It fails before the network is needed, in the words
            # of the torch at hand.
            return self.original(url, *args, **kwargs)
        self.urls.append(url)
        asked = Asked()
        asked.url = url
        return asked

    def install(self) -> None:
        import torch

        self.original = torch.hub.load_state_dict_from_url
        torch.hub.load_state_dict_from_url = self.load_state_dict_from_url
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] == "torchvision" and "load_state_dict_from_url" in vars(module):
                vars(module)["load_state_dict_from_url"] = self.load_state_dict_from_url

        original = torch.nn.Module.load_state_dict
        downloads = self

        def load_state_dict(module: Any, state_dict: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(state_dict, Asked):
                downloads.loads.append((getattr(state_dict, "url", None), schema_of(module)))
                return None
            return original(module, state_dict, *args, **kwargs)

        torch.nn.Module.load_state_dict = load_state_dict

        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise OSError("the probe has no network")

        socket.socket.connect = refuse  # type: ignore[method-assign]
        socket.create_connection = refuse

    @contextlib.contextmanager
    def noted(self) -> "Iterator[Downloads]":
        self.urls, self.loads = [], []
        yield self


def dtype_name(dtype: Any) -> str:
    return str(dtype).replace("torch.", "")


def schema_of(module: Any) -> Schema:
    """State-dict name -> ``dtype d0,d1,...`` in order. Entries that are no tensors (quantized ones) are named."""
    import torch

    schema = {}
    for name, value in module.state_dict().items():
        if isinstance(value, torch.Tensor):
            schema[name] = (dtype_name(value.dtype) + " " + ",".join(str(size) for size in value.shape)).strip()
        elif isinstance(value, torch.dtype):
            schema[name] = "dtype " + dtype_name(value)
        else:
            schema[name] = "object " + type(value).__name__
    return schema


def settings_of(model: Any) -> Settings:
    """(module path, attribute) -> plain value, of every module of a model: eps, transform_input, image_size, ..."""
    settings = {}
    for path, module in model.named_modules():
        settings[path, "class"] = type(module).__name__
        for name, value in vars(module).items():
            if name.startswith("_") or name == "training" or not isinstance(value, (bool, int, float, str, tuple)):
                continue
            settings[path, name] = plain(value)
    return settings


def settings_changed(before: Settings, after: Settings) -> List[List[Any]]:
    """What a call sets otherwise than the plain call does: ``[attribute, before, after, how often, first path]``.

    Such settings belong to a checkpoint as much as its parameters do: the epsilon of the batch norms of a detector,
    the input transform of an inception.
    """
    changed: Dict[str, List[Any]] = OrderedDict()
    for path, name in list(before) + [key for key in after if key not in before]:
        old, new = before.get((path, name), "absent"), after.get((path, name), "absent")
        if old == new or ("absent" in (old, new) and name != "class"):
            continue
        key = json.dumps([name, old, new])
        changed.setdefault(key, [name, old, new, 0, path])[3] += 1
    return list(changed.values())


class Initialisation:
    """Replaces the functions of ``torch.nn.init``, so that building a model writes to none of its parameters.

    With ``zero`` set they write zeros: needed where a model computes with its fresh parameters while it is built, as
    the quantized ones do.
    """

    def __init__(self) -> None:
        self.zero = False

    def install(self) -> None:
        import torch

        names = [n for n in vars(torch.nn.init) if n.endswith("_") and not n.startswith("_")]
        originals = {vars(torch.nn.init)[n] for n in names}
        # A model module may have imported an initialiser by name.
        for module_name, module in list(sys.modules.items()):
            if module_name.split(".")[0] not in ("torch", "torchvision") or not isinstance(module, types.ModuleType):
                continue
            for name, value in list(vars(module).items()):
                if isinstance(value, types.FunctionType) and value in originals:
                    setattr(module, name, self.skip)
        # googlenet and inception_v3 of the first releases draw from scipy, one slow value at a time.
        try:
            import numpy
            from scipy import stats
        except ImportError:
            return

        class Zeros:
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                pass

            def rvs(self, size: Any) -> Any:
                return numpy.zeros(size)

        stats.truncnorm = Zeros

    def skip(self, tensor: Any, *args: Any, **kwargs: Any) -> Any:
        if self.zero:
            import torch

            with torch.no_grad():
                tensor.zero_()
        return tensor


class Schemas:
    """Distinct schemas by number, so that one that a hundred calls share stands in the output once."""

    def __init__(self) -> None:
        self.values: List[Schema] = []
        self._numbers: Dict[str, int] = {}

    def number(self, schema: Schema) -> int:
        key = json.dumps(schema)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(schema)
        return self._numbers[key]


class Builders:
    """Calls builders and describes what happened."""

    def __init__(self, downloads: Downloads, initialisation: Initialisation, schemas: Schemas) -> None:
        self.downloads = downloads
        self.initialisation = initialisation
        self.schemas = schemas
        self._plain_settings: Dict[str, Settings] = {}

    def describe(self, model: Any, outcome: Facts, plain_settings: Settings) -> Facts:
        """Add to an outcome the schema of the model and the settings it has otherwise than the plain one."""
        outcome["schema"] = self.schemas.number(schema_of(model))
        changed = settings_changed(plain_settings, settings_of(model))
        if changed:
            outcome["settings"] = changed
        return outcome

    def call(self, builder: Builder, *args: Any, **kwargs: Any) -> Tuple[Any, Facts]:
        """(model or None, {"asks": addresses, "loads": [[address, schema number]], "error": text})"""
        with self.downloads.noted() as noted:
            try:
                model = builder(*args, **kwargs)
                outcome: Facts = {}
            except Exception as error:
                model = None
                outcome = {"error": describe_error(error)}
        if noted.urls:
            outcome["asks"] = list(noted.urls)
        if noted.loads:
            outcome["loads"] = [[url, self.schemas.number(schema)] for url, schema in noted.loads]
        return model, outcome

    def weights_outcome(self, path: str, builder: Builder, keywords: Dict[str, Any]) -> Facts:
        """What a call with a weights entry asks for, loads, builds and sets; quantized models' settings left out."""
        model, outcome = self.call(builder, **keywords)
        if model is not None and path in self._plain_settings and not keywords.get("quantize"):
            self.describe(model, outcome, self._plain_settings[path])
        return outcome

    def measure(self, path: str, builder: Builder) -> Facts:
        import torch

        parameters = inspect.signature(builder).parameters
        facts: Facts = {
            "module": builder.__module__,
            "signature": describe_signature(builder),
            "weights_enum": weights_enum_of(builder),
        }
        model, facts["plain"] = self.call(builder)
        if model is not None:
            facts["schema"] = self.schemas.number(schema_of(model))
            facts["parameters"] = sum(p.numel() for p in model.parameters())
            facts["class"] = type(model).__module__ + "." + type(model).__name__
            self._plain_settings[path] = settings_of(model)
        plain_asks = facts["plain"].get("asks", [])

        model, facts["pretrained"] = self.call(builder, pretrained=True)
        if model is not None and path in self._plain_settings:
            self.describe(model, facts["pretrained"], self._plain_settings[path])
        del model
        facts["positional"] = self.call(builder, True)[1]
        facts["accepts_pretrained"] = takes_effect(facts["pretrained"], plain_asks)
        facts["accepts_positional_pretrained"] = takes_effect(facts["positional"], plain_asks)
        if all(facts["positional"].get(key) == facts["pretrained"].get(key) for key in ("asks", "loads", "error")):
            del facts["positional"]
        facts["accepts_weights"] = "weights" in parameters and not is_type_error(self.call(builder, weights=None)[1])
        for argument in ("pretrained_backbone", "weights_backbone"):
            value = False if argument == "pretrained_backbone" else None
            outcome = self.call(builder, **{argument: value})[1]
            facts["accepts_" + argument] = not is_type_error(outcome) and (
                argument in parameters or outcome.get("asks", []) != plain_asks
            )

        if "quantize" in parameters:
            self.initialisation.zero = True
            torch.manual_seed(0)
            model, outcome = self.call(builder, quantize=True)
            if model is not None:
                outcome["schema"] = self.schemas.number(schema_of(model))
            del model
            facts["quantized"] = outcome
            facts["quantized"]["pretrained"] = self.call(builder, pretrained=True, quantize=True)[1]
            self.initialisation.zero = False
        return facts


def is_type_error(outcome: Facts) -> bool:
    """Whether the call was refused because of its arguments; other TypeErrors come from deeper down."""
    return bool(
        re.match(r"TypeError: .*(unexpected keyword|positional argument|multiple values)", outcome.get("error", ""))
    )


def takes_effect(outcome: Facts, plain_asks: List[str]) -> bool:
    """Whether ``pretrained=True`` was understood: not refused as an argument, and not swallowed without effect."""
    if is_type_error(outcome):
        return False
    return "error" in outcome or outcome.get("asks", []) != plain_asks


# ---------------------------------------------------------------------------------------------------------------------
# Weights enums


def weights_base() -> Any:
    """The class WeightsEnum, or None before 0.13."""
    try:
        return importlib.import_module("torchvision.models._api").WeightsEnum
    except (ImportError, AttributeError):
        return None


def weights_enum_of(builder: Builder) -> Optional[str]:
    """Name of the weights enum in the annotation of ``weights``, the first where it names several."""
    base = weights_base()
    if base is None or "weights" not in inspect.signature(builder).parameters:
        return None
    annotation = inspect.signature(builder).parameters["weights"].annotation
    for candidate in (annotation, *typing.get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, base):
            return candidate.__name__
    return None


def measure_weights(builders: Dict[str, Builder], caller: Builders) -> Tuple[Facts, Facts, Facts]:
    """(enums, entries, checkpoints): where each enum stands, what its entries say, what loading each asks for."""
    base = weights_base()
    if base is None:
        return {}, {}, {}
    classes: Dict[str, Tuple[str, Any]] = {}
    for namespace in NAMESPACES:
        for name, value in sorted(vars(importlib.import_module(namespace)).items()):
            if isinstance(value, type) and issubclass(value, base) and value is not base:
                classes.setdefault(name, (namespace, value))

    by_enum: Dict[str, List[str]] = {}
    for path, builder in builders.items():
        parameters = inspect.signature(builder).parameters
        if "weights" in parameters:
            annotation = parameters["weights"].annotation
            for candidate in (annotation, *typing.get_args(annotation)):
                if isinstance(candidate, type) and issubclass(candidate, base):
                    by_enum.setdefault(candidate.__name__, []).append(path)

    enums: Facts = {}
    entries: Facts = {}
    checkpoints: Facts = {}
    for enum_name, (namespace, value) in sorted(classes.items()):
        enums[enum_name] = {
            "namespace": namespace,
            "module": value.__module__,
            "aliases": {n: m.name for n, m in value.__members__.items() if n != m.name},
            "builders": sorted(by_enum.get(enum_name, [])),
        }
        entries[enum_name] = {}
        for entry_name, member in value.__members__.items():
            if entry_name != member.name:
                continue
            weights = member.value
            function = weights.transforms
            arguments = {}
            if not isinstance(function, type):
                arguments = plain(dict(function.keywords))
                function = function.func
            preset = weights.transforms()
            entries[enum_name][entry_name] = {
                "url": weights.url,
                "preset": function.__name__,
                "preset_arguments": arguments,
                "preset_values": {n: plain(v) for n, v in vars(preset).items() if n[0] != "_" and n != "training"},
                "meta": plain(weights.meta),
            }
            for path in by_enum.get(enum_name, []):
                keywords = {"weights": member}
                if "quantize" in inspect.signature(builders[path]).parameters:
                    keywords["quantize"] = enum_name.endswith("_QuantizedWeights")
                    # A quantized float checkpoint and a float one are two calls of one builder.
                    caller.initialisation.zero = keywords["quantize"]
                outcome = caller.weights_outcome(path, builders[path], keywords)
                caller.initialisation.zero = False
                checkpoints[f"{enum_name}.{entry_name} {path}"] = outcome
    return enums, entries, checkpoints


def measure_model_urls() -> Facts:
    """``module.model_urls`` -> name -> address, of every such table that is still there."""
    found = {}
    for module_name, module in sorted(sys.modules.items()):
        if not module_name.startswith("torchvision.models"):
            continue
        for name, table in sorted(vars(module).items()):
            if name.endswith("model_urls") and isinstance(table, dict):
                found[module_name + "." + name] = {key: table[key] for key in sorted(table)}
    return found


def measure_warnings() -> List[str]:
    """What the plainest call of the old era is warned with."""
    import torchvision

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torchvision.models.resnet18(pretrained=True)
    return sorted(f"{w.category.__name__}: {w.message}" for w in caught if "torchvision" in w.filename)


def measure_registry() -> Dict[str, str]:
    """Registry name -> full path of the function, where the release has a registry."""
    try:
        registered = importlib.import_module("torchvision.models._api").BUILTIN_MODELS
    except (ImportError, AttributeError):
        return {}
    return {name: f"{f.__module__}.{f.__name__}" for name, f in sorted(registered.items())}


# ---------------------------------------------------------------------------------------------------------------------
# Outputs


def fill(model: Any, canonical: Mapping[str, str]) -> None:
    """Give every parameter and running statistic a value that depends on its canonical name and shape alone.

    Drawn from numpy's RandomState, whose stream is frozen for good, in double precision. Scaled like a fresh model,
    so that the signal neither dies nor explodes on its way.
    """
    import numpy
    import torch

    parameters = {name for name, _ in model.named_parameters()}
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            last = name.rsplit(".", 1)[-1]
            if name not in parameters and last not in ("weight", "bias", "running_mean", "running_var"):
                continue
            if not tensor.is_floating_point():
                continue
            random = numpy.random.RandomState(zlib.crc32(canonical.get(name, name).encode()) & 0xFFFFFFFF)
            uniform = random.random_sample(tensor.numel())
            if last == "running_var" or (last == "weight" and tensor.dim() == 1):
                values = 0.8 + 0.4 * uniform
            elif tensor.dim() < 2:
                values = 0.2 * uniform - 0.1
            else:
                fan_in = max(1, tensor.numel() // tensor.shape[0])
                values = (2 * uniform - 1) * math.sqrt(3.0 / fan_in)
            tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))


def image(*shape: int) -> Any:
    """A fixed input, uniform in 0..1, double precision."""
    import numpy
    import torch

    random = numpy.random.RandomState(len(shape) * 1000 + shape[-1])
    return torch.from_numpy(random.random_sample(shape))


def input_size(module_name: str) -> int:
    """Height and width in pixels: as small as the architecture allows."""
    return {"inception": 96, "vision_transformer": 224, "maxvit": 224}.get(module_name.rsplit(".", 1)[-1], 64)


def outputs_of(path: str, module_name: str, model: Any) -> List[Any]:
    """The tensors that describe what the model computes; for detectors the heads, before thresholds and sorting."""
    namespace = path.rsplit(".", 1)[0]
    size = input_size(module_name)
    if namespace.endswith(".detection"):
        return detection_outputs(model)
    if namespace.endswith(".optical_flow"):
        return [model(image(1, 3, 128, 128), image(1, 3, 128, 128).flip(3), num_flow_updates=2)[-1]]
    if namespace.endswith(".video"):
        if module_name.endswith(("mvit", "s3d")):
            return [model(image(1, 3, 16, 224, 224))]
        return [model(image(1, 3, 16, 64, 64))]
    output = model(image(1, 3, size, size))
    if isinstance(output, dict):
        return [output[key] for key in sorted(output)]
    return [output]


def detection_outputs(model: Any) -> List[Any]:
    import torch

    if not hasattr(model, "roi_heads"):
        features = model.backbone(image(1, 3, 320, 320))
        features = [features] if isinstance(features, torch.Tensor) else list(features.values())
        head = model.head(features)
        return [head[key] for key in sorted(head)]
    height = width = 128
    features = model.backbone(image(1, 3, height, width))
    if isinstance(features, torch.Tensor):
        features = OrderedDict([("0", features)])
    objectness, deltas = model.rpn.head(list(features.values()))
    boxes = [torch.tensor([[8.0, 8.0, 72.0, 56.0], [0.0, 16.0, 128.0, 120.0]], dtype=torch.float64)]
    heads = model.roi_heads
    pooled = heads.box_head(heads.box_roi_pool(features, boxes, [(height, width)]))
    outputs = [objectness[0], deltas[0], *list(heads.box_predictor(pooled))]
    for kind in ("mask", "keypoint"):
        if getattr(heads, kind + "_predictor", None) is not None:
            pooled = getattr(heads, kind + "_roi_pool")(features, boxes, [(height, width)])
            outputs.append(getattr(heads, kind + "_predictor")(getattr(heads, kind + "_head")(pooled)))
    return outputs


@contextlib.contextmanager
def double_precision() -> Iterator[None]:
    """Tensors are double, also those a model makes on its way and casts to ``float`` by name (raft's grids)."""
    import torch

    original = torch.Tensor.float
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.Tensor.float = original
        torch.set_default_dtype(torch.float32)


def digest(tensor: Any) -> Facts:
    """Shape, mean, standard deviation, largest absolute value and eight values, to seven digits of the largest.

    Double precision leaves nine digits to spare, so that neither another processor nor another number of threads
    changes a digit.
    """
    import torch

    tensor = tensor.detach().to(torch.float64).reshape(-1)
    largest = float(tensor.abs().max())
    if not math.isfinite(largest):
        raise ValueError("the output is not finite")
    digits = 6 - (math.floor(math.log10(largest)) if largest > 0 else 0)

    def rounded(value: Any) -> float:
        return round(float(value), digits) + 0.0

    # Spread over the tensor, so that a permuted output is not taken for the same.
    step = max(1, tensor.numel() // 8)
    return {
        "mean": rounded(tensor.mean()),
        "std": rounded(tensor.std(unbiased=False)),
        "largest": rounded(largest),
        "values": [rounded(value) for value in tensor[::step][:8]],
    }


def measure_outputs(
    builders: Dict[str, Builder],
    facts: Dict[str, Facts],
    schemas: Schemas,
    canonical: Dict[str, Schema],
    note: Callable[[str], None],
) -> Facts:
    """Builder path -> list of output digests, for models within the limit and the smallest of each module."""
    import torch

    smallest: Dict[str, Tuple[int, str]] = {}
    for path in builders:
        count = facts[path].get("parameters")
        module = facts[path]["module"]
        if count is not None and (module not in smallest or count < smallest[module][0]):
            smallest[module] = (count, path)
    always = {path for _, path in smallest.values()}

    outputs: Facts = {}
    for path, builder in builders.items():
        count = facts[path].get("parameters")
        if count is None or (count > OUTPUT_PARAMETER_LIMIT and path not in always):
            continue
        try:
            model = builder().double().eval()
            schema = schemas.values[facts[path]["schema"]]
            reference = canonical.get(path, schema)
            renames = align_names(list(schema), schema, list(reference), reference)
            if renames is None:
                outputs[path] = {"error": "the state dict does not correspond to the canonical one"}
                continue
            fill(model, renames)
            with torch.no_grad(), double_precision():
                tensors = outputs_of(path, facts[path]["module"], model)
            outputs[path] = {"tensors": [dict(shape=list(t.shape), **digest(t)) for t in tensors]}
        except Exception as error:
            outputs[path] = {"error": describe_error(error)}
        note("  output of " + path)
    return outputs


# ---------------------------------------------------------------------------------------------------------------------


def measure(canonical: Dict[str, Schema], note: Callable[[str], None]) -> Facts:
    import torch

    started = time.time()

    def step(text: str) -> None:
        note(f"{time.time() - started:6.1f} s  {text}")

    import torchvision

    step(f"torchvision {torchvision.__version__} on torch {torch.__version__}")
    modules, failures = measure_modules()
    step(f"{len(modules)} modules import, {len(failures)} do not")

    builders = find_builders()
    downloads, initialisation, schemas = Downloads(), Initialisation(), Schemas()
    downloads.install()
    initialisation.install()
    caller = Builders(downloads, initialisation, schemas)
    facts = {}
    for path, builder in builders.items():
        facts[path] = caller.measure(path, builder)
    step(f"{len(facts)} builders")
    enums, entries, checkpoints = measure_weights(builders, caller)
    step(f"{sum(len(group) for group in entries.values())} weights entries")
    outputs = measure_outputs(builders, facts, schemas, canonical, lambda text: None)
    step(f"{len(outputs)} outputs")

    try:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    except ImportError:  # Windows
        peak = None
    import numpy
    import PIL

    return {
        "provenance": {
            "probe_version": PROBE_VERSION,
            "torchvision": torchvision.__version__,
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "pillow": PIL.__version__,
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "seconds": round(time.time() - started, 1),
            "peak_memory_mb": peak,
        },
        "modules": modules,
        "import_failures": failures,
        "builders": facts,
        "registry": measure_registry(),
        "model_urls": measure_model_urls(),
        "pretrained_warnings": measure_warnings(),
        "enums": enums,
        "weights": entries,
        "checkpoints": checkpoints,
        "schemas": schemas.values,
        "outputs": outputs,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="where to write the facts")
    parser.add_argument("--canonical", help="builder path -> schema whose parameter names the outputs are filled by")
    arguments = parser.parse_args()
    canonical = {}
    if arguments.canonical:
        with open(arguments.canonical, encoding="utf-8") as stream:
            canonical = json.load(stream)
    warnings.simplefilter("ignore")

    def note(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    facts = measure(canonical, note)
    temporary = arguments.out + ".part"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(facts, stream)
    os.replace(temporary, arguments.out)


if __name__ == "__main__":
    main()
