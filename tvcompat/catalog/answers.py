"""The shape of what ``tvcompat show --format json`` prints, for type checking alone; not imported at run time."""

from typing import Dict, List, Optional, TypedDict

from tvcompat.catalog.rows import Json


class SpanAnswer(TypedDict):
    """Releases of one part of an answer."""

    first: str
    last: str


class SignatureAnswer(SpanAnswer, total=False):
    """A signature; ``accepts`` says of a builder which of ``keyword``, ``positional`` and ``weights`` it takes."""

    signature: str
    accepts: List[str]


class CallAnswer(SpanAnswer, total=False):
    """What a call without arguments or with ``pretrained=True`` requested."""

    asks: List[str]
    error: str


class UrlAnswer(SpanAnswer):
    url: str


class OutputAnswer(SpanAnswer):
    digest: str


class WarningAnswer(SpanAnswer):
    warning: str


class BehaviourAnswer(TypedDict):
    """What a function or class does otherwise from a release on; see ``BehaviourChange``."""

    release: str
    category: str
    kind: str
    text: str
    when: str
    calls: List[str]
    largest: float
    relative: float
    cause: str
    source: str


class WeightsAnswer(SpanAnswer):
    """A weights entry, with what its metadata says in the newest release that has it."""

    entry: str
    default: bool
    url: str
    urls: List[UrlAnswer]
    metrics: Dict[str, Dict[str, float]]
    parameters: Optional[int]
    gflops: Optional[float]
    file_size_mb: Optional[float]
    categories: Optional[int]
    recipe: Optional[str]
    preprocessing: Dict[str, Json]


class InstalledAnswer(TypedDict):
    """Whether the installed torchvision has something, and how to get it there."""

    version: Optional[str]
    has_it: Optional[bool]
    how: str


class Answer(TypedDict, total=False):
    """Everything known about a name; the second half of the keys is there for some kinds of names alone."""

    name: str
    kind: str
    path: str
    first: Optional[str]
    last: Optional[str]
    in_newest: bool
    releases: List[str]
    signatures: List[SignatureAnswer]
    weights: List[WeightsAnswer]
    notes: List[str]
    also: List[str]
    installed: InstalledAnswer
    namespace: str
    module: str
    parameters: Optional[int]
    pretrained: List[CallAnswer]
    plain: List[CallAnswer]
    outputs: List[OutputAnswer]
    builders: List[str]
    names: List[str]
    deprecated: List[WarningAnswer]
    behaviour: List[BehaviourAnswer]
    target: str
