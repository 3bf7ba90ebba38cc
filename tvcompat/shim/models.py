"""``get_model``: one call, the same model on every release."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from importlib import import_module
from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional, Tuple

from tvcompat.catalog import Catalog, Checkpoint, Model, catalog
from tvcompat.errors import ModelNotInReleaseError, UnknownModelError, UnknownWeightsError
from tvcompat.shim import arguments as architecture
from tvcompat.shim import checkpoints
from tvcompat.shim.installed import Installed, installed, note_newer
from tvcompat.shim.names import find_model
from tvcompat.shim.registry import find_own
from tvcompat.shim.state_dicts import names_between, renamed
from tvcompat.shim.translate import WEIGHTS_ARGUMENTS, Request, TVCompatDeprecationWarning, translate

if TYPE_CHECKING:
    from enum import Enum

    from torch import Tensor, nn

_UNSET: object = object()

# SSD of 0.10 and 0.11 loads this file into the features of a VGG16; the one that replaced it holds the whole network.
FEATURES_ALONE = "vgg16_features-amdegroot.pth"

# 0.11.0 and 0.11.1 take the float checkpoint of this model for one of an older quantized layout, unless its modules say
# their version, and add parameters that the model does not have. 0.11.2 mended it.
STAMPED = "quantized_mobilenet_v3_large"

# Up to 0.17 the batch norms of this model had the momentum that TensorFlow means by it, 0.99 of the old average, which
# torch takes for 0.99 of the new batch. Outputs are the same; training is not.
MOMENTUM = {"maxvit_t": (0.99, 0.01)}

# What was worked out for a call serves all calls like it. A program makes few different ones.
_PLANS: Dict[Tuple[object, ...], Plan] = {}
_PLANS_KEPT = 1024


def get_model(name: str, pretrained: object = _UNSET, **config: object) -> nn.Module:
    """Build a model by its name in torchvision's registry.

    Args:
        name: registry name, ``resnet50``, ``fasterrcnn_resnet50_fpn``, ``quantized_mobilenet_v2``; case is ignored.
        pretrained: the old argument, also by position; warns and shows the call to write instead.
        **config: ``weights`` (``None``, an entry's name, ``"DEFAULT"``, ``"ResNet50_Weights.IMAGENET1K_V2"``, or a
            member of a weights enum), ``weights_backbone`` likewise, and whatever the builder takes.

    Returns:
        The model (``torch.nn.Module``), with the checkpoint that the newest release names, whatever the release.

    Raises:
        UnknownModelError: no release, and nobody who registered models, has one of that name.
        ModelNotInReleaseError: other releases have it, the installed one has not.
        UnknownWeightsError: the model has no such entry.
        WeightsNotAvailableError: the entry can't be had on the installed release.
        WeightsTypeError: ``weights`` is neither ``None``, nor a name, nor a member of an enum.
        ConflictingArgumentsError: two arguments say different things, ``weights=`` and ``pretrained=`` for instance.
        UnexpectedArgumentError: the builder does not take an argument.
        CheckpointError: a file is damaged, or does not fit the model.
        OfflineError: a file is needed and can't be fetched.
        TorchvisionImportError: torchvision is not there, or too old, or does not import.
    """
    get = config.get
    weights, backbone = get("weights", _UNSET), get("weights_backbone", _UNSET)
    # Everything that decides what is built, but for values that the builder is simply given.
    key = (name, pretrained, weights, backbone, get("pretrained_backbone", _UNSET), get("quantize"), *config)
    try:
        plan = _PLANS[key]
    except (KeyError, TypeError):
        if pretrained is not _UNSET:
            config["pretrained"] = pretrained
        own = find_own(name)
        if own is not None:
            return own(**config)
        known, here = catalog(), installed()
        model = find_model(known, name)
        try:
            plan = Plan(known, here, translate(known, model, config), list(config))
        except UnknownWeightsError:
            if not here.newer:
                raise
            # An entry that came after the catalog was made: the installed torchvision knows it.
            note_newer(here)
            return builder_in(known, here, model)(**config)
        # True equals 1 as a key, and is something else as an argument.
        if not isinstance(weights, bool) and not isinstance(backbone, bool):
            if len(_PLANS) >= _PLANS_KEPT:
                _PLANS.clear()
            try:
                _PLANS[key] = plan
            except TypeError:
                pass
    if plan.request.outdated:
        warnings.warn(plan.advice(config), TVCompatDeprecationWarning, stacklevel=2)
    return plan.build(config)


def plan_of(name: str, config: Mapping[str, object]) -> Plan:
    """How the installed release builds a model of torchvision's, for those who call ``Plan.build`` themselves.

    Raises:
        What :func:`get_model` raises for its arguments.
    """
    known, here = catalog(), installed()
    return Plan(known, here, translate(known, find_model(known, name), config), list(config))


def get_model_builder(name: str) -> Callable[..., nn.Module]:
    """The builder of a model in the installed release, by its registry name.

    Raises:
        UnknownModelError: no release, and nobody who registered models, has one of that name.
        ModelNotInReleaseError: other releases have it, the installed one has not.
        TorchvisionImportError: torchvision is not there, or too old, or does not import.
    """
    if not isinstance(name, str):
        raise UnknownModelError(name)
    own = find_own(name)
    return own if own is not None else builder_in(catalog(), installed(), find_model(catalog(), name))


def builder_in(known: Catalog, here: Installed, model: Model) -> Callable[..., nn.Module]:
    """The function of the installed torchvision that builds a model.

    Raises:
        ModelNotInReleaseError: it has none.
    """
    if known.at(model.spans, here.release) is None:
        spans = ", ".join(span.text for span in model.spans)
        raise ModelNotInReleaseError(model.name, here.version, spans)
    function: Callable[..., nn.Module] = getattr(import_module(model.namespace), model.function)
    return function


class Plan:
    """How the installed release builds what was asked for.

    Args:
        request: what was asked for, about weights.
        names: names of all arguments that were given.
    """

    def __init__(self, known: Catalog, here: Installed, request: Request, names: List[str]) -> None:
        self.known: Catalog = known
        self.here: Installed = here
        self.request: Request = request
        self.function: Callable[..., nn.Module] = builder_in(known, here, request.model)
        self.fixed: Dict[str, object]
        self.missing: Optional[Checkpoint]
        self.fixed, self.missing = era_arguments(known, here, request)
        others = [name for name in names if name not in WEIGHTS_ARGUMENTS]
        architecture.check_names(known, here.version, request.model, self.function, others)
        self._momentum = MOMENTUM.get(request.model.name) if "norm_layer" not in others else None
        self._plain = request.checkpoint is None and request.backbone is None and self._momentum is None
        self._fixed_alone = not others
        self._loader = Loader(known, here, request)
        self._advice = request.advice(dict.fromkeys(names)) if request.outdated and not others else ""

    def advice(self, config: Mapping[str, object]) -> str:
        """What to write instead of a call of an older era."""
        return self._advice or self.request.advice(config)

    def build(self, config: Dict[str, object]) -> nn.Module:
        """Build the model.

        Args:
            config: the arguments of the call; those about weights are the ones this plan was made for.
        """
        if self._fixed_alone:
            given = {}
        else:
            given = {name: value for name, value in config.items() if name not in WEIGHTS_ARGUMENTS}
        try:
            return self._build(given)
        except TypeError as error:
            refused = architecture.refused(error, given)
            if not refused:
                raise
            raise architecture.unexpected(
                self.known, self.here.version, self.request.model, self.function, refused
            ) from error

    def _build(self, given: Dict[str, object]) -> nn.Module:
        if self._plain:
            return self.function(**self.fixed, **given)
        request, step = self.request, None
        if request.checkpoint is not None and given:
            given, step = architecture.as_before(request.model, given)
            architecture.check_classes(self.known, request.model, request.checkpoint, given.get("num_classes"))
        arguments = {**self.fixed, **given} if given else self.fixed
        if self.missing is not None or (request.checkpoint is None and request.backbone is None):
            # Nothing is fetched while it is built.
            model = self.function(**arguments)
        else:
            with checkpoints.StandingIn(self._loader):
                model = self.function(**arguments)
        if self.missing is not None:
            model.load_state_dict(self._loader(self.missing.url, progress=given.get("progress", True)))
        if request.checkpoint is not None and self.here.era == "pretrained":
            set_epsilon(request.model, model, request.checkpoint)
        if self._momentum is not None:
            set_momentum(model, *self._momentum)
        if step is not None:
            step(model)
        return model


class Loader:
    """Gives torchvision, instead of the file it asks for, the one that the newest release names for the same entry."""

    def __init__(self, known: Catalog, here: Installed, request: Request) -> None:
        self.known: Catalog = known
        self.here: Installed = here
        self.request: Request = request

    def __call__(self, url: str, **options: object) -> Dict[str, Tensor]:
        request = self.request
        progress = bool(options.get("progress", True))
        location = options.get("map_location") or "cpu"
        if request.checkpoint is not None:
            older = request.model.older_quantized if request.quantize else request.model.older
            meant = request.model.pretrained_quantized if request.quantize else request.model.pretrained
            found = checkpoints.load(
                request.checkpoint.url,
                progress=progress,
                map_location=location,
                older=older if request.checkpoint.name == meant else (),
                mapped=True,
            )
            found = renamed(found, names_between(self.known, request.model, self.known.newest, self.here.release))
            if request.model.name == STAMPED and not request.quantize:
                stamp(found)
            return found
        assert request.backbone is not None
        found = checkpoints.load(request.backbone.url, progress=progress, map_location=location, mapped=True)
        if checkpoints.file_name(url) == FEATURES_ALONE:
            prefix = "features."
            return {name[len(prefix) :]: value for name, value in found.items() if name.startswith(prefix)}
        return found


def stamp(state_dict: OrderedDict[str, Tensor]) -> None:
    """Note the current version, 2, for every module of a state dict."""
    prefixes = {name.rpartition(".")[0] for name in state_dict}
    parents = {".".join(prefix.split(".")[:n]) for prefix in prefixes for n in range(prefix.count(".") + 2)}
    state_dict._metadata = OrderedDict((prefix, {"version": 2}) for prefix in sorted(parents))  # type: ignore[attr-defined]


def era_arguments(known: Catalog, here: Installed, request: Request) -> Tuple[Dict[str, object], Optional[Checkpoint]]:
    """The weights arguments in the words of the installed release, and the checkpoint that is left to load by hand."""
    model, checkpoint = request.model, request.checkpoint
    missing = None
    arguments: Dict[str, object] = {}
    if here.era == "pretrained":
        native = checkpoint is not None and _fetches(known, here, request)
        if checkpoint is not None and not native:
            missing = checkpoint
        arguments["pretrained"] = native
        if model.backbone is not None:
            arguments["pretrained_backbone"] = request.backbone is not None
    else:
        member = None if checkpoint is None else torchvision_member(checkpoint)
        if checkpoint is not None and member is None:
            missing = checkpoint
        arguments["weights"] = member
        if model.backbone is not None:
            backbone = request.backbone
            arguments["weights_backbone"] = None if backbone is None else torchvision_member(backbone)
    if missing is not None:
        arguments.update(settings_of(model, missing))
    return arguments, missing


def _fetches(known: Catalog, here: Installed, request: Request) -> bool:
    """Whether ``pretrained=True`` fetches a checkpoint there, of an architecture that takes the entry's parameters."""
    model, checkpoint = request.model, request.checkpoint
    assert checkpoint is not None
    spans = model.fetches_quantized if request.quantize else model.fetches
    # Another image size is another architecture; all that `pretrained=True` sets is made for the plain one.
    resized = "image_size" in model.settings.get(checkpoint.full_name, {})
    return known.at(spans, here.release) is not None and not resized


def torchvision_member(checkpoint: Checkpoint) -> Optional[Enum]:
    """The installed torchvision's own member for a checkpoint, ``None`` where it has none."""
    found = getattr(import_module(checkpoint.namespace), checkpoint.enum, None)
    return getattr(found, checkpoint.name, None)


def settings_of(model: Model, checkpoint: Checkpoint) -> Dict[str, object]:
    """Arguments with which the plain architecture takes a checkpoint: classes, image size, input transform."""
    arguments: Dict[str, object] = {}
    if checkpoint.classes is not None:
        arguments["num_classes"] = checkpoint.classes
    for name, value in model.settings.get(checkpoint.full_name, {}).items():
        if name != "eps":
            arguments[name] = value
    return arguments


def set_epsilon(model: Model, built: nn.Module, checkpoint: Checkpoint) -> None:
    """Give the batch norms the epsilon that the newest release gives them for an entry.

    The first detectors were trained with an epsilon of zero, later ones with the usual one; before 0.13 a builder set
    zero for whatever it had loaded.
    """
    pairs = [settings["eps"] for settings in model.settings.values() if "eps" in settings]
    own = model.settings.get(checkpoint.full_name, {})
    for usual, special in pairs:
        for module in built.modules():
            if type(module).__name__.endswith("BatchNorm2d") and module.eps in (usual, special):
                module.eps = own["eps"][1] if "eps" in own else usual


def set_momentum(built: nn.Module, wrong: float, right: float) -> None:
    """Give the batch norms that have one momentum another."""
    for module in built.modules():
        if getattr(module, "momentum", None) == wrong:
            module.momentum = right
