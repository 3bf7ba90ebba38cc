"""Run the shim inside one installed release and say what holds.

Run as a script by the interpreter of the environment under test, with tvcompat on its path:

    python verify.py --out verification.json [--reference reference.json]

No checkpoint is downloaded. For most entries the loader is given tensors of the right names and shapes; for one entry
of each architecture a real file is written under the name that the catalog gives, with deterministic parameters in the
newest release's names, loaded through the real loader, and the model is run. The reference is what the newest release's
own builder computes with the same file.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import warnings
from collections import OrderedDict
from typing import Any, Callable, Dict, List, Optional, Tuple

from tvcompat.audit import probe
from tvcompat.catalog import Builder, Catalog, Entry, catalog
from tvcompat.errors import ModelNotInReleaseError

# Outputs may differ by this much of the largest value: two orders above what equal code was measured to differ by.
TOLERANCE = 1e-5

# Larger checkpoints are checked by names and shapes alone.
FILE_PARAMETER_LIMIT = 60_000_000


class Verification:
    """Checks of one release, each counted, failures by name."""

    def __init__(self, known: Catalog, release: str) -> None:
        self.known, self.release = known, release
        self.counts: Dict[str, int] = {}
        self.failures: Dict[str, str] = {}
        self.outputs: Dict[str, Any] = {}

    def check(self, kind: str, name: str, holds: bool, text: str = "") -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if not holds:
            self.failures[f"{kind} {name}"] = text

    def attempt(self, kind: str, name: str, work: Callable[[], str]) -> None:
        """Run a check that returns what is wrong, empty for nothing."""
        try:
            wrong = work()
        except Exception as error:
            wrong = probe.describe_error(error)
        self.check(kind, name, not wrong, wrong)


def tensors(schema: Dict[str, str]) -> "OrderedDict[str, Any]":
    """A state dict of a schema that takes no memory: every tensor is one zero, seen many times."""
    import torch

    found: OrderedDict[str, Any] = OrderedDict()
    for name, text in schema.items():
        dtype, _, sizes = text.partition(" ")
        shape = [int(size) for size in sizes.split(",")] if sizes else []
        if dtype in ("dtype", "object"):
            continue
        kind = getattr(torch, dtype)
        if dtype.startswith("q"):
            found[name] = torch.quantize_per_tensor(torch.zeros(shape), 1.0, 0, kind)
        else:
            found[name] = torch.zeros([], dtype=kind).expand(shape)
    # The version in which the newest release writes its state dicts; mnasnet asks for it.
    found._metadata = OrderedDict({"": {"version": 2}})  # type: ignore[attr-defined]
    return found


def newest_names(known: Catalog, builder: Builder, release: str, schema: Dict[str, str]) -> Dict[str, str]:
    from tvcompat.shim.state_dicts import names_between

    names = names_between(known, builder, release, known.newest)
    return {names.get(name, name): text for name, text in schema.items()}


def verify_names(result: Verification) -> None:
    """Every name of the newest release builds what the newest release builds, or is refused with where it is."""
    import tvcompat
    from tvcompat.shim import checkpoints

    known, release = result.known, result.release
    for builder in known.builders.values():

        def work(builder: Builder = builder) -> str:
            if known.at(builder.spans, release) is None:
                try:
                    tvcompat.get_model(builder.name)
                except ModelNotInReleaseError as error:
                    return "" if builder.spans[0].first in str(error) else f"no release named: {error}"
                return "was built, and the release does not have it"
            asked: List[str] = []
            wanted = known.outcome(builder.plain[-1].value)

            def load(url: str, **options: Any) -> Any:
                asked.append(url)
                return tensors(backbone_schema(known, url))

            original, checkpoints.load = checkpoints.load, load
            try:
                model = tvcompat.get_model(builder.name)
            finally:
                checkpoints.load = original
            if asked != list(wanted.asks):
                return f"asked for {asked}, not {list(wanted.asks)}"
            schema = newest_names(known, builder, release, probe.schema_of(model))
            expected = known.schema(builder.schemas[-1].value)
            if schema != expected:
                different = [name for name in {**schema, **expected} if schema.get(name) != expected.get(name)]
                return f"{len(different)} parameters differ, such as {different[0]}"
            count = sum(parameter.numel() for parameter in model.parameters())
            return "" if count == builder.parameters[-1].value else f"{count} parameters"

        result.attempt("name", builder.name, work)


def backbone_schema(known: Catalog, url: str) -> Dict[str, str]:
    """The parameters in the file of a backbone: those of the classification model it was trained as."""
    for builder in known.builders.values():
        for entry, number in entries_of(known, builder):
            if entry.urls[-1].value == url and builder.namespace == "torchvision.models":
                return loaded_schema(known, number)
    raise LookupError(url)


def loaded_schema(known: Catalog, number: int) -> Dict[str, str]:
    """The schema of the module that a checkpoint is loaded into in the newest release."""
    outcome = known.table("calls")["outcomes"][number]
    return known.schema(outcome["loads"][-1])


def entries_of(known: Catalog, builder: Builder) -> List[Tuple[Entry, int]]:
    found = []
    for full_name, spans in known.checkpoints(builder.path).items():
        enum, _, name = full_name.partition(".")
        found.append((known.enum(enum).entries[name], spans[-1].value))
    return found


def verify_entries(result: Verification) -> None:
    """Every entry asks for the newest release's file and nothing else, and its parameters fit."""
    import tvcompat
    from tvcompat.shim import checkpoints

    known, release = result.known, result.release
    for builder in known.builders.values():
        if known.at(builder.spans, release) is None:
            continue
        for entry, number in entries_of(known, builder):
            if entry.enum.endswith("_QuantizedWeights"):
                # Packed parameters have no shape that could be made up; their files are asked for all the same.
                continue

            def work(builder: Builder = builder, entry: Entry = entry, number: int = number) -> str:
                asked: List[str] = []

                def load(url: str, **options: Any) -> Any:
                    asked.append(url)
                    return tensors(loaded_schema(known, number))

                original, checkpoints.load = checkpoints.load, load
                try:
                    model = tvcompat.get_model(builder.name, weights=entry.full_name)
                finally:
                    checkpoints.load = original
                if asked != [entry.urls[-1].value]:
                    return f"asked for {asked}"
                expected = known.schema(known.outcome(number).schema or 0)
                schema = newest_names(known, builder, release, probe.schema_of(model))
                return "" if schema == expected else "the state dict is another one"

            result.attempt("entry", f"{entry.full_name} {builder.name}", work)


def verify_outputs(result: Verification, reference: Optional[Dict[str, Any]]) -> None:
    """One real file for each architecture, loaded and run."""
    import torch

    import tvcompat
    from tvcompat.shim import checkpoints

    known, release = result.known, result.release
    chosen: Dict[str, Tuple[int, Builder, Entry, int]] = {}
    for builder in known.builders.values():
        for entry, number in entries_of(known, builder):
            size = known.metadata(entry.metadata[-1].value).get("num_params") or 0
            kept = chosen.get(builder.module)
            if entry.enum.endswith("_QuantizedWeights") or size > FILE_PARAMETER_LIMIT:
                continue
            if kept is None or size < kept[0]:
                chosen[builder.module] = (size, builder, entry, number)
    folder = checkpoints.folder()
    folder.mkdir(parents=True, exist_ok=True)
    for _, builder, entry, number in sorted(chosen.values(), key=lambda item: item[1].path):
        if known.at(builder.spans, release) is None:
            continue

        def work(builder: Builder = builder, entry: Entry = entry, number: int = number) -> str:
            path = folder / checkpoints.file_name(entry.urls[-1].value)
            torch.save(filled(loaded_schema(known, number)), str(path))
            try:
                model = tvcompat.get_model(builder.name, weights=entry.full_name).eval().double()
            finally:
                path.unlink()
            with torch.no_grad(), probe.double_precision():
                found = probe.outputs_of(builder.path, builder.module, model)
            result.outputs[entry.full_name] = [probe.digest(tensor) for tensor in found]
            if reference is None:
                return ""
            return difference(reference.get(entry.full_name), result.outputs[entry.full_name])

        result.attempt("output", f"{entry.full_name} {builder.name}", work)


def filled(schema: Dict[str, str]) -> "OrderedDict[str, Any]":
    """A state dict with parameters that depend on their names alone."""

    class Holder:
        """As much of a module as filling needs."""

        def named_parameters(self) -> Any:
            return []

        def state_dict(self) -> Any:
            return made

    made = OrderedDict((name, tensor.clone()) for name, tensor in tensors(schema).items())
    probe.fill(Holder(), {})
    made._metadata = OrderedDict({"": {"version": 2}})  # type: ignore[attr-defined]
    return made


def difference(expected: Any, found: Any) -> str:
    """What is wrong between two lists of output digests, empty where they agree to the tolerance."""
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


def verify(reference: Optional[Dict[str, Any]], note: Callable[[str], None]) -> Dict[str, Any]:
    from tvcompat.shim.installed import installed

    started = time.time()
    here = installed()
    initialisation = probe.Initialisation()
    initialisation.install()
    result = Verification(catalog(), here.release)
    for step in (verify_names, verify_entries):
        step(result)
        note(f"{time.time() - started:6.1f} s  {step.__name__}: {result.counts}")
    verify_outputs(result, reference)
    note(f"{time.time() - started:6.1f} s  outputs: {result.counts}, {len(result.failures)} failures")
    return {
        "counts": result.counts,
        "failures": result.failures,
        "outputs": result.outputs,
        "seconds": round(time.time() - started, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", required=True)
    parser.add_argument("--reference", help="outputs of the newest release, by entry")
    arguments = parser.parse_args()
    reference = None
    if arguments.reference:
        with open(arguments.reference, encoding="utf-8") as stream:
            reference = json.load(stream)["outputs"]
    warnings.simplefilter("ignore")
    os.environ["TVCOMPAT_CHECK_HASH"] = "0"
    with tempfile.TemporaryDirectory() as home:
        os.environ["TORCH_HOME"] = home

        def note(text: str) -> None:
            print(text, file=sys.stderr, flush=True)

        found = verify(reference, note)
    with open(arguments.out, "w", encoding="utf-8") as stream:
        json.dump(found, stream, indent=1)


if __name__ == "__main__":
    main()
