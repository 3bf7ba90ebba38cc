"""The project: the files that are checked, what each of its modules binds, and what they take from one another."""

import os
import re
from typing import Dict, Iterable, List, Optional, Sequence, Set, Tuple

from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.module import ModuleAnalysis
from tvcompat.check.analysis.values import (
    Collection,
    DynamicMember,
    NamespaceDict,
    Partial,
    Ref,
    Value,
    alternatives,
)
from tvcompat.check.files.module_tree import ModuleTree
from tvcompat.check.files.source import Source, concerns, parse
from tvcompat.check.files.syntax import UnreadableError
from tvcompat.check.release_facts import ReleaseFacts

# So many syntax trees are kept for the turn of their file, the others are read again; much of them stays anyway, with
# the functions that a module exports.
KEPT_TREES = 512


class Project:
    """The modules of a tree.

    Args:
        paths: all files of the tree, for imports between them.
        facts: what is known of torchvision.
    """

    def __init__(self, paths: Iterable[str], facts: ReleaseFacts) -> None:
        self._known = facts
        self._tree = ModuleTree(paths)
        self._concerned: Set[str] = set()
        # Packages with a module that names torchvision: their `__init__` may re-export what it has.
        self._packages: Set[str] = set()
        self._exports: Dict[str, Optional[Dict[str, Optional[Value]]]] = {}
        # Files that were read for what they export, until their turn comes.
        self._read: Dict[str, Tuple[Source, ModuleAnalysis]] = {}
        self._facts = Facts(facts.star, self.exports, facts.path_of, facts.versions, self._releases_with)

    @property
    def concerned(self) -> List[str]:
        """The files that are known to use torchvision."""
        return list(self._concerned)

    def add(self, concerned: Iterable[str]) -> None:
        """Add files that are known to use torchvision."""
        for path in concerned:
            self._concerned.add(path)
            name = self._tree.name(path)
            if not self._exports.get(name, True):
                # Nothing relevant was expected in it when it was imported.
                del self._exports[name]
            while "." in name:
                name = name.rpartition(".")[0]
                self._packages.add(name)

    def analyse(self, path: str, data: bytes) -> Tuple[Source, ModuleAnalysis]:
        """Return a file as it was parsed, and what was found in it.

        Raises:
            UnreadableError: it can't be parsed.
            RecursionError: it is nested too deeply.
        """
        known = self._read.pop(path, None)
        name = self._tree.name(path)
        if known is None:
            source = parse(path, data)
            known = source, self._analysis(path, source, name)
        if name:
            self._exports.setdefault(name, known[1].names)
        return known

    def re_exported(self, path: str, found: ModuleAnalysis) -> Dict[str, Set[str]]:
        """Return the name of a module with the names of torchvision it re-exports, empty if there are none."""
        name = self._tree.name(path)
        if not name:
            return {}
        handed = {key for key, value in found.names.items() if value is not None and re_exports(value)}
        return {name: handed} if handed else {}

    def exports(self, name: str) -> Optional[Dict[str, Optional[Value]]]:
        """Return what a module of the tree binds, ``None`` if the tree has none of that name."""
        if name in self._exports:
            return self._exports[name]
        path = self._tree.find(name)
        # In an import cycle, the module being read exports nothing yet.
        self._exports[name] = None if path is None else {}
        if path is not None:
            try:
                self._read_exports(path, name)
            except (OSError, UnreadableError):
                pass
        return self._exports[name]

    def is_read_elsewhere(self, path: str, name: str, classes: Sequence[str]) -> bool:
        """Return whether a file other than ``path`` that uses torchvision may read an attribute of some classes.

        Args:
            path: the file that defines the classes.
            name: the attribute.
            classes: their names; a file without any of them reads the attribute of its own classes from ``self``.
        """
        read = re.compile(rb"""(?:(\w+)\s*|(super\([^()]*\))\s*|[\])]\s*)\.\s*%s\b""" % re.escape(name).encode())
        text = re.compile(rb"""["']%s["']""" % re.escape(name).encode())
        named = re.compile(rb"\b(?:%s)\b" % b"|".join(re.escape(each).encode() for each in classes))
        for other in self._concerned - {path}:
            try:
                with open(other, "rb") as stream:
                    data = stream.read()
            except OSError:
                # It could be read when the tree was.
                return True
            found = list(read.finditer(data))
            own = all(match[2] or match[1] in (b"self", b"cls") for match in found)
            if text.search(data) or (found and not (own and not named.search(data))):
                return True
        return False

    def _read_exports(self, path: str, name: str) -> None:
        with open(path, "rb") as stream:
            data = stream.read()
        own = self._tree.name(path)
        # A package may re-export what one of its modules has; of one that was not given nothing is known.
        may_re_export = name in self._packages or (not own and path.endswith("__init__.py"))
        if may_re_export or path in self._concerned or concerns(path, data):
            source = parse(path, data)
            found = self._analysis(path, source, name)
            self._exports[name] = found.names
            if own and len(self._read) < KEPT_TREES:
                self._read[path] = source, found

    def _analysis(self, path: str, source: Source, name: str) -> ModuleAnalysis:
        is_package = os.path.basename(path) == "__init__.py"
        return ModuleAnalysis(source.tree, source.text, self._facts, name=name, is_package=is_package)

    def _releases_with(self, path: str) -> Optional[int]:
        found = self._known.presence(path)
        return found.releases.bits if found.known else None


def re_exports(value: Value) -> bool:
    """Return whether importing a value is enough for a file to use torchvision."""
    # Classes may refer to each other in chains of any length, so this does not recurse.
    pending: List[Optional[Value]] = [value]
    seen: Set[int] = set()
    while pending:
        for each in alternatives(pending.pop()):
            if isinstance(each, Ref):
                if each.path.startswith("torchvision"):
                    return True
            elif isinstance(each, (DynamicMember, NamespaceDict)):
                return True
            elif isinstance(each, Collection):
                pending += each.values
            elif isinstance(each, Partial):
                pending.append(each.function)
            elif isinstance(each, UserFunction):
                if each.forwards and any(each.reached()):
                    return True
                if each.returns is not None and id(each) not in seen:
                    seen.add(id(each))
                    # Code that uses a class or function's result usually names the class or function itself.
                    pending += [
                        one
                        for one in alternatives(each.returns)
                        if not isinstance(one, (UserFunction, UserClass, Instance))
                    ]
            elif isinstance(each, (UserClass, Instance)):
                for owner in each.of.lineage():
                    if owner.outside:
                        return True
                    if id(owner) not in seen:
                        seen.add(id(owner))
                        for table in (owner.names, owner.attributes):
                            pending += [
                                v for v in table.values() if v is not None and not isinstance(v, (UserClass, Instance))
                            ]
    return False
