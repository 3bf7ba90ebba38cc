"""Settings of a model's modules that are not in its state dict, and what a checkpoint changes in them."""

import json
from collections import OrderedDict
from typing import Any, Dict, List, Tuple

from .describe import plain

# (module path, attribute) -> value.
Settings = Dict[Tuple[str, str], Any]


def settings_of(model: Any) -> Settings:
    """Return (module path, attribute) -> plain value for all modules of a model: eps, transform_input, ..."""
    settings = {}
    for path, module in model.named_modules():
        settings[path, "class"] = type(module).__name__
        for name, value in vars(module).items():
            if name.startswith("_") or name == "training" or not isinstance(value, (bool, int, float, str, tuple)):
                continue
            settings[path, name] = plain(value)
    return settings


def settings_changed(before: Settings, after: Settings) -> List[List[Any]]:
    """Return the settings that differ from the plain call's: ``[attribute, before, after, how often, first path]``.

    Such settings belong to a checkpoint as much as its parameters do: the epsilon of a detector's batch norms, or the
    input transform of an inception.
    """
    changed: Dict[str, List[Any]] = OrderedDict()
    for path, name in list(before) + [key for key in after if key not in before]:
        old, new = before.get((path, name), "absent"), after.get((path, name), "absent")
        if old == new or ("absent" in (old, new) and name != "class"):
            continue
        key = json.dumps([name, old, new])
        changed.setdefault(key, [name, old, new, 0, path])[3] += 1
    return list(changed.values())
