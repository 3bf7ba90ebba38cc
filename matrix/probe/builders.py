"""Finding the builders of the model namespaces, and calling them with the downloader replaced."""

import importlib
import inspect
import re
from typing import Any, Callable, Dict, List, Tuple

from .describe import describe_error, describe_signature
from .downloads import Downloads
from .enums import weights_enum_of
from .initialisation import Initialisation
from .schemas import Schemas, schema_of
from .settings import Settings, settings_changed, settings_of

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


def find_builders() -> Dict[str, Builder]:
    """Return full public path -> builder, a public function of a model namespace that can load weights."""
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


class Builders:
    """Calls builders and describes what happened."""

    def __init__(self, downloads: Downloads, initialisation: Initialisation, schemas: Schemas) -> None:
        self.downloads = downloads
        self.initialisation = initialisation
        self.schemas = schemas
        self._plain_settings: Dict[str, Settings] = {}

    def describe(self, model: Any, outcome: Facts, plain_settings: Settings) -> Facts:
        """Add to an outcome the schema of the model, and its settings that differ from the plain call's."""
        outcome["schema"] = self.schemas.number(schema_of(model))
        changed = settings_changed(plain_settings, settings_of(model))
        if changed:
            outcome["settings"] = changed
        return outcome

    def call(self, builder: Builder, *args: Any, **kwargs: Any) -> Tuple[Any, Facts]:
        """Call a builder; return the model (``None`` if it failed) and the outcome.

        The outcome is ``{"asks": addresses, "loads": [[address, schema number], ...], "error": text}``, without the
        keys that do not apply.
        """
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
        """Return what a call with a weights entry requests, loads, builds and sets (not for quantized models)."""
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
    """Return whether a call was rejected because of its arguments; other TypeErrors come from deeper down."""
    return bool(
        re.match(r"TypeError: .*(unexpected keyword|positional argument|multiple values)", outcome.get("error", ""))
    )


def takes_effect(outcome: Facts, plain_asks: List[str]) -> bool:
    """Return whether ``pretrained=True`` was understood: neither rejected as an argument nor silently ignored."""
    if is_type_error(outcome):
        return False
    return "error" in outcome or outcome.get("asks", []) != plain_asks
