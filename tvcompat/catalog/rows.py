"""The shapes of the tables as JSON has them, for type checking alone: nothing imports this at run time.

A row of a span is a list in the file, ``[first, last, value]`` with ``None`` for a last release that is still the
newest; it is typed as the tuple that it is used as.
"""

from typing import Dict, List, Mapping, Optional, Sequence, Tuple, TypedDict, TypeVar, Union

T = TypeVar("T")

BareSpanRow = Tuple[str, Optional[str]]
SpanRow = Tuple[str, Optional[str], T]

# What JSON can hold, as far as metadata and arguments use it.
Json = Union[str, float, bool, None, Sequence["Json"], Mapping[str, "Json"]]


class ReleaseRow(TypedDict, total=False):
    torch: str
    python: str
    era: str
    requires_torch: str
    requires_python: str
    wheels: Dict[str, List[str]]
    measured: bool
    yanked: str
    checks: int
    failures: List[str]


class ReleasesTable(TypedDict):
    releases: Dict[str, ReleaseRow]


class BuilderRow(TypedDict, total=False):
    name: str
    module: str
    spans: List[BareSpanRow]
    signature: List[SpanRow[str]]
    accepts: List[SpanRow[str]]
    parameters: List[SpanRow[int]]
    schema: List[SpanRow[int]]
    renames: List[SpanRow[int]]
    plain: List[SpanRow[int]]
    pretrained: List[SpanRow[int]]
    quantized: List[SpanRow[int]]
    enum: List[SpanRow[str]]
    outputs: List[SpanRow[str]]


class BuildersTable(TypedDict):
    builders: Dict[str, BuilderRow]


SettingRow = Tuple[str, Json, Json, int, str]


class OutcomeRow(TypedDict, total=False):
    asks: List[str]
    error: str
    settings: List[SettingRow]
    schema: int
    loads: List[int]


class CallsTable(TypedDict):
    checkpoints: Dict[str, List[SpanRow[int]]]
    outcomes: List[OutcomeRow]


class SchemasTable(TypedDict):
    nodes: List[Dict[str, Union[int, str]]]
    roots: List[Union[int, List[Tuple[str, str]]]]


class RenamesTable(TypedDict):
    renames: List[Dict[str, str]]


class CheckpointSettings(TypedDict, total=False):
    """What a checkpoint sets besides parameters; of ``eps`` the usual value and its own."""

    image_size: int
    transform_input: bool
    eps: Tuple[float, float]


class ModelRow(TypedDict, total=False):
    path: str
    module: str
    spans: List[BareSpanRow]
    enum: str
    quantized_enum: str
    backbone: str
    pretrained: str
    pretrained_quantized: str
    fetches: List[BareSpanRow]
    fetches_quantized: List[BareSpanRow]
    older: List[str]
    older_quantized: List[str]
    renames: List[SpanRow[int]]
    settings: Dict[str, CheckpointSettings]


class CurrentEnumRow(TypedDict):
    namespace: str
    default: str
    entries: Dict[str, Tuple[str, Optional[int]]]


class ModelsTable(TypedDict):
    models: Dict[str, ModelRow]
    enums: Dict[str, CurrentEnumRow]


class EntryRow(TypedDict):
    url: List[SpanRow[str]]
    metadata: List[SpanRow[int]]
    preprocessing: List[SpanRow[int]]


class EnumRow(TypedDict):
    namespace: str
    module: str
    builders: List[str]
    spans: List[BareSpanRow]
    aliases: List[SpanRow[Dict[str, str]]]
    entries: Dict[str, EntryRow]


class CategoriesRow(TypedDict):
    """A list of class names by its number, and how many there are."""

    list: int
    count: int


class Metadata(TypedDict, total=False):
    """What torchvision says of a weights entry, as the table has it."""

    _docs: str
    _metrics: Dict[str, Dict[str, float]]
    _ops: float
    _file_size: float
    num_params: int
    recipe: str
    min_size: List[int]
    min_temporal_size: int
    categories: Optional[CategoriesRow]
    keypoint_names: List[str]
    backend: str
    unquantized: str
    license: str


class Preprocessing(TypedDict):
    """The preset that a weights entry names, its arguments, and the values it has with them."""

    preset: str
    arguments: Dict[str, Json]
    values: Dict[str, Json]


class ModelUrlsRow(TypedDict):
    spans: List[BareSpanRow]
    urls: Dict[str, List[SpanRow[str]]]


class WeightsTable(TypedDict):
    enums: Dict[str, EnumRow]
    metadata: List[Metadata]
    preprocessing: List[Preprocessing]
    model_urls: Dict[str, ModelUrlsRow]


class CategoriesTable(TypedDict):
    lists: List[List[str]]


class ClassRow(TypedDict, total=False):
    bases: List[str]
    parameters: str


class BehaviourRow(TypedDict, total=False):
    path: str
    release: str
    kind: str
    cause: str
    words: str
    when: str
    source: str
    concerns: List[List[str]]
    recipes: List[int]
    texts: List[str]
    largest: float
    relative: float
    share: float


class RecipeRow(TypedDict):
    recipe: str
    results: List[SpanRow[int]]
    forms: List[SpanRow[Union[int, str]]]
    warnings: List[SpanRow[int]]


class BehaviourTable(TypedDict):
    changes: List[BehaviourRow]
    recipes: List[RecipeRow]


class MembersRow(TypedDict, total=False):
    bases: List[SpanRow[List[str]]]
    members: Dict[str, List[SpanRow[int]]]
    calls: List[SpanRow[List[str]]]


class MembersTable(TypedDict):
    classes: Dict[str, MembersRow]
    descriptions: List[str]


class _StatedChangeRow(TypedDict):
    path: str
    release: str
    kind: str
    words: str
    concerns: List[List[str]]
    states: List[List[SpanRow[Union[int, str]]]]


class StatedChangeRow(_StatedChangeRow, total=False):
    when: str


class ChangingTable(TypedDict):
    members: List[str]
    hooks: List[str]
    behaviour: List[StatedChangeRow]


class ModuleRow(TypedDict):
    spans: List[BareSpanRow]
    names: Dict[str, List[SpanRow[int]]]
    all: List[str]


class NamesTable(TypedDict):
    modules: Dict[str, ModuleRow]
    descriptions: List[Union[str, ClassRow]]
    deprecated: Dict[str, List[SpanRow[str]]]
    broken: Dict[str, List[SpanRow[str]]]


class ReplacementRow(TypedDict):
    name: str
    instead: str
    words: str


class ReplacementsTable(TypedDict):
    replacements: List[ReplacementRow]


class QuirkRow(TypedDict):
    releases: BareSpanRow


class MomentumRow(QuirkRow):
    model: str
    found: float
    right: float


class MetadataVersionRow(QuirkRow):
    model: str
    version: int


class PartialFileRow(QuirkRow):
    file: str
    prefix: str


class AcceptedArgumentRow(QuirkRow):
    models: List[str]
    argument: str
    value: bool
    effect: str
    implied: List[str]


class PretrainedValueRow(QuirkRow):
    model: str
    value: str
    entry: str


class WarnedConstantsRow(QuirkRow):
    parameter: str


class StrayPackageRow(QuirkRow):
    name: str


class PickledClassRow(QuirkRow):
    """``since`` is the first release as it is written, which may be a yanked one."""

    name: str
    since: str


class QuirksTable(TypedDict):
    momentum: List[MomentumRow]
    metadata_version: List[MetadataVersionRow]
    partial_file: List[PartialFileRow]
    accepted_argument: List[AcceptedArgumentRow]
    pretrained_value: List[PretrainedValueRow]
    warned_constants: List[WarnedConstantsRow]
    stray_package: List[StrayPackageRow]
    pickled_class: List[PickledClassRow]


# Path of the stand-in, first release without the name, number of the advice, and old -> new names of arguments.
LegacyNameRow = Union[Tuple[str, str, int], Tuple[str, str, int, Dict[str, str]]]


class LegacyModuleRow(TypedDict, total=False):
    names: Dict[str, LegacyNameRow]
    itself: LegacyNameRow


class LegacyMemberRow(TypedDict, total=False):
    """A member that a class no longer has; what the keys mean, ``tvcompat.catalog.legacy.LegacyMember`` says."""

    path: str
    gone: str
    advice: int
    kind: str
    hook: bool
    passed_on: bool
    instead: str
    since: str
    stand_in: str
    submodule: str
    caller: str
    calls: str
    arguments: List[str]


class LegacyTable(TypedDict):
    modules: Dict[str, LegacyModuleRow]
    members: Dict[str, Dict[str, Dict[str, LegacyMemberRow]]]
    builders: Dict[str, Dict[str, str]]
    exported: Dict[str, List[str]]
    parameters: Dict[str, Dict[str, List[Tuple[str, str, str]]]]
    forwarding: Dict[str, List[str]]
    weights_since: str


class LegacyWordsTable(TypedDict):
    advices: List[Tuple[str, str]]
    addresses: Dict[str, Dict[str, Optional[str]]]
