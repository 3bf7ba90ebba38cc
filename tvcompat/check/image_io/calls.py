"""Rewrite calls of torchvision's image functions to what TorchCodec has for them.

Every such edit needs ``--unsafe``: TorchCodec is a package that the program did not need, and a call says nothing of
the files that it will read. The reason names both, and the kinds of files whose result changes.
"""

import ast
from functools import lru_cache
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple, Union

from tvcompat.check.analysis.uses import AttributeUse, NameUse
from tvcompat.check.analysis.values import Literal, Ref, Value, last_name
from tvcompat.check.changes import (
    AddArgument,
    Change,
    Fix,
    MoveName,
    RemoveArgument,
    RemoveName,
    Replace,
    SetArgument,
)
from tvcompat.check.edits import Text
from tvcompat.check.image_io.facts import INSTEAD, Comparison, Form, function_of, image_facts
from tvcompat.check.release_facts import ReleaseFacts

Argument = Union[ast.expr, ast.keyword]

MODES = ("UNCHANGED", "GRAY", "GRAY_ALPHA", "RGB", "RGB_ALPHA")
# torchvision's other name of one.
_SAME = {"RGBA": "RGB_ALPHA"}
EXIF = "apply_exif_orientation"

# These decoders may give 16 bits, which TorchCodec does only where it is told to.
_DEEP = ("read_image", "decode_image", "decode_png")


class KeptError(Exception):
    """Why a call is left as it is."""


class Rewritten(NamedTuple):
    """A call as TorchCodec has it.

    Attributes:
        call: the call.
        changes: what changes in it, apart from what is called.
        whole: what is written instead of all of it, empty where it stays a call of one function.
        comparison: in what it differs.
        imports: statements that it needs, where it is written anew.
    """

    call: ast.Call
    changes: Tuple[Change, ...]
    whole: str
    comparison: Comparison
    imports: Tuple[str, ...] = ()


class _Program:
    """What is known of a file whose calls are rewritten."""

    def __init__(self, text: Text, facts: ReleaseFacts) -> None:
        self.text, self.facts = text, facts
        # What is called -> the call, an argument -> the call it is given to, and what is a statement.
        self.calls: Dict[int, ast.Call] = {}
        self._given_to: Dict[int, ast.Call] = {}
        self.statements: Set[int] = set()
        scripted: List[ast.FunctionDef] = []
        for node in ast.walk(text.tree):
            if isinstance(node, ast.Call):
                self.calls[id(node.func)] = node
                for argument in (*node.args[:1], *(each.value for each in node.keywords if each.arg == "input")):
                    self._given_to[id(argument)] = node
            elif isinstance(node, ast.Expr):
                self.statements.add(id(node.value))
            elif isinstance(node, ast.FunctionDef) and any(map(_scripts, node.decorator_list)):
                scripted.append(node)
        self._scripted: Set[int] = {id(node) for function in scripted for node in ast.walk(function)}

    def function(self, node: ast.AST) -> str:
        """Return the image function that an expression must lead to, ``""`` if it need not be one."""
        origin = self.text.bindings.origin(node)
        return "" if origin is None else function_of(self.facts.definition(origin.path))

    def mode(self, node: ast.expr) -> Optional[str]:
        """Return the mode that an argument names, ``None`` if that is not certain."""
        name = None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.upper()
        elif isinstance(node, ast.Attribute) and self.function(node.value) == "ImageReadMode":
            name = node.attr
        return _known(name)

    def is_decoded(self, call: ast.Call) -> bool:
        """Return whether a call of ``read_file`` is what a decoder is given that will read the file itself."""
        outer = self._given_to.get(id(call))
        function = "" if outer is None else self.function(outer.func)
        if outer is None or not function.startswith("decode_") or _path_of(call, self) is None:
            return False
        try:
            _rewritten(function, outer, self)
        except KeptError:
            return False
        return True

    def is_scripted(self, call: ast.Call) -> bool:
        """Return whether a call stands in a function that ``torch.jit.script`` decorates."""
        return id(call) in self._scripted


def _scripts(decorator: ast.expr) -> bool:
    return last_name(decorator) in ("script", "script_method")


@lru_cache(maxsize=1)
def _program(text: Text, facts: ReleaseFacts) -> _Program:
    """Return what is known of a file, for one finding after the other."""
    return _Program(text, facts)


def form_of(use: NameUse, facts: ReleaseFacts) -> Optional[Form]:
    """Return how a function is called as an attribute, ``None`` where that is not certain."""
    if not isinstance(use, AttributeUse) or use.call is None:
        return None
    function = function_of(facts.definition(use.path))
    try:
        given = dict(_arguments(function, use.call, facts))
        return _form(function, given, lambda node: _mode_of(node, use.values.get(id(node)), facts))
    except KeptError:
        return None


def _mode_of(node: ast.expr, value: Optional[Value], facts: ReleaseFacts) -> Optional[str]:
    """Return the mode that an argument stands for."""
    if isinstance(value, Literal):
        node = value.node
    name = None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        name = node.value.upper()
    elif isinstance(value, Ref):
        owner, _, member = value.path.rpartition(".")
        name = member if function_of(facts.definition(owner)) == "ImageReadMode" else None
    return _known(name)


def _known(name: Optional[str]) -> Optional[str]:
    name = _SAME.get(name or "", name)
    return name if name in MODES else None


def rewrite(use: NameUse, text: Text, facts: ReleaseFacts) -> Fix:
    """Propose a fix for an image function: of the call that an attribute is in, or of all calls of an imported name."""
    function = function_of(facts.definition(use.path))
    program = _program(text, facts)
    try:
        if isinstance(use.statement, ast.ImportFrom) and isinstance(use.node, ast.alias):
            return _import(function, use.statement, use.node, program)
        if function == "ImageReadMode":
            raise KeptError("it is rewritten with the calls that it is passed to")
        if not isinstance(use.node, (ast.Attribute, ast.Name)):
            raise KeptError(f"{function} is imported in another way")
        call = program.calls.get(id(use.node))
        if call is None:
            raise KeptError(f"{function} is passed on here; only calls are rewritten")
        if program.function(use.node) != function:
            raise KeptError(f"it may not be {function} on every way through the program")
        found = _rewritten(function, call, program)
    except KeptError as kept:
        return Fix(reason=str(kept))
    if found.whole:
        return _fix([found], (Replace(call, found.whole),), found.imports)
    instead = INSTEAD[function]
    module, _, name = instead.rpartition(".")
    return _fix([found], (Replace(call.func, name), *found.changes), (f"from {module} import {name}",))


def _fix(found: Sequence[Rewritten], changes: Tuple[Change, ...], imports: Tuple[str, ...]) -> Fix:
    """Return a fix with what it may change, in words."""
    comparison = Comparison()
    for each in found:
        comparison = comparison.joined(each.comparison)
    said = [comparison.words()]
    if any("torchcodec" in statement for statement in imports) or any(
        isinstance(change, MoveName) and "torchcodec" in change.module for change in changes
    ):
        said.insert(0, f"needs torchcodec >= {image_facts().torchcodec}")
    return Fix(changes, imports, safe=False, risk=", and ".join(filter(None, said)))


# Imports


def _import(function: str, statement: ast.ImportFrom, alias: ast.alias, program: _Program) -> Fix:
    """Rewrite everything that the file does with an imported name, and the import."""
    bound = alias.asname or alias.name
    uses = [node for node in ast.walk(program.text.tree) if isinstance(node, ast.Name) and node.id == bound]
    if bound in _exported(program.text.tree):
        raise KeptError(f"{bound} is exported; other files may call it")
    if not uses:
        if not program.text.imports_of("torchcodec"):
            raise KeptError(f"nothing calls {bound} here; other files may")
        # What used it was rewritten.
        return Fix((RemoveName(statement, alias),), safe=False, risk=f"other files may import {bound} from here")
    if function == "ImageReadMode":
        raise KeptError("it goes when the calls that it is passed to are rewritten; run fix again")
    found: List[Rewritten] = []
    for node in uses:
        if program.function(node) != function:
            raise KeptError(f"{bound} may not be {function} on every way through the program")
        call = program.calls.get(id(node))
        if call is None:
            raise KeptError(f"{bound} is passed on in line {node.lineno}; only calls are rewritten")
        found.append(_rewritten(function, call, program))
    calls = {id(each.call) for each in found}
    for each in found:
        replaced = (
            each.call if each.whole else next((one.node for one in each.changes if isinstance(one, Replace)), None)
        )
        if replaced is not None and any(id(node) in calls and node is not each.call for node in ast.walk(replaced)):
            raise KeptError(f"a call of {bound} is an argument of another")
    if any(each.whole for each in found):
        imports = tuple(dict.fromkeys(each for one in found for each in one.imports))
        written = [Replace(each.call, each.whole) for each in found]
        return _fix(found, (_removed(statement, alias, imports, program.text), *written), imports)
    changes = [change for each in found for change in each.changes]
    module, _, name = INSTEAD[function].rpartition(".")
    if alias.asname is not None or bound == name:
        return _fix(found, (MoveName(statement, alias, module, name), *changes), ())
    renamed = [Replace(each.call.func, name) for each in found]
    imports = (f"from {module} import {name}",)
    return _fix(found, (_removed(statement, alias, imports, program.text), *renamed, *changes), imports)


def _removed(statement: ast.ImportFrom, alias: ast.alias, imports: Sequence[str], text: Text) -> RemoveName:
    """Return the removal of a name, with the imports that follow it where no other name is left."""
    present = {ast.unparse(each) for each in text.first_imports}
    return RemoveName(statement, alias, tuple(each for each in imports if each not in present))


def _exported(tree: ast.Module) -> Sequence[str]:
    """Return the names in ``__all__``."""
    found: List[str] = []
    for statement in tree.body:
        targets: List[Any] = list(getattr(statement, "targets", [])) or [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            found += [str(node.value) for node in ast.walk(statement) if isinstance(node, ast.Constant)]
    return found


# Calls


def _rewritten(function: str, call: ast.Call, program: _Program) -> Rewritten:
    """Return a call as TorchCodec has it.

    Raises:
        KeptError: it is left as it is.
    """
    if program.is_scripted(call):
        raise KeptError("TorchScript does not compile what replaces it")
    given = dict(_arguments(function, call, program.facts))
    if function in _WHOLE:
        return _WHOLE[function](function, call, given, program)
    if image_facts().calls.get(function) is None:
        raise KeptError(f"{function} was not compared: torchvision needs torchvision-extra-decoders for it")
    return _decoder(function, call, given, program)


def _arguments(function: str, call: ast.Call, facts: ReleaseFacts) -> Iterator[Tuple[str, Argument]]:
    """Yield the arguments of a call by the names of their parameters."""
    known = facts.signatures(f"torchvision.io.{function}")
    names = [parameter.name for parameter in known[-1].signature.parameters] if known else []
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        raise KeptError("its arguments are not all written in the call")
    if len(call.args) > len(names) or any(each.arg not in names for each in call.keywords) or not names:
        raise KeptError(f"{function} does not take these arguments")
    yield from zip(names, call.args)
    for keyword in call.keywords:
        yield str(keyword.arg), keyword


def _value(argument: Argument) -> ast.expr:
    return argument.value if isinstance(argument, ast.keyword) else argument


def _decoder(function: str, call: ast.Call, given: Dict[str, Argument], program: _Program) -> Rewritten:
    """Rewrite the arguments of a decoder: TorchCodec takes all but the first by keyword, and has other defaults."""
    names = [name for name in given if name not in ("mode", "device", EXIF)]
    if len(names) != 1:
        raise KeptError(f"{function} does not take these arguments")
    changes: List[Change] = []
    added: List[str] = []
    source = given[names[0]]
    comparison = image_facts().calls[function][_form(function, given, program.mode)]
    path = _path_of(_value(source), program)
    if path is not None:
        changes.append(Replace(_value(source), program.text.segment(path)))
    if path is not None or function == "decode_image":
        # What it is given is a path, or may be one: TorchCodec reads the file itself.
        comparison = comparison.joined(Comparison(errors=_of_files()))
    if isinstance(source, ast.keyword):
        changes.append(SetArgument(source, "source"))
    device = given.get("device")
    if device is not None:
        if not (isinstance(_value(device), ast.Constant) and _value(device).value == "cpu"):  # type: ignore[attr-defined]
            raise KeptError("results were compared on the CPU only")
        changes.append(SetArgument(device, "device"))
    mode, exif = given.get("mode"), given.get(EXIF)
    wanted = "RGB" if function == "decode_gif" else program.mode(_value(mode)) if mode is not None else "UNCHANGED"
    # What asked for the orientation makes room for what has to be said instead.
    free = exif
    for name, value in (("mode", f'"{wanted}"'), ("output_dtype", '"auto"')):
        old = mode if name == "mode" else None
        if name == "output_dtype" and function not in _DEEP:
            continue
        if old is None and free is not None:
            old, free = free, None
        if old is None:
            added.append(f"{name}={value}")
        else:
            changes.append(SetArgument(old, name, value))
    if isinstance(free, ast.keyword):
        changes.append(RemoveArgument(call, free))
    elif free is not None:
        raise KeptError(f"{EXIF} is given by position; give it by keyword")
    if added:
        changes.append(AddArgument(call, ", ".join(added)))
    return Rewritten(call, tuple(changes), "", comparison)


def _form(function: str, given: Dict[str, Argument], mode_of: Callable[[ast.expr], Optional[str]]) -> Form:
    """Return how a function is called.

    Raises:
        KeptError: that is not certain.
    """
    forms = image_facts().calls.get(function, {})
    mode: Optional[str] = None
    if any(form.mode is not None for form in forms):
        mode = "UNCHANGED" if "mode" not in given else mode_of(_value(given["mode"]))
        if mode is None:
            raise KeptError("its mode is not certain from the call")
    exif: Optional[bool] = None
    if any(form.exif is not None for form in forms):
        node = _value(given[EXIF]) if EXIF in given else ast.Constant(False)
        if not (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
            raise KeptError(f"the value of {EXIF} is not certain from the call")
        exif = node.value
    return Form(mode, exif)


def _path_of(node: ast.expr, program: _Program) -> Optional[ast.expr]:
    """Return the path in ``read_file(path)``, ``None`` for any other expression."""
    if not isinstance(node, ast.Call) or program.function(node.func) != "read_file":
        return None
    if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
        return node.args[0]
    return None


def _of_files() -> Tuple[str, ...]:
    return image_facts().calls["read_file"][Form()].errors


def _encoder(function: str, call: ast.Call, given: Dict[str, Argument], program: _Program) -> Rewritten:
    """Write ``encode_png(image, 9)`` as ``PngEncoder(image).to_tensor(compression_level=9)``."""
    form = INSTEAD[function]
    name, option = form.rpartition(".")[2], "quality" if function.endswith("jpeg") else "compression_level"
    written = {key: program.text.segment(_value(node)) for key, node in given.items()}
    if "input" not in written or function.startswith("write") is not ("filename" in written):
        raise KeptError(f"{function} does not take these arguments")
    if isinstance(_value(given["input"]), (ast.List, ast.ListComp)):
        raise KeptError(f"{name} does not take lists of images")
    arguments = [f"{option}={written[option]}"] if option in written else []
    method = "to_tensor"
    if function.startswith("write"):
        _unused(function, call, program)
        method, arguments = "to_file", [written["filename"], *arguments]
    whole = f"{name}({written['input']}).{method}({', '.join(arguments)})"
    imports = (f"from torchcodec.encoders import {name}",)
    return Rewritten(call, (), whole, image_facts().calls[function][Form()], imports)


def _file(function: str, call: ast.Call, given: Dict[str, Argument], program: _Program) -> Rewritten:
    """Write ``read_file`` and ``write_file`` without torchvision."""
    written = {key: program.text.segment(_value(node)) for key, node in given.items()}
    imports: Tuple[str, ...] = ("from pathlib import Path",)
    if function == "read_file" and program.is_decoded(call):
        raise KeptError("it goes when the call that it is passed to is rewritten; run fix again")
    if function == "read_file" and "path" in written:
        whole = f"torch.frombuffer(bytearray(Path({written['path']}).read_bytes()), dtype=torch.uint8)"
        imports = ("import torch", *imports)
    elif function == "write_file" and len(written) == 2:
        _unused(function, call, program)
        data = written["data"]
        if not isinstance(_value(given["data"]), (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
            data = f"({data})"
        whole = f"Path({written['filename']}).write_bytes({data}.numpy())"
    else:
        raise KeptError(f"{function} does not take these arguments")
    return Rewritten(call, (), whole, image_facts().calls[function][Form()], imports)


def _unused(function: str, call: ast.Call, program: _Program) -> None:
    """Raise for a call whose result is used: what replaces it returns something else."""
    if id(call) not in program.statements:
        raise KeptError(f"the result of {function} is used here, and what replaces it returns none")


_WHOLE: Dict[str, Callable[[str, ast.Call, Dict[str, Argument], _Program], Rewritten]] = {
    "encode_jpeg": _encoder,
    "encode_png": _encoder,
    "write_jpeg": _encoder,
    "write_png": _encoder,
    "read_file": _file,
    "write_file": _file,
}
