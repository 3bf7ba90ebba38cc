"""Quantized checkpoints: packed parameters, loaded into quantized models."""

from collections import OrderedDict
from typing import Any, List, Tuple

from matrix.verify.presets import picture
from matrix.verify.verification import (
    RequestedError,
    Verification,
    entries_of,
    loaded_schema,
    loading,
    newest_names,
)
from tvcompat.catalog import Builder, Catalog, Entry
from tvcompat.catalog.history import Outcome


def verify_quantized(result: Verification) -> None:
    """Check that a release's own packed parameters, under the newest names, load through the real loader."""
    import torch

    import tvcompat
    from tvcompat.shim import checkpoints

    known, release = result.known, result.release
    for builder in result.builders():
        for entry, outcome in entries_of(known, builder):
            if not entry.enum.endswith("_QuantizedWeights"):
                continue

            def work(builder: Builder = builder, entry: Entry = entry, outcome: Outcome = outcome) -> str:
                asked, state = taken_state(builder.name, weights=entry.full_name, quantize=True)
                if asked != [entry.urls[-1].value]:
                    return f"asked for {asked}"
                expected = list(loaded_schema(known, outcome))
                names = newest_names(known, builder, release, dict.fromkeys(state, ""))
                # A file that the release itself requests fits it, however it uses the parameters.
                if list(names) != expected and entry.urls[-1].value not in own_files(known, builder, release):
                    return f"parameters differ: {sorted(set(expected) ^ set(names))[:3]}"
                path = checkpoints.cached(entry.urls[-1].value)
                path.parent.mkdir(parents=True, exist_ok=True)
                made = OrderedDict(zip(names, state.values()))
                made._metadata = state._metadata  # type: ignore[attr-defined]
                torch.save(made, str(path))
                try:
                    loaded = tvcompat.get_model(builder.name, weights=entry.full_name, quantize=True)
                finally:
                    path.unlink(missing_ok=True)
                for name, value in loaded.state_dict().items():
                    if name in state and not same_values(state[name], value):
                        return f"{name} is not what the file has"
                with torch.no_grad():
                    loaded.eval()(picture(224, 224).unsqueeze(0).float() / 255)
                return ""

            result.initialisation.zero = True
            result.attempt("quantized", f"{entry.full_name} {builder.name}", work)
            result.initialisation.zero = False


def own_files(known: Catalog, builder: Builder, release: str) -> Tuple[str, ...]:
    """Return the addresses that a release itself requests for a quantized model with ``pretrained=True``."""
    outcome = known.value(builder.quantized, release)
    return () if outcome is None else outcome.asks


def taken_state(name: str, **arguments: Any) -> Tuple[List[str], Any]:
    """Return the addresses a call requests, and the state dict of the module that it is about to load into."""
    import torch

    import tvcompat

    found: List[Any] = []
    asked: List[str] = []

    def load(url: str, **options: Any) -> Any:
        asked.append(url)
        return {}

    def take(module: Any, *arguments: Any, **options: Any) -> Any:
        found.append(module.state_dict())
        raise RequestedError(name)

    own, torch.nn.Module.load_state_dict = torch.nn.Module.load_state_dict, take
    try:
        with loading(load):
            tvcompat.get_model(name, **arguments)
    except RequestedError:
        return asked, found[0]
    finally:
        torch.nn.Module.load_state_dict = own
    raise LookupError(f"{name} loaded nothing")


def same_values(left: Any, right: Any) -> bool:
    import torch

    if isinstance(left, torch.Tensor):
        if left.is_quantized != right.is_quantized:
            # MobileNetV3 is quantized after loading.
            return True
        return bool(
            torch.equal(left.dequantize(), right.dequantize()) if left.is_quantized else torch.equal(left, right)
        )
    if isinstance(left, tuple):
        return len(left) == len(right) and all(same_values(a, b) for a, b in zip(left, right))
    return bool(left == right)
