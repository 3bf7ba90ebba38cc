"""Loading one real file for each architecture, and running the model."""

from collections import OrderedDict
from typing import Any, Dict, Tuple

from matrix.probe import outputs as probe_outputs
from matrix.verify.verification import Verification, entries_of, loaded_schema, tensors
from tvcompat.catalog import Builder, Entry
from tvcompat.catalog.history import Outcome

# Allowed difference relative to the largest value: a hundred times what was measured between equal code.
TOLERANCE = 1e-5


def verify_outputs(result: Verification) -> None:
    """Load one real file for each architecture, run the model and compare its outputs."""
    import torch

    import tvcompat
    from tvcompat.shim import checkpoints

    known, release = result.known, result.release
    chosen: Dict[str, Tuple[int, Builder, Entry, Outcome]] = {}
    for builder in known.builders.values():
        for entry, outcome in entries_of(known, builder):
            size = entry.metadata[-1].value.get("num_params") or 0
            kept = chosen.get(builder.module)
            if entry.enum.endswith("_QuantizedWeights"):
                continue
            if kept is None or size < kept[0]:
                chosen[builder.module] = (size, builder, entry, outcome)
    folder = checkpoints.folder()
    folder.mkdir(parents=True, exist_ok=True)
    for _, builder, entry, outcome in sorted(chosen.values(), key=lambda item: item[1].path):
        if known.at(builder.spans, release) is None:
            continue

        def work(builder: Builder = builder, entry: Entry = entry, outcome: Outcome = outcome) -> str:
            path = folder / checkpoints.file_name(entry.urls[-1].value)
            torch.save(filled(loaded_schema(known, outcome)), str(path))
            try:
                model = tvcompat.get_model(builder.name, weights=entry.full_name).eval().double()
            finally:
                path.unlink(missing_ok=True)
            with torch.no_grad(), probe_outputs.double_precision():
                found = probe_outputs.outputs_of(builder.path, builder.module, model)
            result.outputs[entry.full_name] = [probe_outputs.digest(tensor) for tensor in found]
            if result.reference is None:
                return ""
            return difference(result.reference["outputs"].get(entry.full_name), result.outputs[entry.full_name])

        result.attempt("output", f"{entry.full_name} {builder.name}", work)


def filled(schema: Dict[str, str]) -> "OrderedDict[str, Any]":
    """Return a state dict with parameters that depend only on their names."""

    class Holder:
        """The part of a module's interface that filling needs."""

        def named_parameters(self) -> Any:
            return []

        def state_dict(self) -> Any:
            return made

    made = OrderedDict((name, tensor.clone()) for name, tensor in tensors(schema).items())
    probe_outputs.fill(Holder(), {})
    made._metadata = OrderedDict({"": {"version": 2}})  # type: ignore[attr-defined]
    return made


def difference(expected: Any, found: Any) -> str:
    """Describe how two lists of output digests differ; empty if they agree to within the tolerance."""
    if expected is None:
        return "there is no reference"
    if len(expected) != len(found):
        return f"{len(found)} outputs, not {len(expected)}"
    worst = 0.0
    for left, right in zip(expected, found):
        scale = max(left["largest"], 1e-12)
        pairs = [(left[key], right[key]) for key in ("mean", "std", "largest")]
        pairs += list(zip(left["values"], right["values"]))
        worst = max([worst, *(abs(a - b) / scale for a, b in pairs)])
    return "" if worst <= TOLERANCE else f"outputs differ by {worst:.1e} of the largest value"
