"""Imports: what they bind, and which of them are torchvision's."""

import ast
from typing import Optional

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.dependence import version_flag
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.facts import FOLLOWED_PACKAGES, Facts
from tvcompat.check.analysis.members import Members
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.uses import ImportUse
from tvcompat.check.analysis.values import ProjectModule, Ref


class ImportFollower:
    """Follows import statements.

    Args:
        module: name of the module in the project, ``pkg.nets``; empty if unknown.
        is_package: whether it is the ``__init__`` of a package.
    """

    def __init__(
        self,
        env: Environment,
        recorder: Recorder,
        facts: Facts,
        members: Members,
        module: str,
        is_package: bool,
    ) -> None:
        self._env, self._recorder, self._facts, self._members = env, recorder, facts, members
        self._module, self._is_package = module, is_package

    def whole(self, node: ast.Import) -> None:
        """Follow ``import torchvision.models as models``."""
        for alias in node.names:
            root = alias.name.partition(".")[0]
            bound = alias.asname or root
            if root in FOLLOWED_PACKAGES:
                if root == "torchvision":
                    self._record(alias.name, alias, node, is_module=True)
                self._env.bind(bound, Ref(alias.name if alias.asname else root))
            elif self._facts.exports(alias.name) is not None:
                self._env.bind(bound, ProjectModule(alias.name if alias.asname else root))
            else:
                self._env.bind(bound, None)

    def names(self, node: ast.ImportFrom) -> Optional[int]:
        """Follow ``from torchvision.models import resnet50``.

        Returns:
            The releases on which the code after it runs, as bits: those that have the name, if a failure of
            the import is caught; ``None`` if that says nothing.
        """
        module = self._absolute(node)
        if module.partition(".")[0] in FOLLOWED_PACKAGES and not node.level:
            return self._from_package(node, module)
        exports = self._facts.exports(module)
        for alias in node.names:
            if alias.name == "*":
                for name, held in (exports or {}).items():
                    if not name.startswith("_"):
                        self._env.bind(name, held)
                continue
            value = (exports or {}).get(alias.name)
            inner = f"{module}.{alias.name}".strip(".")
            if value is None and self._facts.exports(inner) is not None:
                value = ProjectModule(inner)
            self._env.bind(alias.asname or alias.name, version_flag(alias.name) if value is None else value)
        return None

    def _from_package(self, node: ast.ImportFrom, module: str) -> Optional[int]:
        is_torchvision, found = module.partition(".")[0] == "torchvision", None
        for alias in node.names:
            path = f"{module}.{alias.name}"
            if alias.name == "*":
                if is_torchvision:
                    self._record(module, alias, node, is_module=True)
                    for name in self._facts.star(module):
                        self._env.bind(name, Ref(f"{module}.{name}"))
                continue
            if is_torchvision:
                self._record(path, alias, node)
                having = self._facts.releases_with(path) if self._env.condition.handles(Handled.IMPORT) else None
                if having is not None:
                    found = having if found is None else found & having
            self._env.bind(alias.asname or alias.name, self._members.of_path(path))
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self._module.split(".") if self._module else []
        keep = len(parts) - node.level + (1 if self._is_package else 0)
        return ".".join([*parts[: max(0, keep)], *([node.module] if node.module else [])])

    def _record(self, path: str, alias: ast.alias, node: ast.stmt, *, is_module: bool = False) -> None:
        self._recorder.use(ImportUse(path, alias, self._env.condition, statement=node, is_module=is_module))
