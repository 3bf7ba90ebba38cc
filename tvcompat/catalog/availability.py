"""Answers to "does torchvision have X, since when, and how is it called?"."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Sequence, Tuple

from tvcompat.catalog.facts import Span
from tvcompat.catalog.history import Builder, Name, WeightsEnum
from tvcompat.catalog.origins import origin
from tvcompat.catalog.queries import Catalog
from tvcompat.errors import UnknownNameError

if TYPE_CHECKING:
    from tvcompat.catalog.answers import Answer, BehaviourAnswer, WeightsAnswer


def availability(known: Catalog, asked: str) -> Answer:
    """Return everything known about one builder, weights entry or other name of torchvision.

    Args:
        asked: ``resnet50``, ``quantized_resnet50``, ``detection.ssd300_vgg16``, ``ResNet50_Weights.DEFAULT``,
            ``torchvision.transforms.functional_tensor``, ``SSD``: with or without the modules in front.

    Returns:
        At least ``name``, ``kind``, ``path``, ``first``, ``last``, ``in_newest``, ``releases``, ``signatures``
        (``first``, ``last``, ``signature``), ``weights`` (``entry``, ``first``, ``last``, ``url``, ...), ``notes``
        and ``also`` (other things of that name).

    Raises:
        UnknownNameError: no release has it; with names that look like it.
    """
    paths = find(known, asked)
    if not paths:
        raise UnknownNameError(asked.strip(), close_names(known, asked), hint(known, asked))
    path, others = paths[0], paths[1:]
    if path in known.builders:
        answer = describe_builder(known, known.builders[path])
    else:
        enum, _, entry = path.partition(".")
        if known.has_enum(enum):
            answer = describe_weights(known, known.enum(enum), entry)
        else:
            answer = describe_name(known, path)
    answer["also"] = others
    return answer


def find(known: Catalog, asked: str) -> List[str]:
    """Return the full paths that a name may mean, the likeliest first; weights are named ``Enum`` or ``Enum.ENTRY``."""
    asked = asked.strip().strip("()")
    builders = known.builders
    for prefix in ("", "torchvision.", "torchvision.models."):
        path = prefix + asked
        if path in builders:
            return [path]
    named = [path for path, builder in builders.items() if builder.name == asked]
    called = [path for path, builder in builders.items() if builder.function == asked]
    found = list(dict.fromkeys(named + sorted(called, key=len)))
    if found:
        return found

    parts = asked.split(".")
    if known.has_enum(parts[-1]):
        return [parts[-1]]
    if len(parts) > 1 and known.has_enum(parts[-2]):
        enum = known.enum(parts[-2])
        aliases = {alias for span in enum.aliases for alias in span.value}
        return [f"{parts[-2]}.{parts[-1]}"] if parts[-1] in enum.entries or parts[-1] in aliases else []

    for prefix in ("", "torchvision.", "torchvision.models."):
        if known.name(prefix + asked) is not None:
            return [prefix + asked]
        holder, _, member = (prefix + asked).rpartition(".")
        if holder and _has_member(known, holder, member):
            return [prefix + asked]
    matches = list(dict.fromkeys(path for path in known.names() if path.endswith("." + asked)))
    if not matches and "." in asked:
        holder, _, member = asked.rpartition(".")
        return [f"{path}.{member}" for path in find(known, holder) if _has_member(known, path, member)]
    return sorted(matches, key=lambda path: _rank(known, path))


def _has_member(known: Catalog, holder: str, member: str) -> bool:
    """Whether a class has a member in any release."""
    owner = known.name(holder)
    if owner is None or not any(span.value.kind in ("class", "import") for span in owner.descriptions):
        return False
    members = known.members
    return any(
        member in members.all(path, release)
        for release in known.releases_of(owner.spans)
        for path in [members.find(holder, release)]
        if path is not None
    )


def _rank(known: Catalog, path: str) -> Tuple[bool, bool, bool, int, str]:
    """Return a sort key: definitions before imports, present before removed, public before private, shorter first."""
    name = known.name(path)
    assert name is not None
    alive = bool(name.spans) and name.spans[-1].newest
    private = any(part.startswith("_") for part in path.split("."))
    return (name.kind == "import", not alive, private, path.count("."), path)


def hint(known: Catalog, asked: str) -> str:
    """Return advice for a name that is half right: an entry without its enum, or an enum with an unknown entry."""
    *before, last = asked.strip().split(".")
    if before and known.has_enum(before[-1]):
        enum = known.enum(before[-1])
        names = [*enum.entries, *dict.fromkeys(alias for span in enum.aliases for alias in span.value)]
        return f"{enum.name} has {', '.join(names)}."
    holders = [name for name, enum in known.enums.items() if last in enum.entries]
    if holders and not before:
        return f"{last} is an entry of {len(holders)} weights enums, such as {holders[0]}.{last}."
    return ""


def close_names(known: Catalog, asked: str, count: int = 4) -> List[str]:
    """Return names that look like the one asked for: builders first, then any public name."""
    last = asked.rpartition(".")[2]
    builders = sorted({builder.function for builder in known.builders.values()})
    found = difflib.get_close_matches(last, builders, count, 0.6)
    enums = list(known.enums)
    found += difflib.get_close_matches(last, enums, count, 0.75)
    if len(found) < count:
        public = {path.rpartition(".")[2] for path in known.names()} - set(builders)
        found += difflib.get_close_matches(last, [name for name in public if not name.startswith("_")], count, 0.75)
    return list(dict.fromkeys(found))[:count]


def _base(known: Catalog, name: str, kind: str, path: str, spans: Sequence[Span[object]]) -> Answer:
    releases = known.releases_of(spans)
    return {
        "name": name,
        "kind": kind,
        "path": path,
        "first": releases[0] if releases else None,
        "last": releases[-1] if releases else None,
        "in_newest": bool(releases) and releases[-1] == known.newest,
        "releases": releases,
        "signatures": [],
        "weights": [],
        "notes": [],
        "also": [],
    }


# ---------------------------------------------------------------------------------------------------------------------
# Builders


def describe_builder(known: Catalog, builder: Builder) -> Answer:
    answer = _base(known, builder.name, "builder", builder.path, builder.spans)
    for signature in builder.signatures:
        for accepts in builder.accepts:
            common = known.timeline.overlap(signature, accepts)
            if common is not None:
                answer["signatures"].append(
                    {
                        "first": common[0],
                        "last": common[1],
                        "signature": signature.value,
                        "accepts": accepts.value.split(),
                    }
                )
    newest = builder.spans[-1].last
    answer["namespace"] = builder.namespace
    answer["module"] = builder.module
    answer["parameters"] = known.value(builder.parameters, newest)
    for name in builder_enums(known, builder):
        answer["weights"] += weights_of(known, known.enum(name))
    answer["pretrained"] = [
        {"first": span.first, "last": span.last, "asks": list(span.value.asks), "error": span.value.error}
        for span in builder.pretrained
    ]
    answer["plain"] = [
        {"first": span.first, "last": span.last, "asks": list(span.value.asks)} for span in builder.plain
    ]
    answer["outputs"] = [{"first": span.first, "last": span.last, "digest": span.value} for span in builder.outputs]
    answer["notes"] = builder_notes(known, builder)
    return answer


def builder_enums(known: Catalog, builder: Builder) -> List[str]:
    """Return the names of the weights enums a builder takes, the one for its own kind of model first."""
    main = builder.enums[-1].value if builder.enums else None
    return sorted(known.enums_of(builder.path), key=lambda name: name != main)


def builder_notes(known: Catalog, builder: Builder) -> List[str]:
    """Return what the signatures do not show: gaps, renamed parameters, changed defaults, changed files."""
    notes = []
    for earlier, later in zip(builder.spans, builder.spans[1:]):
        gap = [r for r in known.between(earlier.last, later.first) if r not in (earlier.last, later.first)]
        notes.append(f"absent in {gap[0]}" + (f" to {gap[-1]}" if len(gap) > 1 else ""))
    for span in builder.renames:
        count = len(known.renames(span.value))
        notes.append(f"{span.text}: {count} entries of the state dict have other names than in {known.newest}")
    for before, after in zip(builder.schemas, builder.schemas[1:]):
        if known.value(builder.renames, before.last) == known.value(builder.renames, after.first):
            old, new = known.schema(before.value), known.schema(after.value)
            changed = sum(old.get(name) != new.get(name) for name in {**old, **new})
            notes.append(
                f"from {after.first} the plain call builds another architecture than in {before.last} "
                f"({changed} entries of the state dict differ in shape or name)"
            )
    if builder.same_outputs and builder.outputs[0].first != builder.outputs[-1].last:
        first, last = builder.outputs[0].first, builder.outputs[-1].last
        notes.append(f"for equal parameters it computes the same numbers from {first} to {last}")
    for earlier_run, later_run in zip(builder.outputs, builder.outputs[1:]):
        if earlier_run.value != later_run.value:
            text = f"the plain call computes something else from {later_run.first} than in {earlier_run.last}"
            notes.append(text)
    for tried in builder.pretrained:
        if tried.value.error:
            notes.append(f"{tried.text}: pretrained=True fails with {tried.value.error}")
    for accepts in builder.accepts:
        outcome = known.value(builder.pretrained, accepts.first)
        if "keyword" not in accepts.value.split() and outcome is not None and not outcome.error:
            notes.append(f"{accepts.text}: pretrained=True is swallowed and the model comes untrained")
    return notes


# ---------------------------------------------------------------------------------------------------------------------
# Weights


def weights_of(known: Catalog, enum: WeightsEnum) -> List[WeightsAnswer]:
    """Return the entries of an enum, each with its URLs and its metadata from the newest release that has it."""
    default = enum.aliases[-1].value.get("DEFAULT") if enum.aliases else None
    found: List[WeightsAnswer] = []
    for name, entry in enum.entries.items():
        metadata = entry.metadata[-1].value
        preset = entry.preprocessing[-1].value
        categories = metadata.get("categories")
        found.append(
            {
                "entry": entry.full_name,
                "default": name == default,
                "first": entry.urls[0].first,
                "last": entry.urls[-1].last,
                "url": entry.urls[-1].value,
                "urls": [{"first": span.first, "last": span.last, "url": span.value} for span in entry.urls],
                "metrics": metadata.get("_metrics", {}),
                "parameters": metadata.get("num_params"),
                "gflops": metadata.get("_ops"),
                "file_size_mb": metadata.get("_file_size"),
                "categories": categories["count"] if categories else None,
                "recipe": metadata.get("recipe"),
                "preprocessing": {"preset": preset["preset"], **preset["values"]},
            }
        )
    return found


def describe_weights(known: Catalog, enum: WeightsEnum, entry: str) -> Answer:
    """Describe a weights enum, or one entry of it; an alias is followed."""
    if not entry:
        answer = _base(known, enum.name, "weights", f"{enum.namespace}.{enum.name}", enum.spans)
        answer["weights"] = weights_of(known, enum)
    else:
        aliased = [span for span in enum.aliases if entry in span.value]
        target = aliased[-1].value[entry] if aliased else entry
        spans: Sequence[Span[object]] = aliased or enum.entries[entry].urls
        answer = _base(known, f"{enum.name}.{entry}", "weights", f"{enum.namespace}.{enum.name}.{entry}", spans)
        answer["weights"] = [w for w in weights_of(known, enum) if w["entry"] == f"{enum.name}.{target}"]
        if aliased:
            answer["notes"] = [f"{span.text}: stands for {span.value[entry]}" for span in _merged(aliased, entry)]
    answer["builders"] = list(enum.builders)
    return answer


def _merged(spans: Sequence[Span[Dict[str, str]]], alias: str) -> List[Span[Dict[str, str]]]:
    """Merge neighbouring spans in which an alias means the same entry."""
    found: List[Span[Dict[str, str]]] = []
    for span in spans:
        if found and found[-1].value[alias] == span.value[alias]:
            found[-1] = Span(found[-1].first, span.last, span.value, span.newest)
        else:
            found.append(span)
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Any other name


def describe_name(known: Catalog, path: str) -> Answer:
    name = known.name(path)
    if name is None:
        return describe_member(known, path)
    spans = name.spans
    answer = _base(known, path.rpartition(".")[2], name.kind, path, spans)
    if name.kind == "module":
        answer["names"] = module_contents(known, path)
    else:
        answer["signatures"] = [
            {"first": first, "last": last, "signature": text} for first, last, text in signatures(known, name)
        ]
    answer["deprecated"] = [{"first": span.first, "last": span.last, "warning": span.value} for span in name.deprecated]
    for failing in name.broken:
        answer["notes"].append(f"{failing.text}: the file is in the wheel and importing it fails: {failing.value}")
    for warned in name.deprecated:
        answer["notes"].append(f"{warned.text}: warns: {warned.value}")
    if name.kind != "module":
        answer["behaviour"] = behaviour_of(known, path)
        answer["notes"] += [f"since {each['release']}: {each['text']}" for each in answer["behaviour"]]
    target = origin(known, name)
    if target is not None and target.path != path:
        answer["kind"] = target.kind
        answer["target"] = target.path
        answer["notes"].append(f"defined in {target.path}")
    if spans and not spans[-1].newest:
        answer["notes"] += _where_now(known, name)
    return answer


def behaviour_of(known: Catalog, path: str) -> List[BehaviourAnswer]:
    """Return what a function or class does otherwise from release to release, oldest first."""
    from tvcompat.catalog.diff.behaviour import in_words

    return [
        {
            "release": change.release,
            "category": change.category,
            "kind": change.kind,
            "text": in_words(change),
            "when": change.when,
            "calls": list(change.recipes),
            "largest": change.largest,
            "relative": change.relative,
            "cause": change.cause,
            "source": change.source,
        }
        for change in known.behaviour.of(path)
    ]


class SignatureSpan(NamedTuple):
    """How something is called from one release to another, as text."""

    first: str
    last: str
    text: str


def signatures(known: Catalog, name: Name, depth: int = 0) -> List[SignatureSpan]:
    """Return the signatures of a name by release; an import has those of the name it imports."""
    found: List[SignatureSpan] = []
    for span in name.descriptions:
        imported = span.value.target if depth < 5 else ""
        target = known.name(imported) if imported else None
        if target is None or target.kind == "module":
            found.append(SignatureSpan(span.first, span.last, span.value.shown))
            continue
        for first, last, text in signatures(known, target, depth + 1):
            common = known.timeline.overlap(span, Span(first, last, None))
            if common is not None:
                found.append(SignatureSpan(*common, text))
    return found


def _where_now(known: Catalog, name: Name) -> List[str]:
    """Return where the newest release still has a name with the last part of one that was removed."""
    last = name.path.rpartition(".")[2]
    if name.kind == "module":
        return []
    now = [
        path
        for path in known.names()
        if path.endswith("." + last) and path != name.path
        for other in [known.name(path)]
        if other is not None and other.spans and other.spans[-1].newest and other.kind in ("function", "class")
    ]
    best = sorted(now, key=lambda path: _rank(known, path))[:3]
    return [f"in {known.newest} there is {path}" for path in best]


def describe_member(known: Catalog, path: str) -> Answer:
    """Describe a member of a class by the releases in which the class has it, itself or by inheritance."""
    holder, _, name = path.rpartition(".")
    owner = known.name(holder)
    assert owner is not None
    members = known.members
    spans: List[Span[str]] = []
    hooks: List[str] = []
    owners: Dict[str, None] = {}
    kind = "member"
    for release in known.releases_of(owner.spans):
        found = members.find(holder, release)
        member = members.all(found, release).get(name) if found is not None else None
        if found is None or member is None:
            continue
        kind, newest = member.kind, release == known.newest
        owners[member.owner] = None
        if spans and spans[-1].value == member.text and _follows(known, spans[-1].last, release):
            spans[-1] = Span(spans[-1].first, release, member.text, newest)
        else:
            spans.append(Span(release, release, member.text, newest))
        if name in members.hooks(found, release):
            hooks.append(release)
    answer = _base(known, name, kind, path, spans)
    answer["signatures"] = [{"first": s.first, "last": s.last, "signature": s.value} for s in spans]
    inherited = [each for each in owners if each.rpartition(".")[2] != holder.rpartition(".")[2]]
    if inherited:
        answer["notes"].append(f"inherited from {', '.join(inherited)}")
    if hooks:
        until = "" if hooks[-1] == known.newest else f" to {hooks[-1]}"
        answer["notes"].append(f"a hook: the class calls it on itself from {hooks[0]}{until}; subclasses override it")
    return answer


def _follows(known: Catalog, before: str, release: str) -> bool:
    order = known.timeline.index
    return order[release] == order[before] + 1


def module_contents(known: Catalog, path: str) -> List[str]:
    """Return the names that a module defines, or collects from its submodules, in the last release that has it."""
    module = known.module(path)
    if module is None:
        return []
    last = module.spans[-1].last
    found = []
    for name in module:
        description = known.value(module.member(name), last)
        if description is not None and not name.startswith("_"):
            gathered = description.target.startswith(f"{path}.")
            if gathered or not description.is_foreign:
                found.append(name)
    return found
