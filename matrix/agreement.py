"""Comparing the static facts of a release with its run-time facts: where they differ, and why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matrix.compile.members import members_of
from matrix.static.signatures import comparable, shape_of
from matrix.store.records import Record, Store


@dataclass(frozen=True)
class Disagreement:
    """One fact on which sources and install disagree.

    Attributes:
        what: kind of fact: ``builder``, ``signature``, ``accepts``, ``weights``, ``registry``, ``enum``,
            ``model_urls``, ``module``, ``name``, ``class`` or ``member``.
        name: full path of the thing.
        static, runtime: what each says, as text.
        explanation: why they differ; empty if that is unknown.
    """

    what: str
    name: str
    static: str
    runtime: str
    explanation: str = ""


def compare(record: Record, store: Store) -> list[Disagreement]:
    """Return all disagreements of a record, including explained ones; none if one of its parts is missing."""
    if record.static is None or not record.measured:
        return []
    assert record.runtime is not None
    found = [
        *_builders(record),
        *_weights(record),
        *_tables(record),
        *_modules(record, store),
        *_classes(record, store),
    ]
    return sorted(found, key=lambda item: (bool(item.explanation), item.what, item.name))


def unexplained(found: list[Disagreement]) -> list[Disagreement]:
    return [item for item in found if not item.explanation]


def _builders(record: Record) -> Iterator[Disagreement]:
    static, runtime = record.static["builders"], record.runtime["builders"]  # type: ignore[index]
    for path in sorted(set(static) | set(runtime)):
        if path not in runtime or path not in static:
            yield Disagreement("builder", path, _presence(path in static), _presence(path in runtime))
            continue
        for key in ("module", "signature"):
            left, right = static[path][key], runtime[path][key]
            if key == "signature" and comparable(left) == comparable(right):
                continue
            if left != right:
                yield Disagreement("signature" if key == "signature" else "builder", path, left, right)
        for key in ("accepts_pretrained", "accepts_positional_pretrained", "accepts_weights"):
            if static[path][key] != runtime[path][key]:
                yield Disagreement("accepts", path, f"{key}: {static[path][key]}", f"{key}: {runtime[path][key]}")


def _weights(record: Record) -> Iterator[Disagreement]:
    static, runtime = record.static["weights"], record.runtime["weights"]  # type: ignore[index]
    for name in sorted(set(static) | set(runtime)):
        left, right = static.get(name, {}), runtime.get(name, {})
        for entry in sorted(set(left) | set(right)):
            path = f"{name}.{entry}"
            if entry not in left or entry not in right:
                yield Disagreement("weights", path, _presence(entry in left), _presence(entry in right))
                continue
            for key in ("url", "metadata", "preprocessing"):
                if left[entry][key] != right[entry][key]:
                    yield Disagreement(
                        "weights", path, f"{key}: {_short(left[entry][key])}", f"{key}: {_short(right[entry][key])}"
                    )


def _tables(record: Record) -> Iterator[Disagreement]:
    for what in ("enums", "registry", "model_urls"):
        left, right = record.static[what], record.runtime[what]  # type: ignore[index]
        for key in sorted(set(left) | set(right)):
            if left.get(key) != right.get(key):
                yield Disagreement(what, key, _short(left.get(key)), _short(right.get(key)))


def _modules(record: Record, store: Store) -> Iterator[Disagreement]:
    api: Mapping[str, str] = record.static["api"]  # type: ignore[index]
    names: Mapping[str, str] = record.runtime["names"]  # type: ignore[index]
    failures: Mapping[str, str] = record.runtime["import_failures"]  # type: ignore[index]
    for module in sorted(set(api) | set(names) | set(failures)):
        if module in failures:
            explanation = explain_failure(module, failures[module], in_sources=module in api)
            static = "in the wheel" if module in api else "a compiled file in the wheel"
            yield Disagreement("module", module, static, f"import fails: {failures[module]}", explanation)
        elif module not in api or module not in names:
            why = "a compiled module: it has no source to read" if module not in api else ""
            yield Disagreement("module", module, _presence(module in api), _presence(module in names), why)
        else:
            described = store.value(api[module])
            given = {n: d for n, d in described["names"].items() if n not in described.get("on_request", ())}
            yield from _names(module, given, store.value(names[module]), set(api), failures)


def explain_failure(module: str, error: str, *, in_sources: bool) -> str:
    """Return why a module that is in the wheel cannot be imported."""
    if not in_sources:
        return "a shared library that torch loads by path; it was never meant to be imported as a Python module"
    missing = re.match(r"ModuleNotFoundError: No module named '([\w.]+)'", error)
    if missing:
        return f"the file imports {missing.group(1)}, which is neither in the wheel nor required by it"
    return ""


def _names(
    module: str, static: Mapping[str, Any], runtime: Mapping[str, str], modules: "set[str]", failures: Mapping[str, str]
) -> Iterator[Disagreement]:
    for name in sorted(set(static) | set(runtime)):
        path = f"{module}.{name}"
        if name not in runtime:
            if path in modules:
                # A submodule becomes an attribute of its package once something imports it.
                continue
            why = _why_absent(static[name], failures)
            yield Disagreement("name", path, _short(static[name]), "absent", why)
        elif name not in static:
            yield Disagreement("name", path, "absent", runtime[name], "made while the module runs: a loop or a call")
        else:
            left, right = _parameters(static[name]), re.sub(r"^(function|class)", "", runtime[name])
            # For a generic class, Python 3.8 reveals no more than this.
            if left is None or not right.startswith("(") or right in ("(*args, **kwds)", "(*args, **kwargs)"):
                continue
            if shape_of(left) != right:
                yield Disagreement("signature", path, left, right)


def _classes(record: Record, store: Store) -> Iterator[Disagreement]:
    """Yield the members of classes that only the sources or only an install has."""
    shown: Mapping[str, str] = (record.behaviour or {}).get("members", {})
    api: Mapping[str, str] = record.static["api"]  # type: ignore[index]
    for module in sorted(shown.keys() & api.keys()):
        described, reference = store.value(api[module])["names"], shown[module]
        static = {name: value for name, value in described.items() if isinstance(value, dict)}
        runtime = store.value(reference)
        for name in sorted({*static, *runtime}):
            path = f"{module}.{name}"
            if name not in static:
                yield Disagreement("class", path, "absent", "present", "made while the module runs: a loop or a call")
            elif name not in runtime:
                yield Disagreement("class", path, "present", "absent", _why_absent(static[name], {}))
            else:
                own = {member: text for member, text in members_of(static[name]).items() if text != "instance"}
                yield from _members(path, own, runtime[name])


def _members(path: str, static: Mapping[str, str], runtime: Mapping[str, str]) -> Iterator[Disagreement]:
    for name in sorted({*static, *runtime}):
        left, right = static.get(name, "absent"), runtime.get(name, "absent")
        if name.startswith("__") and not name.endswith("__"):
            continue  # hidden from everybody else, under another name at run time
        if not _is_same_member(left, right):
            why = ""
            if left == "absent" and right.startswith(("staticmethod", "data")):
                # v2 transforms get `get_params` from their twins, and torch.jit adds the fields of what it compiles.
                why = "made while the class is built, by a base class or a decorator"
            yield Disagreement("member", f"{path}.{name}", left, right, why)


def _is_same_member(static: str, runtime: str) -> bool:
    kind, kind_there = static.partition("(")[0], runtime.partition("(")[0]
    if kind == "attribute":
        return kind_there in ("data", "class")
    if kind != kind_there:
        return False
    return "(" not in static or shape_of(static[len(kind) :]) == runtime[len(kind) :]


def _why_absent(static: Any, failures: Mapping[str, str]) -> str:
    if isinstance(static, str) and static.startswith("= "):
        target = static[2:].rpartition(".")[0]
        if target in failures:
            return f"imported from {target}, whose own import fails; the package catches that"
        root = target.partition(".")[0]
        if any(f"No module named '{root}'" in why for why in failures.values()):
            return f"imported from {target}, and {root} is not there; the package catches that"
        return "imported in a branch that this platform or installation does not take"
    return "defined in a branch that this platform or installation does not take"


def _parameters(static: Any) -> str | None:
    if isinstance(static, dict):
        return static.get("parameters")
    return static[len("def") :].partition(" @")[0] if static.startswith("def(") else None


def _presence(present: bool) -> str:
    return "present" if present else "absent"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 120 else text[:117] + "..."
