"""What a fix changes, in terms of the program: its calls, arguments, expressions and imported names.

Rules propose these; ``rewriting`` turns them into token-exact edits.
"""

import ast
from typing import NamedTuple, Tuple, Union

# Why no fix adds an import of a package that the program may not have.
MISSING_IMPORT = "the file does not import {package}; import it, then run fix again"

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Replace(NamedTuple):
    """Replace an expression; brackets around it stay.

    Attributes:
        source: what is written.
    """

    node: ast.expr
    source: str


class RenameAttribute(NamedTuple):
    """Replace the name after the last dot of ``owner.name``."""

    node: ast.Attribute
    name: str


class SetArgument(NamedTuple):
    """Pass an argument by this keyword, and another value, or the same one.

    Attributes:
        argument: the argument as it is, by keyword or by position.
        source: the new value; the old one where it is empty.
        chosen: the old value decides at run time between the new one and ``None``.
    """

    argument: Union[ast.keyword, ast.expr]
    name: str
    source: str = ""
    chosen: bool = False


class RemoveArgument(NamedTuple):
    """Stop passing an argument."""

    call: ast.Call
    argument: ast.keyword


class AddArgument(NamedTuple):
    """Pass one more argument, ``name=value``, after the others."""

    call: ast.Call
    source: str


class ReplaceCallee(NamedTuple):
    """Call something else.

    Attributes:
        source: what is called.
        first: an argument to put before the others, empty for none.
    """

    call: ast.Call
    source: str
    first: str = ""


class RenameModule(NamedTuple):
    """Import another module: ``import old as name`` becomes ``import new as name``."""

    alias: ast.alias
    module: str


class MoveName(NamedTuple):
    """Import a name from where it is defined now, under the name the file has for it."""

    statement: ast.ImportFrom
    alias: ast.alias
    module: str
    name: str


class RemoveName(NamedTuple):
    """Stop importing a name.

    Attributes:
        instead: import statements that take the place of a statement that has no name left.
    """

    statement: ast.ImportFrom
    alias: ast.alias
    instead: Tuple[str, ...] = ()


class RenameFunction(NamedTuple):
    """Give a function another name where it is defined."""

    node: Function
    name: str


class AddFunction(NamedTuple):
    """Define one more function right after another.

    Attributes:
        node: the function before it.
        head, body: its first line, and the only statement in it.
    """

    node: Function
    head: str
    body: str


Change = Union[
    Replace,
    RenameFunction,
    AddFunction,
    RenameAttribute,
    SetArgument,
    RemoveArgument,
    AddArgument,
    ReplaceCallee,
    RenameModule,
    MoveName,
    RemoveName,
]


class Fix(NamedTuple):
    """What a rule proposes for a finding.

    Attributes:
        changes: what is changed, together or not at all.
        imports: statements that have to be there, ``from torchvision.transforms import InterpolationMode``.
        safe: whether the program certainly behaves as before.
        reason: why there is no fix, if there is none.
        risk: what makes it unsafe, in words; empty where nothing more is known than that it is.
    """

    changes: Tuple[Change, ...] = ()
    imports: Tuple[str, ...] = ()
    safe: bool = True
    reason: str = ""
    risk: str = ""
