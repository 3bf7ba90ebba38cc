"""How many of the public functions and classes the recipes call in each release, and why the others are not called."""

from collections.abc import Iterator, Mapping
from typing import Any

from matrix.compile.deprecated import definition
from matrix.recipes.uncalled import NAMESPACES, called_names
from matrix.store.records import Record, Store

# Where the functions and classes are whose recipes have to write the files of a dataset first.
DATASETS = "torchvision.datasets"

_NEEDS = "needs {}, which torchvision does not require and whose versions would decide the result"

# Definition -> why no recipe that gives a value calls it.
LEFT_OUT: Mapping[str, str] = {
    "torchvision.datasets.celeba.CelebA": _NEEDS.format("pandas, up to 0.9.1,"),
    "torchvision.datasets.coco.CocoCaptions": _NEEDS.format("pycocotools"),
    "torchvision.datasets.coco.CocoDetection": _NEEDS.format("pycocotools"),
    "torchvision.datasets.flowers102.Flowers102": _NEEDS.format("SciPy"),
    "torchvision.datasets.folder.accimage_loader": _NEEDS.format("accimage"),
    "torchvision.datasets.lsun.LSUN": _NEEDS.format("lmdb"),
    "torchvision.datasets.lsun.LSUNClass": _NEEDS.format("lmdb"),
    "torchvision.datasets.pcam.PCAM": _NEEDS.format("h5py"),
    "torchvision.datasets.sbd.SBDataset": _NEEDS.format("SciPy"),
    "torchvision.datasets.stanford_cars.StanfordCars": _NEEDS.format("SciPy"),
    "torchvision.datasets.svhn.SVHN": _NEEDS.format("SciPy"),
    "torchvision.datasets.utils.download_file_from_google_drive": "downloads from a service",
    "torchvision.datasets._optical_flow.FlyingChairs": "fails with the numpy that 0.18 to 0.24 are installed with",
    "torchvision.io.image.decode_avif": _NEEDS.format("torchvision-extra-decoders"),
    "torchvision.io.image.decode_heic": _NEEDS.format("torchvision-extra-decoders"),
    "torchvision.io.video.read_video": _NEEDS.format("PyAV"),
    "torchvision.io.video.read_video_timestamps": _NEEDS.format("PyAV"),
    "torchvision.io.video.write_video": _NEEDS.format("PyAV"),
    "torchvision.io.video_reader.VideoReader": "needs FFmpeg's libraries of the versions that a release was built for",
}


def public_callables(record: Record, store: Store) -> set[str]:
    """Return the definitions of the public functions and classes of the namespaces in a release."""
    return {path for module in NAMESPACES for path in _offered(record, store, module)}


def _offered(record: Record, store: Store, module: str) -> Iterator[str]:
    api: Mapping[str, str] = (record.static or {})["api"]
    reference = (record.runtime or {})["names"].get(module)
    if reference is None or module not in api:
        return
    names, described = store.value(reference), store.value(api[module])
    listed = described.get("all")
    for name in listed or names:
        path = definition(record, store, f"{module}.{name}")
        home, _, last = path.rpartition(".")
        if name.startswith("_") or not names.get(name, "").startswith(("class", "function")) or home not in api:
            continue
        # What a module has merely imported for its own use is offered elsewhere.
        is_own = listed or home == module or home.startswith(f"{module}.") or module.endswith("functional")
        if is_own and not _is_enum(store.value(api[home])["names"].get(last)):
            yield path


def _is_enum(described: Any) -> bool:
    return isinstance(described, dict) and any(base.endswith(("Enum", "Warning")) for base in described["bases"])


def called(record: Record, store: Store) -> set[str]:
    """Return the definitions of what recipes call that give a value in a release."""
    found = set()
    for key, outcome in store.outcomes(record).items():
        if "value" in outcome:
            module, _, expression = key.partition(": ")
            found |= {definition(record, store, f"{module}.{name}") for name in called_names(expression)}
    return found
