"""The results of verification, and helpers that its checks share."""

from collections import OrderedDict
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from matrix.probe.describe import describe_error
from matrix.probe.initialisation import Initialisation
from tvcompat.catalog import Builder, Catalog, Entry
from tvcompat.catalog.history import Outcome

Reference = Mapping[str, Mapping[str, Any]]


class Verification:
    """The checks of one release: how many were made, and failures by name."""

    def __init__(
        self, known: Catalog, release: str, initialisation: Initialisation, reference: Optional[Reference]
    ) -> None:
        self.known: Catalog = known
        self.release: str = release
        self.initialisation: Initialisation = initialisation
        self.reference: Optional[Reference] = reference
        self.counts: Dict[str, int] = {}
        self.failures: Dict[str, str] = {}
        # Facts to compare with those of the newest release.
        self.outputs: Dict[str, Any] = {}
        self.presets: Dict[str, Any] = {}
        self.training: Dict[str, Any] = {}

    def check(self, kind: str, name: str, holds: bool, text: str = "") -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if not holds:
            self.failures[f"{kind} {name}"] = text

    def builders(self) -> List[Builder]:
        """Return the builders that the release has."""
        return [each for each in self.known.builders.values() if self.known.at(each.spans, self.release) is not None]

    def attempt(self, kind: str, name: str, work: Callable[[], str]) -> None:
        """Run a check that returns what is wrong, or an empty string."""
        try:
            wrong = work()
        except Exception as error:
            wrong = describe_error(error)
        self.check(kind, name, not wrong, wrong)


def compare_with_reference(result: Verification, part: str, name: str, value: Any) -> str:
    """Store a value and describe how it differs from the newest release's; empty if it does not."""
    getattr(result, part)[name] = value
    if result.reference is None:
        return ""
    expected = result.reference[part].get(name)
    return "" if value == expected else f"{part}: {value}, not {expected}"


def tensors(schema: Dict[str, str]) -> "OrderedDict[str, Any]":
    """Return a state dict for a schema that takes hardly any memory: every tensor is a single zero, expanded."""
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
    # The version number of the newest release's state dicts; mnasnet checks it.
    found._metadata = OrderedDict({"": {"version": 2}})  # type: ignore[attr-defined]
    return found


def newest_names(known: Catalog, builder: Builder, release: str, schema: Dict[str, str]) -> Dict[str, str]:
    from tvcompat.shim.names import find_model
    from tvcompat.shim.state_dicts import names_between

    names = names_between(known, find_model(known, builder.name), release, known.newest)
    return {names.get(name, name): text for name, text in schema.items()}


def backbone_schema(known: Catalog, url: str) -> Dict[str, str]:
    """Return the schema of a backbone's file: that of the classification model it was trained as."""
    for builder in known.builders.values():
        for entry, outcome in entries_of(known, builder):
            if entry.urls[-1].value == url and builder.namespace == "torchvision.models":
                return loaded_schema(known, outcome)
    raise LookupError(url)


def loaded_schema(known: Catalog, outcome: Outcome) -> Dict[str, str]:
    """Return the schema of the module that a checkpoint is loaded into in the newest release."""
    return known.schema(outcome.loads[-1])


def entries_of(known: Catalog, builder: Builder) -> List[Tuple[Entry, Outcome]]:
    found = []
    for full_name, spans in known.checkpoints(builder.path).items():
        enum, _, name = full_name.partition(".")
        found.append((known.enum(enum).entries[name], spans[-1].value))
    return found


@contextmanager
def loading(load: Callable[..., Any]) -> Iterator[None]:
    """Replace the shim's loader of checkpoints by ``load(url, **options)`` for the duration of a block."""
    from tvcompat.shim import checkpoints

    original, checkpoints.load = checkpoints.load, load
    try:
        yield
    finally:
        checkpoints.load = original


class RequestedError(Exception):
    """The loader was asked for a file; what would follow does not matter."""


def requested_url(name: str, **arguments: Any) -> str:
    """Return the address of the first file that a call requests, or ``"nothing"`` if it requests none."""
    import tvcompat

    def load(url: str, **options: Any) -> Any:
        raise RequestedError(url)

    try:
        with loading(load):
            tvcompat.get_model(name, **arguments)
    except RequestedError as asked:
        return str(asked)
    return "nothing"
