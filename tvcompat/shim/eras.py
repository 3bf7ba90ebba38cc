"""Differences between torchvision's eras: how builders are given a checkpoint, and what they get wrong.

Releases of the ``registry`` era build like those of the ``weights`` era.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Dict, NamedTuple, Optional, Union

from tvcompat.catalog import Catalog, Checkpoint, Model
from tvcompat.shim.installed import Installed
from tvcompat.shim.translate import Request

if TYPE_CHECKING:
    from enum import Enum

    from torch import nn


class Arguments(NamedTuple):
    """The weights arguments of an era, and the checkpoint that the builder can't load itself."""

    arguments: Dict[str, object]
    missing: Optional[Checkpoint]


class PretrainedEra:
    """Builders take ``pretrained=``, which means one checkpoint at most."""

    def arguments(self, known: Catalog, here: Installed, request: Request) -> Arguments:
        """Return the arguments of the builder for a request."""
        fetches = self._fetches(known, here, request)
        arguments: Dict[str, object] = {"pretrained": fetches}
        if request.model.backbone is not None:
            arguments["pretrained_backbone"] = request.backbone is not None
        return _with_settings(request.model, arguments, None if fetches else request.checkpoint)

    @staticmethod
    def _fetches(known: Catalog, here: Installed, request: Request) -> bool:
        """Return whether ``pretrained=True`` loads a checkpoint into an architecture that fits the requested entry."""
        model, checkpoint = request.model, request.checkpoint
        if checkpoint is None:
            return False
        spans = model.fetches_quantized if request.quantize else model.fetches
        # Another image size is another architecture; all that `pretrained=True` sets is made for the plain one.
        resized = "image_size" in model.settings.get(checkpoint.full_name, {})
        return known.at(spans, here.release) is not None and not resized

    def finish(self, request: Request, built: nn.Module) -> None:
        """Give the batch norms the epsilon that the newest release gives them for an entry.

        The first detectors were trained with an epsilon of zero, later ones with the usual one; builders of this era
        set zero for whatever they loaded.
        """
        if request.checkpoint is None:
            return
        pairs = [settings["eps"] for settings in request.model.settings.values() if "eps" in settings]
        own = request.model.settings.get(request.checkpoint.full_name, {})
        for usual, special in pairs:
            for module in built.modules():
                if type(module).__name__.endswith("BatchNorm2d") and module.eps in (usual, special):
                    module.eps = own["eps"][1] if "eps" in own else usual


class WeightsEra:
    """Builders take ``weights=``, a member of an enum."""

    def arguments(self, known: Catalog, here: Installed, request: Request) -> Arguments:
        """Return the arguments of the builder for a request."""
        checkpoint, backbone = request.checkpoint, request.backbone
        member = None if checkpoint is None else torchvision_member(checkpoint)
        arguments: Dict[str, object] = {"weights": member}
        if request.model.backbone is not None:
            arguments["weights_backbone"] = None if backbone is None else torchvision_member(backbone)
        return _with_settings(request.model, arguments, checkpoint if member is None else None)

    def finish(self, request: Request, built: nn.Module) -> None:
        """Do nothing: builders of this era set what a checkpoint needs."""


def era_of(here: Installed) -> Union[PretrainedEra, WeightsEra]:
    """Return the era of the installed release."""
    return PretrainedEra() if here.era == "pretrained" else WeightsEra()


def torchvision_member(checkpoint: Checkpoint) -> Optional[Enum]:
    """Return the installed torchvision's own member for a checkpoint, ``None`` if it has none."""
    found = getattr(import_module(checkpoint.namespace), checkpoint.enum, None)
    return getattr(found, checkpoint.name, None)


def _with_settings(model: Model, arguments: Dict[str, object], missing: Optional[Checkpoint]) -> Arguments:
    """Add what lets the plain architecture take a checkpoint: classes, image size, input transform."""
    if missing is not None:
        if missing.classes is not None:
            arguments["num_classes"] = missing.classes
        for name, value in model.settings.get(missing.full_name, {}).items():
            if name != "eps":
                arguments[name] = value
    return Arguments(arguments, missing)
