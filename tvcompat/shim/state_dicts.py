"""State dicts of one release under the parameter names of another."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Dict, Mapping, Optional

from tvcompat.catalog import Catalog, Model, catalog
from tvcompat.errors import CheckpointError
from tvcompat.shim.names import find_model

if TYPE_CHECKING:
    from torch import Tensor

# The share of names that must match for a state dict to count as a model's.
ENOUGH = 0.8


def names_between(known: Catalog, model: Model, source: str, target: str) -> Dict[str, str]:
    """Return the parameter names that differ: name in one release -> name in another."""
    if not model.renames:
        return {}

    def to_newest(release: str) -> Dict[str, str]:
        number = known.value(model.renames, release)
        return {} if number is None else known.renames(number)

    first, last = to_newest(source), {new: old for old, new in to_newest(target).items()}
    found = {name: last.get(new, new) for name, new in first.items()}
    for new, old in last.items():
        if new not in first.values():
            found.setdefault(new, old)
    return {name: other for name, other in found.items() if name != other}


def renamed(state_dict: Mapping[str, Tensor], names: Mapping[str, str]) -> OrderedDict[str, Tensor]:
    """Return a copy of a state dict under other names, with its ``_metadata``."""
    found: OrderedDict[str, Tensor] = OrderedDict((names.get(name, name), value) for name, value in state_dict.items())
    metadata = getattr(state_dict, "_metadata", None)
    if metadata is not None:
        found._metadata = metadata.copy()  # type: ignore[attr-defined]
    return found


def convert_state_dict(
    state_dict: Mapping[str, Tensor], model: str, *, to: Optional[str] = None, source: Optional[str] = None
) -> OrderedDict[str, Tensor]:
    """Return the same parameters under the names that another release gives them.

    torchvision renamed the parameters of detectors and vision transformers at 0.13.

    Args:
        state_dict: name -> tensor, of a whole model. It is not changed.
        model: the model it belongs to, ``vit_b_16``.
        to: the release whose names are wanted, such as ``0.12``; the installed one by default.
        source: the release it was saved with; detected from its names by default.

    Returns:
        A new state dict, in the same order; the tensors are shared.

    Raises:
        UnknownModelError: there is no such model.
        UnknownReleaseError: there is no such release.
        CheckpointError: the names are those of no release, so the file belongs to another model.
    """
    known = catalog()
    found = find_model(known, model)
    if to is None:
        from tvcompat.shim.installed import installed

        target = installed().release
    else:
        target = known.find_release(to)
    origin = known.find_release(source) if source else origin_of(known, found, state_dict)
    names = names_between(known, found, origin, target)
    return renamed(state_dict, {name: other for name, other in names.items() if name in state_dict})


def origin_of(known: Catalog, model: Model, state_dict: Mapping[str, Tensor]) -> str:
    """Return the release whose names a state dict has, the newest if several have them.

    Raises:
        CheckpointError: no release has them.
    """
    # Training may replace heads and drop auxiliary branches, so most names decide, not all.
    best, score = "", 0.0
    for span in reversed(known.builders[model.path].schemas):
        schema = known.schema(span.value)
        share = sum(name in schema for name in state_dict) / max(1, len(state_dict))
        if share > score + 1e-9:
            best, score = span.last, share
    if score >= ENOUGH:
        return best
    raise CheckpointError(
        f"these are not the parameters of {model.name}: no release has them under these names "
        f"(they begin with {', '.join(list(state_dict)[:3])})"
    )
