"""Decide whether an edit is safe.

A proposed fix is made without ``--unsafe`` only where every value that can reach the place is known and torchvision's,
no import happens earlier than before, and nothing is needed that the program did not need. The rules say what to write,
this module decides whether it may be written, and ``rewriting`` whether it can be without losing a comment.
"""

import ast
import bisect
from functools import cached_property
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from tvcompat.check.analysis.facts import BY_NAME
from tvcompat.check.analysis.uses import AttributeUse, CallUse, ImportUse, Use
from tvcompat.check.changes import MISSING_IMPORT, Fix
from tvcompat.check.edits import InsertionPoint, Text, behind_import, behind_imports
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.check.rules import Style
from tvcompat.check.scoping import BindingScope

ImportStatement = Union[ast.Import, ast.ImportFrom]


class Judged(NamedTuple):
    """A proposed fix, with the verdict on it.

    Attributes:
        reason: why it is not made, empty if it is.
        imports: the import statements to add, with their places.
    """

    reason: str = ""
    imports: Tuple[Tuple[InsertionPoint, str], ...] = ()


class Added(NamedTuple):
    """An import statement that a fix adds: the scope that it binds its name in, and the one that uses the name."""

    statement: str
    binds_in: Optional[BindingScope]
    used_in: Optional[BindingScope]


class Safety:
    """Judges the fixes proposed for one file.

    Args:
        text: its source.
        facts: what is known about torchvision's names.
        style: how the user wants fixes written.
    """

    def __init__(self, text: Text, facts: ReleaseFacts, style: Style) -> None:
        self._text, self._facts, self._style = text, facts, style
        # Each once, by what tells them apart: a file may have thousands of fixes with the same import.
        self._added: Dict[Tuple[str, int, int], Added] = {}

    def judge(self, use: Use, proposal: Fix) -> Judged:
        """Decide whether a fix may be made, and where its imports go."""
        if proposal.reason:
            return Judged(proposal.reason)
        reason, replaces_function = self._uncertain(use), self._style.tvcompat
        if reason and (replaces_function or not self._style.unsafe):
            return Judged(reason)
        if not self._style.unsafe:
            if isinstance(use, CallUse) and use.is_partial:
                return Judged("a call of the partial may pass the argument again; --unsafe does it")
            if not proposal.safe:
                return Judged(f"{proposal.risk or 'may change behaviour'}; --unsafe does it")
        imports, added = [], []
        for statement in proposal.imports:
            placed = self._place(statement, use)
            if isinstance(placed, str):
                return Judged(placed)
            if placed is not None:
                imports.append((placed[0], statement))
                added.append(placed[1])
        self._added.update({(each.statement, id(each.binds_in), id(each.used_in)): each for each in added})
        return Judged(imports=tuple(imports))

    # Certainty

    def _uncertain(self, use: Use) -> str:
        """Return why a use may refer to something else than the rule assumed, empty if it certainly does not."""
        if isinstance(use, CallUse):
            node: Any = use.call.func
        elif isinstance(use, AttributeUse):
            node = use.node
        else:
            return ""
        origin = self._text.bindings.origin(node)
        if origin is not None and self._is_same(origin.path, use):
            return ""
        shown = "" if "\n" in (written := self._text.segment(node)) else f"{written} "
        return f"{shown}may not be {use.path.replace('.*', '')} on every way through the program"

    def _is_same(self, path: str, use: Use) -> bool:
        if isinstance(use, CallUse) and use.model_name is not None:
            # By then, a variable may name another model.
            return path in BY_NAME and (use.is_dynamic or isinstance(use.model_name, ast.Constant))
        if path in BY_NAME:
            # `get_model_builder("resnet18")(...)`
            return path.endswith("_builder")
        if path.endswith(".*") or (isinstance(use, CallUse) and use.is_dynamic):
            return path == use.path
        definition = self._facts.definition
        return definition(path) == definition(use.path)

    # Imports

    def _place(self, statement: str, use: Use) -> "Union[Tuple[InsertionPoint, Added], str, None]":
        """Return where an import statement goes, ``None`` if it is there already, or why it can't be added."""
        bindings = self._text.bindings
        wanted = ast.parse(statement).body[0]
        assert isinstance(wanted, (ast.Import, ast.ImportFrom))
        alias = wanted.names[0]
        path = f"{wanted.module}.{alias.name}" if isinstance(wanted, ast.ImportFrom) else alias.name
        bound = alias.asname or alias.name
        # The name that the fix removes may be bound elsewhere again.
        others = bindings.bound_to(bound) - {path, use.path if isinstance(use, ImportUse) else path}
        definition = self._facts.definition
        if any(not other or definition(other) != definition(path) for other in others):
            return f"the name {bound} is already used for something else"
        if bindings.has_unknown_stars:
            return f"the name {bound} may come from an import of *"
        anchors = self._anchors(path, use)
        if anchors is None:
            return MISSING_IMPORT.format(package=path.partition(".")[0])
        by_hand = f"add `{statement}` by hand"
        if not anchors:
            if not self._runs_at_import(use.node):
                return f"{by_hand}: the program imports torchvision in another way"
            return behind_imports(self._text), Added(statement, None, None)
        scopes = {id(scope): scope for scope in map(bindings.scope_of, anchors)}
        scope = scopes.popitem()[1] if len(scopes) == 1 else None
        if scope is None or scope.kind == "class":
            return f"{by_hand}: torchvision is imported in several places"
        used_in = bindings.scope_of(use.statement if isinstance(use, ImportUse) else use.node)
        if used_in is None or not used_in.sees(bound, scope):
            return f"{by_hand}: the name {bound} is another one there"
        if self._is_there(wanted, anchors, use):
            return None
        added = Added(statement, scope, used_in)
        if any(_collide(added, other) for other in self._added.values()):
            return f"{by_hand}: torchvision is imported in several places"
        if all(anchor in self._text.first_imports for anchor in anchors):
            return behind_imports(self._text), added
        at_top = [anchor for anchor in anchors if anchor in self._text.tree.body]
        if len(at_top) < len(anchors) != 1:
            return f"{by_hand}: torchvision is imported in several places"
        return behind_import(self._text, (at_top or list(anchors))[0]), added

    def _anchors(self, path: str, use: Use) -> "Optional[Tuple[ast.stmt, ...]]":
        """Return the imports after which a new one may be added, ``None`` if the program must not depend on it."""
        package = path.partition(".")[0]
        if package == "packaging":
            return tuple(self._text.imports_of(package)) or None
        if isinstance(use, ImportUse):
            return (use.statement,) if use.statement is not None else ()
        origin = self._text.bindings.origin(use.call.func if isinstance(use, CallUse) else use.node)
        # Without proof, which --unsafe does without, the imports at the top of the file have to do.
        return origin.imports if origin is not None else tuple(self._text.first_imports)

    def _is_there(self, wanted: ImportStatement, anchors: Sequence[ast.stmt], use: Use) -> bool:
        """Return whether an import statement with the same name certainly runs before the use does."""
        around = self._top_level_statement(use.node)
        for statement in self._imports_of_the_module:
            if statement is around or (around is not None and statement.lineno > around.lineno):
                break
            if _imports(statement, wanted):
                return True
        beside = (each for anchor in anchors for each in self._block_of(anchor))
        return any(_imports(each, wanted) and each.lineno < use.node.lineno for each in beside)

    @cached_property
    def _imports_of_the_module(self) -> List[ast.stmt]:
        return [each for each in self._text.tree.body if isinstance(each, (ast.Import, ast.ImportFrom))]

    def _top_level_statement(self, node: Any) -> Optional[ast.stmt]:
        """Return the statement of the module that a place is in."""
        number = bisect.bisect_right(self._starts, (node.lineno, node.col_offset))
        return self._text.tree.body[number - 1] if number else None

    @cached_property
    def _starts(self) -> List[Tuple[int, int]]:
        return [(each.lineno, each.col_offset) for each in self._text.tree.body]

    def _runs_at_import(self, node: Any) -> bool:
        """Return whether a place certainly runs whenever the module is imported."""
        around, scope = self._top_level_statement(node), self._text.bindings.scope_of(node)
        simple = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)
        return isinstance(around, simple) and scope is not None and scope.kind == "module"

    def _block_of(self, statement: ast.stmt) -> Sequence[ast.stmt]:
        """Return the statements that one stands among."""
        if statement in self._text.tree.body:
            return ()
        for node in ast.walk(self._text.tree):
            for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
                if isinstance(block, list) and statement in block:
                    return block
        return ()


def _imports(statement: ast.stmt, wanted: ImportStatement) -> bool:
    """Return whether a statement imports everything that another does."""
    if isinstance(statement, ast.ImportFrom) and isinstance(wanted, ast.ImportFrom):
        if (statement.module, statement.level) != (wanted.module, wanted.level):
            return False
    elif not (isinstance(statement, ast.Import) and isinstance(wanted, ast.Import)):
        return False
    return {(each.name, each.asname) for each in wanted.names} <= {(each.name, each.asname) for each in statement.names}


def _collide(one: Added, other: Added) -> bool:
    """Return whether two added imports of one name hide it from one another: it is local to the inner function."""
    if one.statement != other.statement or one.binds_in is other.binds_in:
        return False
    return any(
        inner.binds_in is not None and outer.used_in is not None and inner.binds_in in outer.used_in.chain()
        for inner, outer in ((one, other), (other, one))
    )
