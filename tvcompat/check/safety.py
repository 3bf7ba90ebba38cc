"""What makes an edit safe, all of it in one place.

A proposed fix is made without ``--unsafe`` only where every value that can reach the place is known and torchvision's,
no import happens earlier than before, nothing is needed that the program did not need, and no comment is lost or moved
to other code. The rules say what to write; this module decides whether it may be written.
"""

import ast
import io
import tokenize
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple, Union

from tvcompat.check.arguments import BY_NAME
from tvcompat.check.edits import MISSING_IMPORT, Edit, Fix, Place, Text, behind_import, behind_imports
from tvcompat.check.release_facts import ReleaseFacts
from tvcompat.check.rules import Style
from tvcompat.check.uses import Use


class Judged(NamedTuple):
    """A proposed fix, with what was found out about it.

    Attributes:
        reason: why it is not made, empty where it is.
        imports: the import statements to add, with their places.
    """

    reason: str = ""
    imports: Tuple[Tuple[Place, str], ...] = ()


class Safety:
    """Judges the fixes proposed for one file.

    Args:
        text: its source.
        facts: what is known about torchvision's names.
        style: what the user asked for.
    """

    def __init__(self, text: Text, facts: ReleaseFacts, style: Style) -> None:
        self._text, self._facts, self._style = text, facts, style
        self._comments: Optional[List[int]] = None

    def judge(self, use: Use, proposal: Fix) -> Judged:
        """Return whether a fix is made, and where its imports go."""
        if proposal.reason:
            return Judged(proposal.reason)
        reason, replaces_function = self._uncertain(use), self._style.tvcompat
        if reason and (replaces_function or not self._style.unsafe):
            return Judged(reason)
        if not proposal.safe and not self._style.unsafe:
            return Judged("may change behaviour; --unsafe does it")
        if any(self._is_in_the_way(edit) for edit in proposal.edits):
            return Judged("a comment is in the way")
        imports = []
        for statement in proposal.imports:
            place = self._place(statement, use)
            if isinstance(place, str):
                return Judged(place)
            if place is not None:
                imports.append((place, statement))
        return Judged(imports=tuple(imports))

    # Certainty

    def _uncertain(self, use: Use) -> str:
        """Return why a use may lead to something else than the rule looked at, empty where it surely does not."""
        if use.kind == "call" and use.call is not None:
            node: Any = use.call.func
        elif use.kind == "attribute":
            node = use.node
        else:
            return ""
        origin = self._text.bindings.origin(node)
        if origin is not None and self._is_same(origin.path, use):
            return ""
        shown = "" if "\n" in (written := self._text.segment(node)) else f"{written} "
        return f"{shown}may not be {use.path.replace('.*', '')} on every way through the program"

    def _is_same(self, path: str, use: Use) -> bool:
        if "by_name" in use.extra or (path in BY_NAME and path.endswith("_builder")):
            return path in BY_NAME
        if use.dynamic or path.endswith(".*"):
            return path == use.path
        definition = self._facts.definition
        return definition(path) == definition(use.path)

    # Comments

    def _is_in_the_way(self, edit: Edit) -> bool:
        """Return whether an edit would delete a comment, or leave it next to other code."""
        text = self._text
        start, end = text.offset(edit.line, edit.column), text.offset(edit.end_line, edit.end_column)
        comments = self._all_comments()
        if any(start <= comment < end for comment in comments):
            return True
        taken, line_end = text.text[start:end], text.line_end(end)
        behind = any(end <= comment < line_end for comment in comments)
        return behind and ("\n" in edit.text or (not edit.text and any(ch in taken for ch in "\r\n")))

    def _all_comments(self) -> List[int]:
        if self._comments is None:
            self._comments = []
            try:
                for token in tokenize.generate_tokens(io.StringIO(self._text.text, newline="").readline):
                    if token.type == tokenize.COMMENT:
                        self._comments.append(self._text.character(*token.start))
            except (tokenize.TokenError, SyntaxError):
                # Positions after it are unknown: everything may be a comment.
                self._comments = list(range(len(self._text.text)))
        return self._comments

    # Imports

    def _place(self, statement: str, use: Use) -> "Union[Place, str, None]":
        """Return where an import statement goes, ``None`` where it is there already, or why it can't be added."""
        wanted = ast.parse(statement).body[0]
        assert isinstance(wanted, (ast.Import, ast.ImportFrom))
        alias = wanted.names[0]
        path = f"{wanted.module}.{alias.name}" if isinstance(wanted, ast.ImportFrom) else alias.name
        bound = alias.asname or alias.name
        # The name that the fix takes away may come back from elsewhere.
        others = self._text.bindings.bound_to(bound) - {path, use.path if use.kind == "import" else path}
        definition = self._facts.definition
        if any(not other or definition(other) != definition(path) for other in others):
            return f"the name {bound} is already used for something else"
        anchors = self._anchors(path, use)
        if anchors is None:
            return MISSING_IMPORT.format(package=path.partition(".")[0])
        if self._is_there(wanted, anchors, use):
            return None
        if not anchors and self._is_in_function(use):
            return f"add `{statement}` by hand: the program imports torchvision in another way"
        if all(anchor in self._text.first_imports for anchor in anchors):
            return behind_imports(self._text)
        at_top = [anchor for anchor in anchors if anchor in self._text.tree.body]
        if len(at_top) < len(anchors) != 1:
            return f"add `{statement}` by hand: torchvision is imported in several places"
        return behind_import(self._text, (at_top or list(anchors))[0])

    def _anchors(self, path: str, use: Use) -> "Optional[Tuple[ast.stmt, ...]]":
        """Return the imports behind which a new one may stand, ``None`` where the program must not need it."""
        package = path.partition(".")[0]
        if package == "packaging":
            return tuple(self._text.imports_of(package)) or None
        if use.kind == "import":
            return (use.statement,) if use.statement is not None else ()
        node = use.call.func if use.call is not None else use.node
        origin = self._text.bindings.origin(node)
        # Without proof, which --unsafe does without, the imports at the top of the file have to do.
        return origin.imports if origin is not None else tuple(self._text.first_imports)

    def _is_there(self, wanted: Union[ast.Import, ast.ImportFrom], anchors: Sequence[ast.stmt], use: Use) -> bool:
        """Return whether an import statement with the same name runs before the use does."""
        inside = self._is_in_function(use)
        beside = [*self._text.tree.body, *(each for anchor in anchors for each in self._block_of(anchor))]
        return any(_imports(each, wanted) and (inside or each.lineno < use.node.lineno) for each in beside)

    def _block_of(self, statement: ast.stmt) -> Sequence[ast.stmt]:
        """Return the statements that one stands among."""
        for node in ast.walk(self._text.tree):
            for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
                if isinstance(block, list) and statement in block:
                    return block
        return ()

    def _is_in_function(self, use: Use) -> bool:
        line = use.node.lineno
        return any(
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno < line <= (node.end_lineno or 0)
            for node in ast.walk(self._text.tree)
        )


def _imports(statement: ast.stmt, wanted: Union[ast.Import, ast.ImportFrom]) -> bool:
    """Return whether a statement imports everything that another does."""
    if isinstance(statement, ast.ImportFrom) and isinstance(wanted, ast.ImportFrom):
        if (statement.module, statement.level) != (wanted.module, wanted.level):
            return False
    elif not (isinstance(statement, ast.Import) and isinstance(wanted, ast.Import)):
        return False
    return {(each.name, each.asname) for each in wanted.names} <= {(each.name, each.asname) for each in statement.names}
