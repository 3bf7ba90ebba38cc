"""Assignments: what names, attributes and items are given."""

import ast
from typing import TYPE_CHECKING, List, Optional

from tvcompat.check.analysis.definitions import Instance, UserClass
from tvcompat.check.analysis.dependence import depends_on_version, version_flag
from tvcompat.check.analysis.dictionaries import put
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.values import (
    Collection,
    DictItem,
    Ref,
    Union,
    Value,
    VersionValue,
    alternatives,
    join,
    last_name,
)

if TYPE_CHECKING:
    from tvcompat.check.analysis.expressions import Evaluator


class Targets:
    """Binds what an assignment or a loop gives a value."""

    def __init__(self, env: Environment, recorder: Recorder, evaluator: "Evaluator") -> None:
        self._env, self._recorder, self._evaluator = env, recorder, evaluator

    def bind(self, target: ast.expr, value: Optional[Value], expression: Optional[ast.expr] = None) -> None:
        """Bind a target.

        Args:
            target: a name, several, an attribute or an item.
            value: what it is given.
            expression: the whole expression that gives it.
        """
        if isinstance(target, ast.Name):
            self._env.bind(target.id, version_flag(target.id) if value is None else value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for each, part in zip(target.elts, parts_of(value, len(target.elts))):
                self.bind(each, part)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None)
        elif not self._provides(target):
            self._evaluator.evaluate(target)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                _bind_attribute(self._env.lookup(target.value.id), target.attr, self._env.as_bound(value))
            elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                self._bind_item(target, target.value.id, value, expression)

    def _provides(self, target: ast.expr) -> bool:
        """Record what a program puts in the place of something of torchvision's, and return whether it does so.

        ``sys.modules["torchvision.transforms.functional_tensor"] = stand_in`` makes imports of the module work, and
        ``transforms.functional_tensor = stand_in`` attributes.
        """
        path = None
        if isinstance(target, ast.Subscript) and last_name(target.value) == "modules":
            path = self._evaluator.texts.literal(target.slice)
        elif isinstance(target, ast.Attribute):
            owner = self._evaluator.silently(target.value)
            path = f"{owner.path}.{target.attr}" if isinstance(owner, Ref) else None
        if path is None or not path.startswith("torchvision."):
            return False
        self._recorder.provided(path)
        return True

    def _bind_item(
        self, target: ast.Subscript, name: str, value: Optional[Value], expression: Optional[ast.expr]
    ) -> None:
        """Bind ``zoo["a"] = models.resnet18`` and ``kwargs["pretrained"] = True``."""
        known = self._env.lookup(name)
        key = None if expression is None else self._evaluator.texts.literal(target.slice)
        item = DictItem(value, target, target if expression is None else expression)
        known = put(known, key, item, self._env.condition)
        if known is not None:
            self._env.bind(name, known)


def _bind_attribute(owner: Optional[Value], name: str, value: Optional[Value]) -> None:
    """Bind ``self.net = models.resnet18``: methods run in an order that nobody knows, so it is one of what is bound."""
    if isinstance(owner, (UserClass, Instance)):
        attributes = owner.of.attributes
        attributes[name] = join(attributes[name], value) if name in attributes else value


def parts_of(value: Optional[Value], count: int) -> List[Optional[Value]]:
    """Return the values of ``count`` names to which something is unpacked."""
    found = alternatives(value)
    fitting = [each.values for each in found if isinstance(each, Collection) and len(each.values) == count]
    if fitting:
        ways = [*fitting, *([(None,) * count] if len(fitting) < len(found) else [])]
        parts = [[way[number] for way in ways] for number in range(count)]
        return [part[0] if len(part) == 1 else Union(part) if any(part) else None for part in parts]
    # `major, minor = version.split(".")[:2]`
    by_release = value.by_release if isinstance(value, VersionValue) else None
    if by_release is not None and all(isinstance(one, (tuple, list)) and len(one) == count for one in by_release):
        return [VersionValue(by_release=tuple(one[number] for one in by_release)) for number in range(count)]
    return [VersionValue() if depends_on_version(value) and not isinstance(value, Collection) else None] * count
