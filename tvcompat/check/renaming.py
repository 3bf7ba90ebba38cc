"""Rename a hook in the classes of a file, with every call of it; or have it under both names.

A class and those of the project that inherit from it are renamed together: they call one another's methods through
``self`` and ``super()``.
"""

import ast
from typing import Dict, Iterator, List, Optional, Set, Tuple, Union

from tvcompat.check.analysis.definitions import FunctionNode, UserClass, UserFunction
from tvcompat.check.analysis.values import Ref, alternatives
from tvcompat.check.changes import AddFunction, Change, Fix, RenameAttribute, RenameFunction
from tvcompat.check.edits import Text
from tvcompat.check.overrides import Overrides, reads
from tvcompat.check.rules import Context


class HookRenaming:
    """The fix that gives a hook its new name, in all classes of a file that it concerns.

    Args:
        overrides: the class in which the hook was reported.
        old, new: its names.
        both: whether the old name is needed too, for releases that call it.
    """

    def __init__(self, overrides: Overrides, old: str, new: str, *, both: bool, context: Context, text: Text) -> None:
        self._overrides, self._old, self._new, self._both = overrides, old, new, both
        self._context, self._text = context, text
        self._here = {id(node): node for node in ast.walk(text.tree) if isinstance(node, ast.ClassDef)}
        self._family = list(_family(overrides))
        self._own = [each for each in self._family if id(each.node) in self._here]

    def fix(self) -> Fix:
        """Return the fix, or why there is none."""
        reason = self._uncertain() or self._used_otherwise()
        if reason:
            return Fix(reason=reason)
        changes: List[Change] = []
        for each in self._own:
            for node in _definitions(each, self._old):
                changes.append(RenameFunction(node, self._new))
                if self._both and not self._inherits(each):
                    added = self._calling(node)
                    if added is None:
                        return Fix(reason=f"by hand: {self._old} is decorated, or has parameters of its own")
                    changes.append(added)
            for through, read in self._reads(each):
                if self._both and through == "super" and not self._is_ours(each):
                    return Fix(
                        reason=f"by hand: super().{self._old}() is super().{self._new}() on the releases that call "
                        f"{self._new}"
                    )
                assert isinstance(read, ast.Attribute)
                changes.append(RenameAttribute(read, self._new))
        return Fix(tuple(changes))

    # Why not

    def _uncertain(self) -> str:
        """Return why the classes may be something else than they seem, empty if they certainly are not."""
        for each in self._family:
            if not Overrides(each, self._context.facts).is_known:
                return f"{_name(each)} inherits from a class that is not known"
            bounds = each.bound.get(self._old, ())
            if any(bound.condition for bound in bounds):
                return f"by hand: {self._old} is defined in a branch"
            if len(bounds) != len(_definitions(each, self._old)) or len(bounds) > 1:
                return f"by hand: {self._old} is assigned"
            if self._old in each.attributes or self._new in each.attributes:
                return f"by hand: {self._old} is assigned"
            if self._new in each.bound and each is not self._overrides.made and each not in self._overrides.classes:
                return f"{_name(each)} has a method {self._new} already"
        for each in self._overrides.classes:
            if id(each.node) in self._here and each.node is not None:
                reason = self._other_base(each.node, each.declared)
                if reason:
                    return reason
        return ""

    def _other_base(self, node: ast.ClassDef, declared: Tuple[Union[UserClass, Ref, None], ...]) -> str:
        """Return why a base may not be torchvision's class, as the names in the file prove it."""
        paths = [each.path for each in declared if isinstance(each, Ref) and each.path.startswith("torchvision.")]
        definition = self._context.facts.definition
        wanted = {definition(path) for path in paths}
        found = set()
        for base in node.bases:
            origin = self._text.bindings.origin(base)
            if origin is not None:
                found.add(definition(origin.path))
        missing = wanted - found
        return f"{node.name} may inherit from something else than {min(paths)}" if missing else ""

    def _used_otherwise(self) -> str:
        """Return where the program uses the old name in a way that is not followed, empty if nowhere."""
        others = [each for each in self._family if each not in self._own]
        if others and any(True for each in self._family for _ in self._reads(each)):
            return f"by hand: classes in other files call {self._old}"
        if self._context.is_read_elsewhere(self._old, list(map(_name, self._family))):
            return f"by hand: other files of the project use {self._old}"
        followed: Set[int] = set()
        for node in self._here.values():
            for function in ast.walk(node):
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                    followed.update(id(read.node) for read in reads(function) if read.through)
        for each in ast.walk(self._text.tree):
            is_read = isinstance(each, ast.Attribute) and each.attr == self._old
            is_text = isinstance(each, ast.Constant) and each.value == self._old
            if (is_read or is_text) and id(each) not in followed:
                return f"by hand: line {getattr(each, 'lineno', 0)} uses {self._old} too"
        return ""

    # The parts of a fix

    def _reads(self, made: UserClass) -> Iterator[Tuple[str, ast.AST]]:
        """Yield where methods of a class read the old name from ``self`` or ``super()``."""
        for function in _methods(made):
            for through, name, node in reads(function):
                if through and name == self._old:
                    yield through, node

    def _inherits(self, made: UserClass) -> bool:
        """Return whether a class of the same file gets the method with the old name that this one inherits."""
        return any(each in self._own and _definitions(each, self._old) for each in _bases(made))

    def _is_ours(self, made: UserClass) -> bool:
        """Return whether what ``super()`` has under the old name is a method that gets the new one."""
        for each in Overrides(made, self._context.facts).line[1:]:
            if isinstance(each, Ref):
                if each.path.startswith("torchvision."):
                    return False
            elif _definitions(each, self._old):
                return each in self._own
        return False

    def _calling(self, node: Union[ast.FunctionDef, ast.AsyncFunctionDef]) -> Optional[AddFunction]:
        """Return a method with the old name that calls the new one, ``None`` if it can't be told how."""
        arguments = node.args
        is_plain = not (arguments.defaults or arguments.vararg or arguments.kwonlyargs or arguments.kwarg)
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        if not is_plain or node.decorator_list or not names or isinstance(node, ast.AsyncFunctionDef):
            return None
        instance, *given = names
        called = f"{instance}.{self._new}({', '.join(given)})"
        return AddFunction(node, f"def {self._old}({', '.join(names)}):", f"return {called}")


def _family(overrides: Overrides) -> Iterator[UserClass]:
    """Yield a class, the classes of the project that it inherits from, and all that inherit from any of them."""
    pending: List[UserClass] = list(overrides.classes)
    seen: Dict[int, UserClass] = {}
    while pending:
        each = pending.pop(0)
        if id(each) not in seen:
            seen[id(each)] = each
            pending += each.derived
            yield each


def _bases(made: UserClass) -> Iterator[UserClass]:
    return (each for each in made.lineage() if each is not made)


def _methods(made: UserClass) -> Iterator[FunctionNode]:
    for bounds in made.bound.values():
        for bound in bounds:
            for each in alternatives(bound.value):
                if isinstance(each, UserFunction):
                    yield each.node


def _definitions(made: UserClass, name: str) -> List[Union[ast.FunctionDef, ast.AsyncFunctionDef]]:
    """Return the methods of a name that the body of a class itself defines, in no branch."""
    return [
        each
        for each in (made.node.body if made.node is not None else ())
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and each.name == name
    ]


def _name(made: UserClass) -> str:
    return "a class" if made.node is None else made.node.name
