"""The table of legacy names: for each name that torchvision dropped, what the guard gives for it.

Decisions come from the hand-written ``matrix/replacements.toml``; names that a module had merely imported are forwarded
to where they came from.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tvcompat.catalog import Catalog
from tvcompat.catalog.wildcards import filled, texts_of

Table = dict[str, Any]

# How the message of a decision begins that needed no hand-written entry.
MERELY_IMPORTED = "The module merely imported it"

# Module -> name -> what it is, in one release.
Api = Mapping[str, Mapping[str, Any]]


class Decision(NamedTuple):
    """What the guard gives for a name.

    Attributes:
        stand_in: path of what it gives; empty if the name is refused.
        instead, words: what to write instead.
        arguments: old name of an argument -> its name today.
    """

    stand_in: str
    instead: str
    words: str
    arguments: Mapping[str, str]


class RemovedName(NamedTuple):
    """A name that the newest release does not have.

    Attributes:
        module, name: where it was; the name is empty for a module itself.
        since: the first release without it.
        imported: the path it was imported from, empty where it was defined there.
    """

    module: str
    name: str
    since: str
    imported: str

    @property
    def path(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


def removed_names(known: Catalog, pre_0_9: Sequence[Api]) -> Iterator[RemovedName]:
    """Yield all names that the newest release no longer has, private ones included, each module before its names."""
    table = known.table("names")
    following = dict(zip(known.releases, known.releases[1:]))
    for module, found in table["modules"].items():
        last = found["spans"][-1][1]
        if last is not None:
            yield RemovedName(module, "", following[last], "")
        elif module in table["broken"] and table["broken"][module][-1][1] is None:
            yield RemovedName(module, "", table["broken"][module][-1][0], "")
        for name, spans in found["names"].items():
            last = spans[-1][1]
            if last is not None:
                yield RemovedName(module, name, following[last], known.description(spans[-1][2]).target)
    for api in pre_0_9:
        for module, names in api.items():
            found = table["modules"].get(module)
            if found is None:
                yield RemovedName(module, "", known.releases[0], "")
            for name, description in names.items():
                if found is None or name not in found["names"]:
                    yield RemovedName(module, name, known.releases[0], origin_of(description))


def origin_of(description: Any) -> str:
    """Return the path a name was imported from, read from its description; empty if it was defined in the module."""
    return description[2:] if isinstance(description, str) and description.startswith("= ") else ""


def is_public(gone: RemovedName) -> bool:
    """Return whether a name is public: it has no leading underscore, even if its module has one."""
    return not (gone.name or gone.module.rpartition(".")[2]).startswith("_")


class Decisions:
    """Decisions by path, from the hand-written entries."""

    def __init__(self, entries: Sequence[Mapping[str, Any]], gone: Sequence[RemovedName]) -> None:
        self._entries = entries
        self._imported = {each.path: each.imported for each in gone}

    def decide(self, gone: RemovedName) -> Decision | None:
        """Return the decision for a name, or ``None`` if there is none."""
        entry, written = self._written(gone.path)
        if not gone.imported or (entry and not entry.endswith("*")):
            return written
        target, seen = gone.imported, {gone.path}
        while target in self._imported and target not in seen:
            # Where it was imported from was removed as well: the replacement of that name replaces this one too.
            _, behind = self._written(target)
            if behind is not None:
                return behind
            seen.add(target)
            target = self._imported[target]
        if not target or target in seen:
            return written
        if written is not None and "._" in target:
            # The guard gives the object itself; the advice names its public path.
            return written._replace(stand_in=target)
        source = target.rpartition(".")[0] or target
        return Decision(target, target, f"{MERELY_IMPORTED}; import it from {source}.", {})

    def _written(self, path: str) -> tuple[str, Decision | None]:
        """Return the pattern of the first entry that matches ``path``, and the decision written there."""
        for entry in self._entries:
            texts = texts_of(entry["name"], path)
            if texts is not None:
                instead = filled(entry["instead"], texts)
                stand_in = filled(entry["stand_in"], texts) if "stand_in" in entry else instead
                return entry["name"], Decision(stand_in, instead, entry["words"], entry.get("arguments", {}))
        return "", None


def compile_legacy(
    known: Catalog,
    entries: Sequence[Mapping[str, Any]],
    parameters: Sequence[Mapping[str, str]],
    pre_0_9: Sequence[Api],
) -> tuple[Table, Table]:
    """Compile the table that the guard reads when it is enabled, and the one it reads when a name is used.

    Returns:
        ``modules``: module -> ``itself`` and ``names``: each stand-in, since when, number of the advice, arguments;
        with ``builders``, ``exported``, ``parameters``, ``forwarding`` and ``weights_since``. And ``advices`` by
        number, and ``addresses``.
    """
    everything = sorted(removed_names(known, pre_0_9), key=lambda each: (each.module, each.name))
    decisions = Decisions(entries, everything)
    advices: dict[tuple[str, str], int] = {}
    modules: dict[str, Table] = {}
    for gone in everything:
        decision = decisions.decide(gone)
        if decision is None:
            continue
        advice = advices.setdefault((decision.instead, decision.words), len(advices))
        row: list[Any] = [decision.stand_in, gone.since, advice]
        if decision.arguments:
            row.append(dict(decision.arguments))
        table = modules.setdefault(gone.module, {"names": {}})
        if gone.name:
            table["names"][gone.name] = row
        else:
            table["itself"] = row
    return {
        "modules": modules,
        "builders": builders_of(known),
        "exported": exported_of(known, everything),
        "parameters": parameters_of(parameters),
        "forwarding": forwarding_of(known),
        "weights_since": known.weights_since,
    }, {
        "advices": [list(pair) for pair in advices],
        "addresses": addresses_of(known),
    }


def undecided(known: Catalog, entries: Sequence[Mapping[str, Any]], pre_0_9: Sequence[Api]) -> list[str]:
    """Return the paths of public legacy names without a decision; there should be none."""
    everything = list(removed_names(known, pre_0_9))
    decisions = Decisions(entries, everything)
    return sorted(gone.path for gone in everything if is_public(gone) and decisions.decide(gone) is None)


def builders_of(known: Catalog) -> dict[str, dict[str, str]]:
    """Return module -> function -> registry name, for every module of torchvision that has the builder."""
    found: dict[str, dict[str, str]] = {}
    for builder in known.builders.values():
        for module in (builder.namespace, builder.module):
            found.setdefault(module, {})[builder.function] = builder.name
    # Until 0.13 builders were defined in other modules, or could be reached through them.
    for module, table in known.table("names")["modules"].items():
        for name, spans in table["names"].items():
            for _, _, number in spans:
                holder, _, function = known.description(number).target.rpartition(".")
                if function == name and function in found.get(holder, {}):
                    found.setdefault(module, {})[name] = found[holder][function]
    return {module: dict(sorted(found[module].items())) for module in sorted(found)}


def forwarding_of(known: Catalog) -> dict[str, list[str]]:
    """Return module -> its functions that used to pass ``pretrained`` on to a builder and now pass on ``weights``."""
    builders = {path for each in known.builders.values() for path in (each.path, f"{each.module}.{each.function}")}
    found: dict[str, list[str]] = {}
    for path in known.names():
        name = known.name(path) if path not in builders else None
        signatures = [span.value.signature for span in name.descriptions] if name is not None else []
        if any(signature is not None and "pretrained>weights" in signature.marks for signature in signatures):
            module, _, function = path.rpartition(".")
            found.setdefault(module, []).append(function)
    return found


def exported_of(known: Catalog, everything: Sequence[RemovedName]) -> dict[str, list[str]]:
    """Return module -> the legacy names that its ``__all__`` once listed."""
    found: dict[str, list[str]] = {}
    for gone in everything:
        module = known.module(gone.module)
        if gone.name and module is not None and gone.name in module.exported:
            found.setdefault(gone.module, []).append(gone.name)
    return found


def addresses_of(known: Catalog) -> dict[str, dict[str, str | None]]:
    """Return table path, such as ``torchvision.models.resnet.model_urls`` -> key -> current address of the file.

    Tables have the keys of all releases. A file that was republished under another name has its current address.
    """
    current: dict[str, str] = {}
    for enum in known.table("weights")["enums"].values():
        for entry in enum["entries"].values():
            for _, _, address in entry["url"]:
                current[address] = entry["url"][-1][2]
    found: dict[str, dict[str, str | None]] = {}
    for path, table in known.model_urls.items():
        found[path] = {key: current.get(spans[-1][2], spans[-1][2]) or None for key, spans in table["urls"].items()}
    if "VGG16_Weights" in known.table("weights")["enums"]:
        vgg16 = known.enum("VGG16_Weights").entries["IMAGENET1K_FEATURES"]
        found["torchvision.models.detection.ssd.backbone_urls"] = {"vgg16_features": vgg16.urls[-1].value}
    return found


def parameters_of(entries: Sequence[Mapping[str, str]]) -> dict[str, dict[str, list[list[str]]]]:
    """Return module -> function or class -> ``[old parameter, new parameter, first release without the old one]``."""
    found: dict[str, dict[str, list[list[str]]]] = {}
    for entry in entries:
        module, _, name = entry["name"].rpartition(".")
        found.setdefault(module, {}).setdefault(name, []).append([entry["old"], entry["new"], entry["gone"]])
    return found
