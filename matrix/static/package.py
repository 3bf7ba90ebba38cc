"""A package as its sources describe it: modules visited with griffe, and names resolved across them.

griffe's own loader keeps submodules and names of a package in one table, where a submodule wins over a name.
torchvision has both under one name (``torchvision.models.googlenet`` is a module, but whoever imports torchvision gets
a function), so modules are kept separate here and names are resolved as Python does.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import griffe

Member = griffe.Class | griffe.Function | griffe.Attribute | griffe.TypeAlias


@dataclass(frozen=True)
class Resolved:
    """What a name resolves to: a member of a module of the package, a module itself, or something outside.

    Attributes:
        path: the full path of the thing itself, ``torchvision.ops.boxes.nms``.
        member: its description; ``None`` for modules and for anything outside the package.
        is_module: whether it is a module of the package.
    """

    path: str
    member: Member | None = None
    is_module: bool = False


@dataclass
class SourcePackage:
    """The modules of one package.

    Attributes:
        files: module name -> source text.
        modules: module name -> griffe's description of its source.
        broken: module name -> why its source cannot be parsed.
        trees: module name -> its syntax tree.
    """

    files: dict[str, str]
    modules: dict[str, griffe.Module]
    broken: dict[str, str] = field(default_factory=dict)
    trees: dict[str, ast.Module] = field(default_factory=dict)
    _names: dict[str, dict[str, Resolved]] = field(default_factory=dict)
    _in_progress: list[tuple[str, str]] = field(default_factory=list)

    def submodules(self, module: str) -> Iterator[str]:
        """Yield the last name of each module directly inside a package."""
        for name in self.modules:
            parent, _, last = name.rpartition(".")
            if parent == module:
                yield last

    def names(self, module: str) -> dict[str, Resolved]:
        """Return name -> what it resolves to, for every name a module has once all modules have been imported."""
        if module not in self._names:
            # A cycle of wildcard imports ends at the names found so far.
            table: dict[str, Resolved] = {}
            self._names[module] = table
            for last in self.submodules(module):
                table[last] = Resolved(f"{module}.{last}", is_module=True)
            members = sorted(self.modules[module].members.values(), key=_position)
            for member in members:
                if member.is_alias and getattr(member, "wildcard", None):
                    table.update(self._exported(str(member.target_path)))  # type: ignore[union-attr]
                elif member.is_alias:
                    resolved = self.resolve(str(member.target_path))  # type: ignore[union-attr]
                    table[member.name] = resolved
                else:
                    table[member.name] = Resolved(f"{module}.{member.name}", member)  # type: ignore[arg-type]
        return self._names[module]

    def _exported(self, module: str) -> dict[str, Resolved]:
        """Return the names that ``from module import *`` imports."""
        if module not in self.modules:
            return {}
        names = self.names(module)
        exported = self.exports(module)
        if exported is None:
            # Submodules become names of a package only when they are imported, which a star import does not do.
            loaded = {n for n, m in self.modules[module].members.items() if not (m.is_alias and m.wildcard)}  # type: ignore[union-attr]
            starred = set(names) - set(self.submodules(module))
            return {n: names[n] for n in names if not n.startswith("_") and n in loaded | starred}
        return {name: names[name] for name in exported if name in names}

    def exports(self, module: str) -> list[str] | None:
        """Return ``__all__`` of a module, including lists it adds from other modules; ``None`` if it has none."""
        exports = self.modules[module].exports
        if exports is None:
            return None
        found: list[str] = []
        for item in exports:
            if isinstance(item, str):
                found.append(item)
            else:
                found += self._imported_exports(module, str(item))
        return found

    def _imported_exports(self, module: str, name: str) -> list[str]:
        """Return the list that ``name`` refers to after ``from .mobilenetv2 import __all__ as name``."""
        member = self.modules[module].members.get(name)
        target = str(member.target_path) if member is not None and member.is_alias else ""  # type: ignore[union-attr]
        home, _, last = target.rpartition(".")
        return (self.exports(home) or []) if last == "__all__" and home in self.modules else []

    def resolve(self, path: str) -> Resolved:
        """Follow a full path through imports to the thing itself."""
        if path in self.modules and not self._shadowed(path):
            return Resolved(path, is_module=True)
        module, _, name = path.rpartition(".")
        if module in self.modules:
            if (module, name) in self._in_progress:
                return Resolved(path, is_module=path in self.modules)
            self._in_progress.append((module, name))
            try:
                member = self.modules[module].members.get(name)
                if member is not None and not member.is_alias:
                    return Resolved(path, member)  # type: ignore[arg-type]
                if member is not None and not member.wildcard:  # type: ignore[union-attr]
                    return self.resolve(str(member.target_path))  # type: ignore[union-attr]
                return self.names(module).get(name) or Resolved(path)
            finally:
                self._in_progress.pop()
        return Resolved(path)

    def _shadowed(self, path: str) -> bool:
        """Return whether the package has another object under its submodule's name, which people get instead."""
        parent, _, name = path.rpartition(".")
        found = self.names(parent).get(name) if parent in self.modules else None
        return found is not None and not found.is_module

    def bases(self, path: str, found: griffe.Class) -> list[Resolved]:
        """Return the base classes of a class, each resolved to its definition."""
        module = path.rpartition(".")[0]
        return [self.lookup(module, str(base)) for base in found.bases]

    def lookup(self, module: str, expression: str) -> Resolved:
        """Return what a dotted name refers to inside a module."""
        first, _, rest = expression.partition(".")
        resolved = self.names(module).get(first) if module in self.modules else None
        if resolved is None:
            return Resolved(expression)
        return self.resolve(f"{resolved.path}.{rest}") if rest else resolved


def _position(member: object) -> int:
    line = getattr(member, "alias_lineno", None) if getattr(member, "is_alias", False) else getattr(member, "lineno", 0)
    return int(line or 0)


class _KeepTree(griffe.Extension):
    """Keeps the syntax tree that griffe parses, so that no file is parsed twice."""

    def __init__(self) -> None:
        super().__init__()
        self.tree: ast.Module = ast.Module([], [])

    def on_module_node(self, *, node: Any, agent: Any, **kwargs: Any) -> None:
        self.tree = node


def load(files: Mapping[str, str], *, skip: str = "") -> SourcePackage:
    """Visit the sources of a package.

    Args:
        files: path inside the wheel -> source text.
        skip: regular expression of module names to leave out.
    """
    sources: dict[str, tuple[str, str]] = {}
    for path, text in files.items():
        parts = list(PurePosixPath(path).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        name = ".".join(parts)
        if not (skip and re.search(skip, name)):
            sources[name] = (path, text)
    keep = _KeepTree()
    extensions = griffe.Extensions(keep)
    package = SourcePackage({name: text for name, (_, text) in sources.items()}, {})
    for name in sorted(sources):
        path, text = sources[name]
        parent_name, _, last = name.rpartition(".")
        parent = package.modules.get(parent_name)
        if parent_name and parent is None:
            package.broken[name] = f"{parent_name} has no __init__.py"
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                package.modules[name] = griffe.visit(
                    last, filepath=Path(path), code=text, parent=parent, extensions=extensions
                )
                package.trees[name] = keep.tree
        except SyntaxError as error:
            package.broken[name] = f"line {error.lineno}: {error.msg}"
    return package
