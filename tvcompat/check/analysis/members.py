"""Attributes: what ``value.a.b`` stands for."""

import ast
from typing import Callable, List, Optional, Sequence

from tvcompat.check.analysis.conditions import only_on
from tvcompat.check.analysis.definitions import Instance, UserClass, UserFunction
from tvcompat.check.analysis.dependence import version_flag
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.images import IMAGE, KEEPING, TENSOR, kind_of
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.uses import AttributeUse, MemberUse
from tvcompat.check.analysis.values import (
    Collection,
    Made,
    NamespaceDict,
    ProjectModule,
    Ref,
    UnboundMethod,
    Union,
    Value,
    VersionValue,
    alternatives,
    is_class,
    releases_of,
)

# Methods of a dictionary that return its contents.
DICT_METHODS = ("get", "pop", "setdefault", "items", "values", "keys", "copy")

# Methods of a text that are called on a version, and give a part of it or tell of it.
TEXT_METHODS = ("split", "partition", "rsplit", "rpartition", "startswith", "strip", "replace")

# Attributes that describe a signature.
DESCRIBING = {"__code__", "__annotations__", "__doc__", "__signature__", "__kwdefaults__"}


class Members:
    """Follows attributes of values, and records which of them are torchvision's.

    Args:
        returned_by: what calling a function of the project gives.
    """

    def __init__(
        self,
        env: Environment,
        recorder: Recorder,
        facts: Facts,
        returned_by: Callable[[UserFunction], Optional[Value]],
    ) -> None:
        self._env, self._recorder, self._facts, self._returned_by = env, recorder, facts, returned_by

    def attribute(self, node: ast.Attribute, names: Sequence[str], root: Optional[Value]) -> Optional[Value]:
        """Return what a chain of attributes stands for.

        Args:
            node: the whole expression.
            names: the names in it, first to last.
            root: what stands before the first.
        """
        if root is None:
            return version_flag(node.attr)
        found = alternatives(root)
        if len(found) == 1:
            return self.member(root, names, node, is_certain=True)
        results = [self._one_of_several(each, names, node) for each in found]
        return results[0] if len(results) == 1 else Union(results) if any(results) else None

    def _one_of_several(self, value: Optional[Value], names: Sequence[str], node: ast.expr) -> Optional[Value]:
        """Return what a chain of attributes stands for where its root may be something else on other releases."""
        releases = releases_of(value)
        if releases is None:
            return self.member(value, names, node, is_certain=False)
        with self._env.under(only_on(releases)):
            found = self.member(value, names, node, is_certain=True)
        return found.on_releases(releases) if isinstance(found, Ref) else found

    def member(
        self, value: Optional[Value], names: Sequence[str], node: ast.expr, *, is_certain: bool
    ) -> Optional[Value]:
        """Return what ``value.a.b`` is for one of the values that a name stands for."""
        if len(names) > 1 and names[-1] == "__init__":
            value, names = self.member(value, names[:-1], node, is_certain=is_certain), names[-1:]
        for number, name in enumerate(names):
            rest = names[number + 1 :]
            if isinstance(value, Ref):
                if name == "__dict__":
                    value = NamespaceDict(value.path)
                elif name == "__version__" and value.path in ("torchvision", "torch"):
                    value = self.version_of(value.path)
                else:
                    return self._of_ref(value, names[number:], node, is_certain=is_certain)
            elif isinstance(value, ProjectModule):
                value = self._of_project_module(value, name)
            elif isinstance(value, VersionValue):
                return VersionValue(
                    is_text=value.is_text and name in TEXT_METHODS,
                    is_presence=value.is_presence,
                    by_release=value.by_release if name == "version" else None,
                    is_whole=value.is_whole and name == "version",
                )
            elif isinstance(value, (NamespaceDict, Collection)):
                return value if name in DICT_METHODS else None
            elif isinstance(value, Made):
                return self._of_made(value, name, _inner(node, len(rest)), is_certain=is_certain)
            elif isinstance(value, (UserClass, Instance)):
                if name == "__init__":
                    init = value.of.init
                    value = UnboundMethod(init) if isinstance(value, UserClass) and init is not None else init
                elif name != "__class__":
                    self._record_inherited(value, name, _inner(node, len(rest)), is_certain=is_certain)
                    value = self._of_class(value, name)
                    if isinstance(value, Union):
                        found = [self.member(each, rest, node, is_certain=False) for each in value.values]
                        return Union(found) if any(found) else None
            else:
                return None
        return value

    def _of_ref(self, value: Ref, names: Sequence[str], node: ast.expr, *, is_certain: bool) -> Optional[Value]:
        name = names[0]
        if not DESCRIBING.isdisjoint(names):
            # `"weights" in resnet18.__code__.co_varnames`
            return VersionValue()
        if name.startswith("__") and name.endswith("__"):
            return UnboundMethod(value) if name == "__init__" else None
        if "__dict__" in names:
            position = names.index("__dict__")
            namespace = ".".join([value.path, *names[:position]])
            self._record(namespace, node, is_certain=is_certain)
            return self.member(NamespaceDict(namespace), names[position + 1 :], node, is_certain=is_certain)
        path = ".".join([value.path, *names])
        if path.startswith("torchvision."):
            self._record(path, node, is_certain=is_certain)
        return self.of_path(path)

    def _of_project_module(self, module: ProjectModule, name: str) -> Optional[Value]:
        inner = (self._facts.exports(module.name) or {}).get(name)
        if inner is None and self._facts.exports(f"{module.name}.{name}") is not None:
            return ProjectModule(f"{module.name}.{name}")
        return inner

    def _of_class(self, owner: Value, name: str) -> Optional[Value]:
        assert isinstance(owner, (UserClass, Instance))
        value = owner.of.member(name)
        if isinstance(owner, Instance) and isinstance(value, UserFunction) and value.is_property:
            return self._returned_by(value)
        return value

    def _of_made(self, value: Made, name: str, node: ast.expr, *, is_certain: bool) -> Optional[Value]:
        """Return what a member of something that torchvision's class or PIL made stands for."""
        if value.path.startswith("PIL."):
            # `Image.open(path).convert("RGB")`
            return Ref(f"{IMAGE}.{name}")
        if name in KEEPING and kind_of(value) == TENSOR:
            # `torch.rand(3, 8, 8).unsqueeze(0)`
            return Ref(f"{TENSOR}.{name}")
        if value.path.startswith("torchvision.") and is_class(value.path) and not _is_special(name):
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                # What the program assigns is there from then on.
                self._recorder.provided(f"{value.path}.{name}")
                return None
            self._recorder.use(
                MemberUse(value.path, name, node, self._env.condition, is_certain=is_certain, method=self._env.function)
            )
        return None

    def _record_inherited(self, value: Value, name: str, node: ast.expr, *, is_certain: bool) -> None:
        """Record a member that a class of the project may have from torchvision."""
        assert isinstance(value, (UserClass, Instance))
        made = value.of
        if self._recorder.is_silent or _is_special(name) or not made.is_torchvision:
            return
        if any(name in each.names or name in each.attributes for each in made.lineage()):
            return
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            outside = next(each.outside[0] for each in made.lineage() if each.outside)
            method = self._env.function
            self._recorder.use(
                MemberUse(
                    outside.path,
                    name,
                    node,
                    self._env.condition,
                    is_certain=is_certain,
                    holder=made,
                    method=method,
                    defined_in=self._env.method_of,
                )
            )

    def of_path(self, path: str) -> Optional[Value]:
        """Return what a full path stands for."""
        if path in ("torchvision.__version__", "torchvision.version.__version__", "torch.__version__"):
            return self.version_of(path.partition(".")[0])
        return Ref(path)

    def version_of(self, package: str) -> VersionValue:
        """Return the version of torchvision, or of the torch that each release was measured with."""
        by_release = self._facts.versions(package) or None
        return VersionValue(is_text=package == "torchvision", by_release=by_release, is_whole=by_release is not None)

    def _record(self, path: str, node: ast.expr, *, is_certain: bool) -> None:
        self._recorder.use(AttributeUse(path, node, self._env.condition, is_certain=is_certain))


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _inner(node: ast.expr, count: int) -> ast.expr:
    """Return the part of a chain of attributes without the last ones: `self.a` of `self.a.b`."""
    for _ in range(count):
        if isinstance(node, ast.Attribute):
            node = node.value
    return node


def chain(node: ast.Attribute) -> "tuple[ast.expr, List[str]]":
    """Return what a chain of attributes begins with, and the names in it, first to last."""
    names = [node.attr]
    root = node.value
    while type(root) is ast.Attribute:
        names.append(root.attr)
        root = root.value
    names.reverse()
    return root, names
