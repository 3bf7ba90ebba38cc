"""How a function is called: its signature as an object, read from the text that records hold and written back.

A record writes ``(img, size: List[int] = None, *, antialias=True) -> Tensor @pretrained>weights``: annotations, the
result and what decorators still take (``@``) are there where they are known. Reading and writing again gives the same
text.
"""

import re
from enum import Enum
from functools import lru_cache
from typing import Iterable, Iterator, List, NamedTuple, Optional, Tuple

# Shown to callers if nothing is known about the parameters.
UNKNOWN = "(...)"

_TOKEN = re.compile(
    r"""'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | \blambda\b | [][(){},:=]""",
    re.VERBOSE,
)


class Kind(Enum):
    """The kinds of parameters that Python has."""

    POSITIONAL_ONLY = "positional-only"
    POSITIONAL = "positional"
    VAR_POSITIONAL = "*"
    KEYWORD_ONLY = "keyword-only"
    VAR_KEYWORD = "**"

    @property
    def is_variadic(self) -> bool:
        """Whether it takes any number of arguments."""
        return self in (Kind.VAR_POSITIONAL, Kind.VAR_KEYWORD)

    @property
    def is_positional(self) -> bool:
        """Whether it takes one argument by position."""
        return self in (Kind.POSITIONAL_ONLY, Kind.POSITIONAL)


class Parameter(NamedTuple):
    """One parameter.

    Attributes:
        name: without stars.
        kind: how arguments reach it.
        default: source of its default; empty if it has one that is not known, ``None`` if it has none.
        annotation: source of its annotation, ``None`` if it has none.
    """

    name: str
    kind: Kind = Kind.POSITIONAL
    default: Optional[str] = None
    annotation: Optional[str] = None

    def __str__(self) -> str:
        stars = self.kind.value if self.kind.is_variadic else ""
        text = stars + self.name
        if self.annotation is not None:
            text += f": {self.annotation}"
        if self.default is not None:
            text += f" = {self.default}" if self.annotation is not None and self.default else f"={self.default}"
        return text


class Signature(NamedTuple):
    """What a caller passes, and what comes back.

    Attributes:
        parameters: in order.
        returns: source of the annotation of the result, ``None`` if there is none.
        marks: what decorators still take: ``pretrained>weights`` an old name, ``positional`` what is keyword-only.
    """

    parameters: Tuple[Parameter, ...]
    returns: Optional[str] = None
    marks: Tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Return whether it takes a keyword argument, by name or through ``**kwargs``."""
        by_name = (Kind.POSITIONAL, Kind.KEYWORD_ONLY)
        return any(
            each.kind is Kind.VAR_KEYWORD or (each.name == name and each.kind in by_name) for each in self.parameters
        )

    def names(self, name: str) -> bool:
        """Return whether a parameter has the name."""
        return self.parameter(name) is not None

    def parameter(self, name: str) -> Optional[Parameter]:
        """Return the parameter of a name, ``None`` if there is none; ``*args`` and ``**kwargs`` do not count."""
        return next((each for each in self.parameters if each.name == name and not each.kind.is_variadic), None)

    def has(self, kind: Kind) -> bool:
        """Return whether it has a parameter of a kind."""
        return any(each.kind is kind for each in self.parameters)

    def without_defaults(self) -> "Signature":
        """Return it with the defaults unknown, to compare with a source that does not tell them."""
        return self._replace(
            parameters=tuple(each if each.default is None else each._replace(default="") for each in self.parameters)
        )

    def __str__(self) -> str:
        returns = "" if self.returns is None else f" -> {self.returns}"
        return f"({', '.join(_written(self.parameters))}){returns}{''.join(f' @{mark}' for mark in self.marks)}"


def _written(parameters: Iterable[Parameter]) -> Iterator[str]:
    """Yield parameters as text, with the ``/`` and ``*`` that separate their kinds."""
    positional_only = starred = False
    for parameter in parameters:
        if positional_only and parameter.kind is not Kind.POSITIONAL_ONLY:
            yield "/"
        positional_only = parameter.kind is Kind.POSITIONAL_ONLY
        if parameter.kind is Kind.KEYWORD_ONLY and not starred:
            yield "*"
        starred = starred or parameter.kind in (Kind.VAR_POSITIONAL, Kind.KEYWORD_ONLY)
        yield str(parameter)
    if positional_only:
        yield "/"


@lru_cache(maxsize=20_000)
def parse(text: str) -> Optional[Signature]:
    """Parse a signature; return ``None`` if the text is none or does not tell the parameters.

    ``str`` of the result is the text again.
    """
    if not text.startswith("(") or text.startswith(UNKNOWN):
        return None
    parts, end = _split(text)
    if end is None:
        return None
    behind, *marks = text[end:].split(" @")
    returns = behind[len(" -> ") :] if behind.startswith(" -> ") else None
    parameters = _parameters(parts)
    if parameters is None or (returns is None and behind):
        return None
    return Signature(parameters, returns, tuple(marks))


class _Part(NamedTuple):
    """Source of one parameter, with the positions of the ``:`` and ``=`` after its name, -1 if there is none."""

    text: str
    colon: int
    equals: int


def _split(text: str) -> Tuple[List[_Part], Optional[int]]:
    """Split a signature at its commas; return the parts and where its bracket closes, ``None`` if it does not close."""
    parts: List[_Part] = []
    depth = lambdas = 0
    start, colon, equals = 1, -1, -1
    for match in _TOKEN.finditer(text):
        token, at = match.group(), match.start()
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
            if not depth:
                if text[start:at].strip():
                    parts.append(_Part(text[start:at], colon, equals))
                return parts, match.end()
        elif depth > 1:
            continue
        elif token == "lambda":
            lambdas += 1
        elif token == ":" and lambdas:
            lambdas -= 1
        elif token == ":" and colon < 0 and equals < 0:
            colon = at - start
        elif token == "=" and equals < 0:
            equals = at - start
        elif token == "," and not lambdas:
            parts.append(_Part(text[start:at], colon, equals))
            start, colon, equals = match.end(), -1, -1
    return parts, None


def _parameters(parts: Iterable[_Part]) -> Optional[Tuple[Parameter, ...]]:
    """Parse the parts of a signature into parameters; return ``None`` if one is no parameter."""
    found: List[Parameter] = []
    kind = Kind.POSITIONAL
    for part in parts:
        text, colon, equals = part
        name = text[: min((place for place in part[1:] if place >= 0), default=len(text))].strip()
        if name == "/":
            found = [each._replace(kind=Kind.POSITIONAL_ONLY) for each in found]
            continue
        if name == "*":
            kind = Kind.KEYWORD_ONLY
            continue
        own = kind
        if name.startswith("*"):
            own = Kind.VAR_KEYWORD if name.startswith("**") else Kind.VAR_POSITIONAL
            kind = Kind.KEYWORD_ONLY
            name = name.lstrip("*")
        if not name.isidentifier():
            return None
        annotation = text[colon + 1 : equals if equals >= 0 else len(text)].strip() if colon >= 0 else None
        found.append(Parameter(name, own, text[equals + 1 :].strip() if equals >= 0 else None, annotation))
    return tuple(found)
