"""``get_model``: one call, the same model on every release."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from importlib import import_module
from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional

from tvcompat.catalog import Catalog, Checkpoint, Model, catalog
from tvcompat.errors import ModelNotInReleaseError, UnknownModelError, UnknownWeightsError
from tvcompat.shim import arguments as architecture
from tvcompat.shim import checkpoints
from tvcompat.shim.eras import era_of
from tvcompat.shim.installed import Installed, installed, note_newer
from tvcompat.shim.names import find_model
from tvcompat.shim.registry import find_own
from tvcompat.shim.state_dicts import names_between, renamed
from tvcompat.shim.translate import WEIGHTS_ARGUMENTS, Request, TVCompatDeprecationWarning, translate

if TYPE_CHECKING:
    from torch import Tensor, nn

_UNSET: object = object()


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
        UnknownModelError: no release has a model of that name, and none is registered.
        ModelNotInReleaseError: other releases have it, but the installed one does not.
        UnknownWeightsError: the model has no such entry.
        WeightsNotAvailableError: the entry is not available on the installed release.
        WeightsTypeError: ``weights`` is neither ``None``, nor a name, nor a member of an enum.
        ConflictingArgumentsError: two arguments contradict each other, such as ``weights=`` and ``pretrained=``.
        UnexpectedArgumentError: the builder does not accept an argument.
        CheckpointError: a file is damaged, or does not fit the model.
        OfflineError: a required file can't be downloaded.
        TorchvisionImportError: torchvision is not installed, too old, or can't be imported.
    """
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
    if plan.request.outdated:
        warnings.warn(plan.advice(config), TVCompatDeprecationWarning, stacklevel=2)
    return plan.build(config)


def plan_of(name: str, config: Mapping[str, object]) -> Plan:
    """Return how the installed release builds a model of torchvision, for callers that use ``Plan.build`` themselves.

    Raises:
        What :func:`get_model` raises for its arguments.
    """
    known, here = catalog(), installed()
    return Plan(known, here, translate(known, find_model(known, name), config), list(config))


def get_model_builder(name: str) -> Callable[..., nn.Module]:
    """Return the builder of a model in the installed release, by its registry name.

    Raises:
        UnknownModelError: no release has a model of that name, and none is registered.
        ModelNotInReleaseError: other releases have it, but the installed one does not.
        TorchvisionImportError: torchvision is not installed, too old, or can't be imported.
    """
    if not isinstance(name, str):
        raise UnknownModelError(name)
    own = find_own(name)
    return own if own is not None else builder_in(catalog(), installed(), find_model(catalog(), name))


def builder_in(known: Catalog, here: Installed, model: Model) -> Callable[..., nn.Module]:
    """Return the function of the installed torchvision that builds a model.

    Raises:
        ModelNotInReleaseError: it has none.
    """
    if known.at(model.spans, here.release) is None:
        spans = ", ".join(span.text for span in model.spans)
        raise ModelNotInReleaseError(model.name, here.version, spans)
    function: Callable[..., nn.Module] = getattr(import_module(model.namespace), model.function)
    return function


class Plan:
    """How the installed release builds a requested model.

    Args:
        request: the requested model and weights.
        names: names of all arguments that were given.
    """

    def __init__(self, known: Catalog, here: Installed, request: Request, names: List[str]) -> None:
        self.known: Catalog = known
        self.here: Installed = here
        self.request: Request = request
        self.function: Callable[..., nn.Module] = builder_in(known, here, request.model)
        self._era = era_of(here)
        self.fixed: Dict[str, object]
        self.missing: Optional[Checkpoint]
        self.fixed, self.missing = self._era.arguments(known, here, request)
        others = [name for name in names if name not in WEIGHTS_ARGUMENTS]
        architecture.check_names(known, here.version, request.model, self.function, others)
        momentum = known.quirks.momentum(request.model.name, here.release)
        self._momentum = None if "norm_layer" in others else momentum
        self._plain = request.checkpoint is None and request.backbone is None and self._momentum is None

    def advice(self, config: Mapping[str, object]) -> str:
        """Return what to write instead of a call of an older era."""
        return self.request.advice(self.known, config)

    def build(self, config: Dict[str, object]) -> nn.Module:
        """Build the model.

        Args:
            config: the arguments of the call; those about weights are the ones this plan was made for.
        """
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
        loader = Loader(self.known, self.here, request)
        if request.checkpoint is not None and given:
            given, step = architecture.as_before(self.known, request.model, given)
            architecture.check_classes(self.known, request.model, request.checkpoint, given.get("num_classes"))
        arguments = {**self.fixed, **given} if given else self.fixed
        if self.missing is not None or (request.checkpoint is None and request.backbone is None):
            # Nothing is downloaded while the model is built.
            model = self.function(**arguments)
        else:
            with checkpoints.RedirectedDownloads(loader):
                model = self.function(**arguments)
        if self.missing is not None:
            model.load_state_dict(loader(self.missing.url, progress=given.get("progress", True)))
        self._era.finish(request, model)
        if self._momentum is not None:
            set_momentum(model, *self._momentum)
        if step is not None:
            step(model)
        return model


class Loader:
    """Loads the newest release's file for an entry in place of the file that torchvision requests."""

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
            version = self.known.quirks.metadata_version(request.model.name, self.here.release)
            if version is not None and not request.quantize:
                stamp(found, version)
            return found
        assert request.backbone is not None
        found = checkpoints.load(request.backbone.url, progress=progress, map_location=location, mapped=True)
        prefix = self.known.quirks.prefix_of(checkpoints.file_name(url), self.here.release)
        if prefix:
            return {name[len(prefix) :]: value for name, value in found.items() if name.startswith(prefix)}
        return found


def stamp(state_dict: OrderedDict[str, Tensor], version: int) -> None:
    """Record a version for every module of a state dict."""
    prefixes = {name.rpartition(".")[0] for name in state_dict}
    parents = {".".join(prefix.split(".")[:n]) for prefix in prefixes for n in range(prefix.count(".") + 2)}
    found = OrderedDict((prefix, {"version": version}) for prefix in sorted(parents))
    state_dict._metadata = found  # type: ignore[attr-defined]


def set_momentum(built: nn.Module, wrong: float, right: float) -> None:
    """Change the momentum of the batch norms that have the wrong one."""
    for module in built.modules():
        if getattr(module, "momentum", None) == wrong:
            module.momentum = right
