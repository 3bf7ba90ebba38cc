"""``get_model``: one call, the same model on every release."""

import inspect
import re
from collections import OrderedDict
from contextlib import nullcontext
from importlib import import_module
from typing import Any, Callable, ContextManager, Dict, Mapping, Optional, Tuple

from tvcompat.catalog import Builder, Catalog, Entry, catalog
from tvcompat.errors import ModelNotInReleaseError, UnexpectedArgumentError, WeightsNotAvailableError
from tvcompat.shim import checkpoints
from tvcompat.shim.installed import Installed, installed
from tvcompat.shim.names import find_builder
from tvcompat.shim.registry import own_models
from tvcompat.shim.state_dicts import names_between, renamed
from tvcompat.shim.translate import Request, backbone_default, translate

_UNSET = object()

# SSD of 0.10 and 0.11 loads this file into the features of a VGG16; the one that replaced it holds the whole network.
FEATURES_ALONE = "vgg16_features-amdegroot.pth"

# 0.11.0 and 0.11.1 take the float checkpoint of this model for one of an older quantized layout, unless its modules say
# their version, and add parameters that the model does not have. 0.11.2 mended it.
STAMPED = "quantized_mobilenet_v3_large"


def get_model(name: str, pretrained: Any = _UNSET, **config: Any) -> Any:
    """Build a model by its name in torchvision's registry.

    Args:
        name: registry name, ``resnet50``, ``fasterrcnn_resnet50_fpn``, ``quantized_mobilenet_v2``; case is ignored.
        pretrained: the old argument, also by position; warns and shows the call to write instead.
        **config: ``weights`` (``None``, an entry's name, ``"DEFAULT"``, ``"ResNet50_Weights.IMAGENET1K_V2"``, or a
            member of a weights enum), ``weights_backbone`` likewise, and whatever the builder takes.

    Returns:
        The model (``torch.nn.Module``), with the checkpoint that the newest release names, whatever the release.

    Raises:
        UnknownModelError, ModelNotInReleaseError, UnknownWeightsError, WeightsNotAvailableError, WeightsTypeError,
        ConflictingArgumentsError, UnexpectedArgumentError, CheckpointError, OfflineError, TorchvisionImportError.
    """
    known, here = catalog(), installed()
    if pretrained is not _UNSET:
        config["pretrained"] = pretrained
    own = own_models().get(name.lower()) if isinstance(name, str) else None
    if own is not None:
        return own(**config)
    builder = find_builder(known, name)
    return build(known, here, translate(known, builder, config, stacklevel=3))


def get_model_builder(name: str) -> Callable[..., Any]:
    """The builder of a model in the installed release, by its registry name.

    Raises:
        UnknownModelError, ModelNotInReleaseError, TorchvisionImportError.
    """
    own = own_models().get(name.lower()) if isinstance(name, str) else None
    return own if own is not None else _function(catalog(), installed(), find_builder(catalog(), name))


def _function(known: Catalog, here: Installed, builder: Builder) -> Callable[..., Any]:
    if known.at(builder.spans, here.release) is None:
        spans = ", ".join(span.text for span in builder.spans)
        raise ModelNotInReleaseError(builder.name, here.version, spans)
    function: Callable[..., Any] = getattr(import_module(builder.namespace), builder.function)
    return function


def build(known: Catalog, here: Installed, request: Request) -> Any:
    """Build what a request asks for with the installed release."""
    builder = request.builder
    function = _function(known, here, builder)
    arguments, missing = _era_arguments(known, here, request)
    arguments.update(request.arguments)
    _check_arguments(known, here, builder, function, request.arguments)
    wanted: ContextManager[Any] = nullcontext()
    if request.entry is not None or request.backbone is not None:
        wanted = checkpoints.standing_in(_Loader(known, here, request))
    with wanted:
        model = function(**arguments)
    if missing is not None:
        load_entry(known, here, builder, model, missing)
    if request.entry is not None and here.era == "pretrained":
        set_epsilon(known, builder, model, request.entry)
    return model


class _Loader:
    """Gives torchvision, instead of the file it asks for, the one that the newest release names for the same entry."""

    def __init__(self, known: Catalog, here: Installed, request: Request) -> None:
        self.known, self.here, self.request = known, here, request

    def __call__(self, url: str, **options: Any) -> Any:
        request = self.request
        progress = bool(options.get("progress", True))
        location = options.get("map_location") or "cpu"
        if request.entry is not None:
            found = checkpoints.load(request.entry.urls[-1].value, progress=progress, map_location=location)
            names = names_between(self.known, request.builder, self.known.newest, self.here.release)
            found = renamed(found, names)
            if request.builder.name == STAMPED and not request.arguments.get("quantize"):
                stamp(found)
            return found
        assert request.backbone is not None
        found = checkpoints.load(request.backbone.urls[-1].value, progress=progress, map_location=location)
        if checkpoints.file_name(url) == FEATURES_ALONE:
            prefix = "features."
            return {name[len(prefix) :]: value for name, value in found.items() if name.startswith(prefix)}
        return found


def stamp(state_dict: Any) -> None:
    """Note the current version, 2, for every module of a state dict."""
    prefixes = {name.rpartition(".")[0] for name in state_dict}
    parents = {".".join(prefix.split(".")[:n]) for prefix in prefixes for n in range(prefix.count(".") + 2)}
    state_dict._metadata = OrderedDict((prefix, {"version": 2}) for prefix in sorted(parents))


def _era_arguments(known: Catalog, here: Installed, request: Request) -> Tuple[Dict[str, Any], Optional[Entry]]:
    """The weights arguments in the words of the installed release, and the entry that is left to load by hand."""
    builder, entry = request.builder, request.entry
    has_backbone = backbone_default(known, builder.path) is not None
    missing = None
    arguments: Dict[str, Any] = {}
    if here.era == "pretrained":
        native = entry is not None and _fetches(known, here, request)
        if entry is not None and not native:
            missing = entry
        arguments["pretrained"] = native
        if has_backbone:
            arguments["pretrained_backbone"] = request.backbone is not None
    else:
        member = None if entry is None else torchvision_member(here, known, entry)
        if entry is not None and member is None:
            missing = entry
        arguments["weights"] = member
        if has_backbone:
            backbone = request.backbone
            arguments["weights_backbone"] = None if backbone is None else torchvision_member(here, known, backbone)
    if missing is not None:
        arguments.update(settings_of(known, builder, missing))
    return arguments, missing


def _fetches(known: Catalog, here: Installed, request: Request) -> bool:
    """Whether ``pretrained=True`` fetches a checkpoint there, of an architecture that takes the entry's parameters."""
    builder, entry = request.builder, request.entry
    assert entry is not None
    spans = builder.quantized if request.arguments.get("quantize") else builder.pretrained
    number = known.value(spans, here.release)
    if number is None or known.outcome(number).error or not known.outcome(number).asks:
        return False
    # Another image size is another architecture; all that `pretrained=True` sets is made for the plain one.
    return not any(setting[0] == "image_size" for setting in _entry_outcome(known, builder, entry).settings)


def torchvision_member(here: Installed, known: Catalog, entry: Entry) -> Optional[Any]:
    """The installed torchvision's own member for an entry, ``None`` where it has none."""
    enum = known.enum(entry.enum)
    found = getattr(import_module(enum.namespace), entry.enum, None)
    return getattr(found, entry.name, None)


def _entry_outcome(known: Catalog, builder: Builder, entry: Entry) -> Any:
    spans = known.checkpoints(builder.path).get(entry.full_name)
    if not spans:
        raise WeightsNotAvailableError(f"{entry.full_name} is no checkpoint of {builder.name}")
    return known.outcome(spans[-1].value)


def settings_of(known: Catalog, builder: Builder, entry: Entry) -> Dict[str, Any]:
    """Arguments with which the plain architecture takes an entry's parameters: classes, image size, input transform."""
    metadata = known.metadata(entry.metadata[-1].value)
    arguments: Dict[str, Any] = {}
    categories = metadata.get("categories")
    if categories:
        arguments["num_classes"] = categories["count"]
    for attribute, _, value, _, path in _entry_outcome(known, builder, entry).settings:
        if path == "" and attribute in ("image_size", "transform_input"):
            arguments[attribute] = value
    return arguments


def load_entry(known: Catalog, here: Installed, builder: Builder, model: Any, entry: Entry) -> None:
    """Load the recorded checkpoint of an entry into a model that was built without one."""
    found = checkpoints.load(entry.urls[-1].value)
    names = names_between(known, builder, known.newest, here.release)
    model.load_state_dict(renamed(found, names) if names else found)


def set_epsilon(known: Catalog, builder: Builder, model: Any, entry: Entry) -> None:
    """Give the batch norms the epsilon that the newest release gives them for an entry.

    The first detectors were trained with an epsilon of zero, later ones with the usual one; before 0.13 a builder set
    zero for whatever it had loaded.
    """
    usual: Dict[float, float] = {}
    for spans in known.checkpoints(builder.path).values():
        for attribute, before, after, _, path in known.outcome(spans[-1].value).settings:
            if attribute == "eps" and path:
                usual[after] = before
    wanted = {
        before: after
        for attribute, before, after, _, path in _entry_outcome(known, builder, entry).settings
        if attribute == "eps" and path
    }
    for after, before in usual.items():
        for module in model.modules():
            if type(module).__name__.endswith("BatchNorm2d") and module.eps in (before, after):
                module.eps = wanted.get(before, before)


def _check_arguments(
    known: Catalog, here: Installed, builder: Builder, function: Callable[..., Any], arguments: Mapping[str, Any]
) -> None:
    """Refuse what the installed builder does not take, where its signature says so."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    unknown = [name for name in arguments if name not in parameters]
    if unknown:
        since = _since(known, builder, unknown[0])
        raise UnexpectedArgumentError(
            f"{builder.name} of torchvision {here.version} does not take {', '.join(unknown)}; "
            f"it takes {', '.join(parameters)}.{since}"
        )


def _since(known: Catalog, builder: Builder, argument: str) -> str:
    for span in builder.signatures:
        if re.search(rf"\b{argument}\b", span.value):
            return f" {argument} exists since {span.first}."
    return ""
