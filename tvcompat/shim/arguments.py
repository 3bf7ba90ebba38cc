"""Architecture arguments: what builders accept, what contradicts a checkpoint, what was once allowed."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import TYPE_CHECKING, Callable, Dict, Iterable, List, Mapping, Optional, Tuple

from tvcompat.catalog import Catalog, Checkpoint, Model
from tvcompat.catalog.signatures import parse as parse_signature
from tvcompat.errors import ConflictingArgumentsError, UnexpectedArgumentError
from tvcompat.releases import parse

if TYPE_CHECKING:
    from torch import nn

Step = Callable[["nn.Module"], None]


def check_names(known: Catalog, version: str, model: Model, function: Callable[..., object], names: List[str]) -> None:
    """Refuse arguments that the installed builder does not accept, if its signature tells.

    Raises:
        UnexpectedArgumentError: with what it takes, and since when the argument exists elsewhere.
    """
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        # What it passes on is only known when it is called.
        return
    unknown = [name for name in names if name not in parameters]
    if unknown:
        raise unexpected(known, version, model, function, unknown)


def refused(error: TypeError, names: Iterable[str]) -> List[str]:
    """Return the arguments that a class behind the builder refused, empty if the error is another one."""
    found = re.search(r"unexpected keyword argument '(\w+)'", str(error))
    return [name for name in names if found is not None and name == found.group(1)]


def unexpected(
    known: Catalog, version: str, model: Model, function: Callable[..., object], names: List[str]
) -> UnexpectedArgumentError:
    """Return the error for arguments that neither the builder nor its class accepts."""
    takes = _taken(function)
    signature = parse_signature(known.builders[model.path].signatures[-1].value)
    returns = signature.returns if signature is not None else None
    network = getattr(import_module(function.__module__), returns, None) if returns else None
    if isinstance(network, type):
        takes += [name for name in _taken(network) if name not in takes]
    path = f"{model.module}.{returns}" if returns else ""
    return UnexpectedArgumentError(
        f"{model.name} of torchvision {version} does not take {', '.join(names)}; it takes {', '.join(takes)}."
        f"{_since(known, model, path, names[0])}"
    )


def _taken(called: Callable[..., object]) -> List[str]:
    parameters = inspect.signature(called).parameters.values()
    return [each.name for each in parameters if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]


def _since(known: Catalog, model: Model, network: str, argument: str) -> str:
    """Return a sentence that says since when a builder or its class accepts an argument, empty if none does."""
    described = known.name(network) if network else None
    signatures = [(span.first, parse_signature(span.value)) for span in known.builders[model.path].signatures]
    if described is not None:
        signatures += [(span.first, span.value.signature) for span in described.descriptions]
    found = [first for first, signature in signatures if signature is not None and signature.names(argument)]
    return f" {argument} exists since {min(found, key=parse)}." if found else ""


def as_before(known: Catalog, model: Model, given: Mapping[str, object]) -> Tuple[Dict[str, object], Optional[Step]]:
    """Give arguments beside a checkpoint the meaning they had as long as torchvision accepted them there.

    Returns:
        The arguments for the builder, and what is to be done with the model.
    """
    arguments = dict(given)
    step: Optional[Step] = None
    for accepted in known.quirks.accepted_arguments(model.name):
        if accepted.argument in arguments and arguments[accepted.argument] == accepted.value:
            if accepted.effect == "drops-branches":
                step = drop_branches
            del arguments[accepted.argument]
    return arguments, step


def drop_branches(model: nn.Module) -> None:
    """Take the auxiliary classifiers of an Inception network away."""
    model.aux_logits = False
    for name in ("AuxLogits", "aux1", "aux2"):
        if hasattr(model, name):
            setattr(model, name, None)


def check_classes(known: Catalog, model: Model, checkpoint: Checkpoint, classes: object) -> None:
    """Refuse a number of classes that is not the checkpoint's, as every release does in its own words.

    Raises:
        ConflictingArgumentsError: with the lines that give the model another head.
    """
    if classes is None or checkpoint.classes is None or classes == checkpoint.classes:
        return
    raise ConflictingArgumentsError(
        f"num_classes={classes!r} contradicts weights={checkpoint.name!r} of {model.name}, whose head has "
        f"{checkpoint.classes} classes. {new_head(known, model, checkpoint, classes)}"
    )


def new_head(known: Catalog, model: Model, checkpoint: Checkpoint, classes: object) -> str:
    """Return how to give a model with this checkpoint another number of classes."""
    load = f'model = tvcompat.get_model("{model.name}", weights="{checkpoint.name}")'
    if ".detection." in model.path and "rcnn" not in model.name:
        return (
            f'Its heads are trained anew for other classes: tvcompat.get_model("{model.name}", '
            f"num_classes={classes!r}) takes the backbone's checkpoint alone"
        )
    lines = []
    if ".detection." in model.path:
        predictor = "torchvision.models.detection.faster_rcnn.FastRCNNPredictor"
        lines.append(f"model.roi_heads.box_predictor = {predictor}(1024, {classes!r})")
        if model.name.startswith("mask"):
            predictor = "torchvision.models.detection.mask_rcnn.MaskRCNNPredictor"
            lines.append(f"model.roi_heads.mask_predictor = {predictor}(256, 256, {classes!r})")
    else:
        lines = [_layer(path, text, classes) for path, text in heads(known, model, checkpoint)]
    return f"Build it with its own, then replace the head: {'; '.join([load, *lines])}"


def heads(known: Catalog, model: Model, checkpoint: Checkpoint) -> List[Tuple[str, str]]:
    """Return the layers whose outputs are the classes: path and schema of the weight, ``float32 1000,2048``."""
    schemas = known.builders[model.path].schemas
    schema = known.schema(schemas[-1].value) if schemas else {}
    return [
        (name[: -len(".weight")], text)
        for name, text in schema.items()
        if name.endswith(".weight") and text.partition(" ")[2].startswith(f"{checkpoint.classes},")
    ]


def _layer(path: str, text: str, classes: object) -> str:
    sizes = text.partition(" ")[2].split(",")
    target = re.sub(r"\.(\d+)", r"[\1]", f"model.{path}")
    if len(sizes) == 2:
        return f"{target} = torch.nn.Linear({sizes[1]}, {classes!r})"
    return f"{target} = torch.nn.Conv{len(sizes) - 2}d({sizes[1]}, {classes!r}, {sizes[2]})"
