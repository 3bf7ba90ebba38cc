"""Legacy names and their stand-ins, from the generated table ``legacy.json``."""

import functools
import inspect
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Set, Tuple

from tvcompat.catalog.legacy import Advice, LegacyCatalog, LegacyMember, LegacyRow
from tvcompat.releases import installed_version, release_of


class Legacy(NamedTuple):
    """A name that torchvision removed.

    Attributes:
        path: ``torchvision.models.resnet.model_urls``.
        stand_in: path of what the guard gives, empty if it is refused.
        gone: the first release without it.
        advice: what to write instead, as a path and in words; loaded on demand.
        arguments: old name of an argument -> its name today.
    """

    path: str
    stand_in: str
    gone: str
    advice: Callable[[], Advice]
    arguments: Mapping[str, str]

    @property
    def instead(self) -> str:
        """Full path of what to write instead, empty if there is no replacement."""
        return self.advice().instead

    @property
    def words(self) -> str:
        """The same in words."""
        return self.advice().words

    @property
    def refusal(self) -> str:
        """Why there is nothing for it."""
        return f"{self.path} is gone since torchvision {self.gone}, and the guard has nothing for it. {self.words}"


class LegacyNames:
    """The table, as far as it concerns the installed release.

    Args:
        version: of the installed torchvision; names that it still has, or does not have yet, are none of our business.
    """

    def __init__(self, version: str) -> None:
        self._table = LegacyCatalog()
        self.builders: Dict[str, Dict[str, str]] = self._table.builders
        self.exported: Dict[str, List[str]] = self._table.exported
        self.forwarding: Dict[str, List[str]] = self._table.forwarding
        self.version = version
        self._release = _numbers(release_of(version) or "0")
        self.pretrained_era: bool = self.is_before(self._table.weights_since)
        self._concerned: Set[str] = set(self._table.modules())
        self._all: Set[str] = self._concerned | self.builders.keys() | self._table.modules_with_parameters()
        self._all |= self._table.modules_with_members()
        self._pickled: Optional[Dict[str, str]] = None
        self._values: Dict[str, object] = {}
        self._since: Dict[str, bool] = {}

    def _is_gone(self, since: str) -> bool:
        """Return whether the installed release is ``since`` or a later one."""
        if since not in self._since:
            self._since[since] = not self.is_before(since)
        return self._since[since]

    def is_before(self, release: str) -> bool:
        """Return whether the installed release came before another."""
        return self._release < _numbers(release)

    def _if_gone(self, row: Optional[LegacyRow]) -> Optional[Legacy]:
        if row is None or not self._is_gone(row.gone):
            return None
        advice = functools.partial(self._table.advice, row.advice)
        return Legacy(row.path, row.stand_in, row.gone, advice, row.arguments)

    def concerns(self, module: str) -> bool:
        """Return whether a module is gone or lost any name."""
        return module in self._concerned

    def module(self, path: str) -> Optional[Legacy]:
        """Return a module that is gone, ``None`` for any other."""
        return self._if_gone(self._table.module(path))

    def name(self, module: str, name: str) -> Optional[Legacy]:
        """Return a name of a module that is gone, ``None`` for any other."""
        return self._if_gone(self._table.name(module, name))

    def names(self, module: str) -> List[str]:
        """Return the names of a module that are gone and have a stand-in."""
        return [name for name, stand_in, gone in self._table.names(module) if stand_in and self._is_gone(gone)]

    def modules(self) -> Set[str]:
        """Return every module that lost a name, a parameter or a member, or has a builder."""
        return self._all

    def older_name(self, path: str) -> Optional[str]:
        """Return what the installed release calls a module of newer releases, ``None`` if it was not renamed."""
        for module in self._table.modules():
            row = self._table.module(module)
            if row is not None and row.stand_in == path and not self._is_gone(row.gone):
                return module
        return None

    def parameters(self, module: str) -> Dict[str, Dict[str, Tuple[str, str]]]:
        """Return a module's renamed parameters: function or class -> old name -> new name, first release without it."""
        found = {
            name: {each.old: (each.new, each.gone) for each in renamed if self._is_gone(each.gone)}
            for name, renamed in self._table.parameters(module).items()
        }
        return {name: renamed for name, renamed in found.items() if renamed}

    def members(self, module: str) -> Dict[str, List[LegacyMember]]:
        """Return the members that classes of a module lost: class -> members that the installed release lacks."""
        found = {
            name: [each for each in members if self._is_gone(each.gone)]
            for name, members in self._table.members(module).items()
        }
        return {name: members for name, members in found.items() if members}

    def newer_members(self, module: str) -> Dict[str, List[LegacyMember]]:
        """Return the methods of a module's classes that a newer release has renamed, by class."""
        found = {
            name: [each for each in members if each.is_renamed and self.is_before(each.since)]
            for name, members in self._table.members(module).items()
        }
        return {name: members for name, members in found.items() if members}

    def advice(self, member: LegacyMember) -> Advice:
        """Return what to use instead of a member."""
        return self._table.advice(member.advice)

    def is_incomplete(self, path: str) -> bool:
        """Return whether the installed release needs more of a class's instances than older pickles hold."""
        if self._pickled is None:
            self._pickled = self._table.pickled_classes()
        return path in self._pickled and self._is_gone(self._pickled[path])

    def is_package(self, path: str) -> bool:
        return any(module.startswith(path + ".") for module in self._concerned)

    def value(self, legacy: Legacy) -> object:
        """Return the stand-in for a name; the same object each time.

        Raises:
            LookupError: there is none; the message says why.
        """
        if legacy.path not in self._values:
            if not legacy.stand_in:
                raise LookupError(legacy.refusal)
            # No lock: this imports modules, and another thread may import them and ask for this very name.
            self._values.setdefault(legacy.path, self._made(legacy))
        return self._values[legacy.path]

    def _made(self, legacy: Legacy) -> object:
        try:
            found = look_up(legacy.stand_in)
        except (ImportError, AttributeError) as error:
            if legacy.stand_in.startswith("tvcompat."):
                raise LookupError(f"{legacy.path} is gone, and the guard has nothing for it: {error}") from error
            raise LookupError(
                f"{legacy.path} is gone since torchvision {legacy.gone}, and what stands in for it, {legacy.stand_in}, "
                f"is not there: {error}"
            ) from error
        if getattr(found, "tvcompat_made_for_each", False):
            return found(legacy.path) if callable(found) else found
        return with_arguments(found, legacy.arguments) if legacy.arguments and callable(found) else found


def _numbers(release: str) -> Tuple[int, ...]:
    """Return a release as a tuple that can be compared; importing packaging would take longer than all of this."""
    return tuple(int(part) for part in release.split("."))


def look_up(path: str) -> object:
    """Return the object at a full path: import its longest importable part, and take attributes from there.

    Raises:
        ImportError, AttributeError: there is none.
    """
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        try:
            found: object = import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
                raise
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(f"No module named {parts[0]!r}", name=parts[0])


def with_arguments(function: Callable[..., object], arguments: Mapping[str, str]) -> Callable[..., object]:
    """Return a function that accepts arguments under their old names as well."""

    @functools.wraps(function)
    def renamed(*args: object, **kwargs: object) -> object:
        return function(*args, **{arguments.get(name, name): value for name, value in kwargs.items()})

    older = {new: old for old, new in arguments.items()}
    signature = inspect.signature(function)
    shown = [each.replace(name=older.get(each.name, each.name)) for each in signature.parameters.values()]
    renamed.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    return renamed


def version_of(module: Optional[ModuleType]) -> str:
    """Return the installed torchvision's version, even while it is being imported; ``0`` if it is unknown."""
    found = getattr(module, "__version__", None) or installed_version()
    if not found:
        # A checkout has no metadata, and the package knows its version only once it is imported.
        file = Path(getattr(module, "__file__", None) or "").with_name("version.py")
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        stated = re.search(r"""__version__ = ["']([^"']+)""", text)
        found = stated.group(1) if stated else "0"
    return str(found)
