"""Uses: places where a program uses torchvision, as the rules see them."""

import ast
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from tvcompat.check.analysis.conditions import ALWAYS, Condition, Handled

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from tvcompat.check.analysis.definitions import UserClass, UserFunction
    from tvcompat.check.analysis.values import Value

# Why a place can't be edited where the finding is.
IN_DICTIONARY = "the argument is given through a dictionary; change it there"
IN_TEXT = "it stands in text that is run"
IN_EXAMPLE = "it stands in an example of a docstring; change it by hand"
IN_CONFIGURATION = "it stands in a configuration, and what reads it may want more than torchvision; change it by hand"


class Use:
    """Base of all.

    Attributes:
        path: full path of what is used; for a member chosen at run time that of its namespace with ``.*``.
        node: where it stands.
        condition: what the program handles there, and on which releases alone it runs.
        is_certain: false where the name may stand for other things too.
    """

    __slots__ = ("condition", "is_certain", "node", "path")

    def __init__(self, path: str, node: Any, condition: Condition, *, is_certain: bool = True) -> None:
        self.path: str = path
        self.node: Any = node
        self.condition: Condition = condition
        self.is_certain: bool = is_certain

    def handles(self, *cases: Handled) -> bool:
        """Return whether the program deals with one of the cases."""
        return self.condition.handles(*cases)

    @property
    def span(self) -> Tuple[int, int, int, int]:
        """First line, column, last line, column; lines from 1, columns from 0 in UTF-8 bytes, as ``ast`` has them."""
        node = self.node
        line, column = node.lineno, node.col_offset
        end_line, end_column = getattr(node, "end_lineno", None) or line, getattr(node, "end_col_offset", None)
        return line, column, end_line, column + 1 if end_column is None else end_column


class NameUse(Use):
    """A name that is imported, or read as an attribute.

    Attributes:
        statement: the import statement, where it is imported by one.
        is_module: whether the path is imported as a module.
        indirect: why the place can't be edited, empty if it can.
    """

    __slots__ = ("indirect", "is_module", "statement")

    def __init__(
        self,
        path: str,
        node: Any,
        condition: Condition,
        *,
        is_certain: bool = True,
        statement: Any = None,
        is_module: bool = False,
    ) -> None:
        super().__init__(path, node, condition, is_certain=is_certain)
        self.statement: Any = statement
        self.is_module: bool = is_module
        self.indirect: str = ""


class ImportUse(NameUse):
    """An import, by a statement or by ``import_module``."""

    __slots__ = ()


class AttributeUse(NameUse):
    """A name read as an attribute: ``models.resnet18``.

    Attributes:
        call: the call of it, where it is called.
        values: what the expressions of the call's arguments stand for, by their identity.
    """

    __slots__ = ("call", "values")

    def __init__(
        self,
        path: str,
        node: Any,
        condition: Condition,
        *,
        is_certain: bool = True,
        statement: Any = None,
        is_module: bool = False,
    ) -> None:
        super().__init__(path, node, condition, is_certain=is_certain, statement=statement, is_module=is_module)
        self.call: Optional[ast.Call] = None
        self.values: Dict[int, Value] = {}


class TextUse(NameUse):
    """A name in a text that something looks up: ``mock.patch("torchvision.models.resnet18")``, a configuration."""

    __slots__ = ()


class MemberUse(NameUse):
    """A member read from an instance of a torchvision class, or from ``self`` in a class that inherits from one.

    Attributes:
        owner: full path of torchvision's class.
        name: the member.
        holder: the class of the project that has it from there, ``None`` for an instance of torchvision's own class.
        method: the function of the project that reads it, ``None`` outside of functions.
        defined_in: the class whose method that is.
    """

    __slots__ = ("defined_in", "holder", "method", "name", "owner")

    def __init__(
        self,
        owner: str,
        name: str,
        node: Any,
        condition: Condition,
        *,
        is_certain: bool,
        holder: "Optional[UserClass]" = None,
        method: "Optional[UserFunction]" = None,
        defined_in: "Optional[UserClass]" = None,
    ) -> None:
        super().__init__(f"{owner}.{name}", node, condition, is_certain=is_certain)
        self.defined_in: Optional[UserClass] = defined_in
        self.owner: str = owner
        self.name: str = name
        self.holder: Optional[UserClass] = holder
        self.method: Optional[UserFunction] = method


class ClassUse(Use):
    """A class of the project that inherits from one of torchvision's.

    Attributes:
        path: full path of torchvision's class, the nearest if there are several.
        made: the class.
    """

    __slots__ = ("made",)

    def __init__(self, path: str, node: ast.ClassDef, condition: Condition, made: "UserClass") -> None:
        super().__init__(path, node, condition)
        self.made: UserClass = made


class CallUse(Use):
    """A call, or ``functools.partial`` of one.

    Attributes:
        call: the call; for what a dictionary or a function passes on one that was made of it.
        positional: its positional arguments up to the first that is unpacked.
        values: what the expressions of its arguments stand for, by their identity.
        is_dynamic: whether the name of what is called is chosen at run time.
        is_partial: whether it is the call that ``functools.partial`` prepares.
        model_name: what names the model, where it is ``get_model(name, ...)``, which passes the rest on.
        indirect: why the place can't be edited, empty if it can.
        on_tensor: whether it is a transform that certainly works on a tensor.
        was_observed: whether the builder was seen at run time and not told from the source.
    """

    __slots__ = (
        *("call", "indirect", "is_dynamic", "is_partial", "model_name", "on_tensor", "positional", "values"),
        "was_observed",
    )

    def __init__(
        self,
        path: str,
        node: Any,
        condition: Condition,
        call: ast.Call,
        *,
        values: "Optional[Dict[int, Value]]" = None,
        is_certain: bool = True,
        is_dynamic: bool = False,
        is_partial: bool = False,
        model_name: Optional[ast.expr] = None,
        indirect: str = "",
        was_observed: bool = False,
    ) -> None:
        super().__init__(path, node, condition, is_certain=is_certain)
        self.call: ast.Call = call
        self.positional: List[ast.expr] = list(takewhile(_is_given, call.args))
        self.values: Dict[int, Value] = {} if values is None else values
        self.is_dynamic: bool = is_dynamic
        self.is_partial: bool = is_partial
        self.model_name: Optional[ast.expr] = model_name
        self.indirect: str = indirect
        self.on_tensor: bool = False
        self.was_observed: bool = was_observed

    @property
    def is_by_name(self) -> bool:
        """Whether the model is named for ``get_model``."""
        return self.model_name is not None

    @property
    def namespace(self) -> str:
        """Where a member is chosen from at run time: ``torchvision.models`` of ``torchvision.models.*``."""
        return self.path[: -len(".*")]

    def value_of(self, argument: Optional[ast.AST]) -> "Optional[Value]":
        """Return what the expression of an argument stands for, ``None`` if that is not of interest."""
        return self.values.get(id(argument))

    def keyword(self, name: str) -> Optional[ast.keyword]:
        """Return a keyword argument of the call."""
        for keyword in self.call.keywords:
            if keyword.arg == name:
                return keyword
        return None


def _is_given(argument: ast.expr) -> bool:
    return not isinstance(argument, ast.Starred)


class VersionTestUse(Use):
    """A comparison of torchvision's version that is wrong for some versions.

    Attributes:
        is_float: whether the version becomes a floating-point number; else it is compared as text.
        wrong: the releases on which it decides wrongly since it cuts a number in half, as bits; ``None`` where it
            compares all of the version, or the first two numbers as one.
    """

    __slots__ = ("is_float", "wrong")

    def __init__(self, node: Any, condition: Condition, *, is_float: bool, wrong: Optional[int] = None) -> None:
        super().__init__("torchvision.__version__", node, condition)
        self.is_float: bool = is_float
        self.wrong: Optional[int] = wrong


class RefusalUse(Use):
    """A test with which a module ends on some releases.

    Attributes:
        allowed: the releases on which it goes on, as bits.
    """

    __slots__ = ("allowed",)

    def __init__(self, node: Any, condition: Condition, allowed: int) -> None:
        super().__init__("torchvision.__version__", node, condition)
        self.allowed: int = allowed


class RequirementUse(Use):
    """A requirement of torchvision next to one of torch.

    Attributes:
        torch, torchvision: the required versions.
    """

    __slots__ = ("torch", "torchvision")

    def __init__(self, node: Any, condition: Condition, torch: "SpecifierSet", torchvision: "SpecifierSet") -> None:
        super().__init__("torchvision", node, condition)
        self.torch: SpecifierSet = torch
        self.torchvision: SpecifierSet = torchvision


class UnparsedUse(Use):
    """A file, or a cell of a notebook, that can't be parsed.

    Attributes:
        what: ``file`` or ``cell``.
        error: why not.
    """

    __slots__ = ("error", "what")

    def __init__(self, node: Any, what: str, error: str) -> None:
        super().__init__("", node, ALWAYS)
        self.what: str = what
        self.error: str = error
