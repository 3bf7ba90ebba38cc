"""What was measured of TorchCodec beside ``torchvision.io``: ``measured.json``, which ``nox -s images`` writes."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from tvcompat.releases import line_of

# Where these functions are defined.
HOME = "torchvision.io.image."

# Function -> what replaces it. `decode_avif` and `decode_heic` were not compared.
INSTEAD = {
    "read_image": "torchcodec.decoders.decode_image",
    "decode_image": "torchcodec.decoders.decode_image",
    "decode_jpeg": "torchcodec.decoders.decode_jpeg",
    "decode_png": "torchcodec.decoders.decode_png",
    "decode_webp": "torchcodec.decoders.decode_webp",
    "decode_gif": "torchcodec.decoders.decode_gif",
    "decode_avif": "torchcodec.decoders.decode_avif",
    "decode_heic": "torchcodec.decoders.decode_heic",
    "encode_jpeg": "torchcodec.encoders.JpegEncoder",
    "write_jpeg": "torchcodec.encoders.JpegEncoder",
    "encode_png": "torchcodec.encoders.PngEncoder",
    "write_png": "torchcodec.encoders.PngEncoder",
    "read_file": "pathlib.Path.read_bytes",
    "write_file": "pathlib.Path.write_bytes",
}

# What is said of errors behind which a file is gone.
LOST = ", and the file is lost"

# How kinds of files are named to people: a kind, the words, and the kinds that these include where that one differs.
_WORDS: Tuple[Tuple[str, str, Tuple[str, ...]], ...] = (
    (
        "JPEG",
        "JPEGs",
        (
            "JPEG in CMYK or YCCK",
            "JPEG in CMYK with an EXIF orientation",
            "JPEG with an EXIF orientation",
            "damaged JPEG",
        ),
    ),
    (
        "JPEG with an EXIF orientation",
        "images with an EXIF orientation",
        (
            "JPEG in CMYK with an EXIF orientation",
            "PNG with an EXIF orientation",
            "PNG with a palette and an EXIF orientation",
            "WebP with an EXIF orientation",
        ),
    ),
    (
        "PNG with an EXIF orientation",
        "images with an EXIF orientation",
        ("PNG with a palette and an EXIF orientation", "WebP with an EXIF orientation"),
    ),
    ("JPEG in CMYK or YCCK", "CMYK JPEGs", ("JPEG in CMYK with an EXIF orientation",)),
    (
        "PNG with a palette",
        "PNGs with a palette",
        ("PNG with a transparent palette", "PNG with a palette and an EXIF orientation", "damaged PNG"),
    ),
    ("PNG with a transparent colour", "PNGs with a transparent colour", ()),
    ("PNG of 1, 2 or 4 bits", "PNGs of less than 8 bits", ()),
    (
        "GIF",
        "GIFs",
        (
            "GIF with a transparent colour",
            "animated GIF",
            "animated GIF with a transparent colour",
            "animated GIF that restores earlier frames",
            "damaged GIF",
        ),
    ),
    ("GIF with a transparent colour", "GIFs with a transparent colour", ("animated GIF with a transparent colour",)),
    ("animated GIF that restores earlier frames", "animated GIFs that restore earlier frames", ()),
    ("WebP", "WebP images", ("WebP with alpha", "WebP with an EXIF orientation")),
    ("WebP with an EXIF orientation", "WebP images with an EXIF orientation", ()),
    ("animated WebP", "animated WebP images", ()),
    ("AVIF", "AVIF images", ()),
    ("HEIC", "HEIC images", ()),
    ("list of images", "lists of images", ()),
    ("strided tensor", "strided tensors", ()),
    ("other tensor", "tensors that are not bytes", ()),
)


class Comparison(NamedTuple):
    """How one kind of call compares.

    Attributes:
        differs: kinds of files for which torchvision and TorchCodec give different results.
        reads: kinds of files that TorchCodec alone reads.
        errors: classes of errors, ``RuntimeError -> ValueError``, and whether a file is lost.
    """

    differs: Tuple[str, ...] = ()
    reads: Tuple[str, ...] = ()
    errors: Tuple[str, ...] = ()

    def joined(self, other: "Comparison") -> "Comparison":
        """Return what is true of one or the other."""
        return Comparison(*(tuple(dict.fromkeys([*mine, *others])) for mine, others in zip(self, other)))

    def words(self) -> str:
        """Return the differences in words, ``""`` if there are none."""
        found = []
        if self.differs:
            found.append(f"gives another result for {listed(named(self.differs))}")
        if self.reads:
            found.append(f"accepts {listed(named(self.reads))} where torchvision does not")
        changed = [(old, new) for old, new in map(_classes, self.errors) if old != new]
        if changed:
            before, after = (listed(sorted(set(each)), "or") for each in zip(*changed))
            found.append(f"raises {after} where torchvision raises {before}")
        if self.loses_files:
            found.append("leaves nothing of an older file where it fails to write")
        return listed(found)

    @property
    def loses_files(self) -> bool:
        """Whether a file that could not be written is lost, where torchvision leaves it as it was."""
        return any(said.endswith(LOST) for said in self.errors)


class Form(NamedTuple):
    """How a function is called, as far as that decides what it gives.

    Attributes:
        mode: the name of the mode, ``None`` for functions that have none.
        exif: the value of ``apply_exif_orientation``, ``None`` for functions that do not take it.
    """

    mode: Optional[str] = None
    exif: Optional[bool] = None

    def words(self) -> str:
        """Return the arguments in words."""
        found = [] if self.mode is None else [f"mode {self.mode}"]
        return listed([*found, *(["apply_exif_orientation=True"] if self.exif else [])])


class Facts(NamedTuple):
    """Everything that was measured.

    Attributes:
        torchcodec: the line of TorchCodec that it is true of, ``0.17``.
        calls: function -> form -> comparison.
    """

    torchcodec: str
    calls: Dict[str, Dict[Form, Comparison]]

    def comparison(self, function: str, form: Form) -> Optional[Comparison]:
        """Return how a call compares, ``None`` if that was not measured."""
        return self.calls.get(function, {}).get(form)


@lru_cache(maxsize=None)
def image_facts() -> Facts:
    """Return what was measured."""
    read: Dict[str, Any] = json.loads((Path(__file__).parent / "measured.json").read_text(encoding="utf-8"))
    calls: Dict[str, Dict[Form, Comparison]] = {}
    for row in read["calls"]:
        form = Form(row.get("mode"), row.get("exif"))
        found = Comparison(tuple(row["differs"]), tuple(row["reads"]), tuple(row["errors"]))
        calls.setdefault(row["function"], {})[form] = found
    return Facts(line_of(read["torchcodec"]), calls)


def function_of(definition: str) -> str:
    """Return the name of an image function by the path where it is defined, ``""`` for anything else."""
    name = definition[len(HOME) :] if definition.startswith(HOME) else ""
    return name if name in INSTEAD or name == "ImageReadMode" else ""


def advice(function: str, called: Optional[Form] = None) -> str:
    """Return what to write instead of a function, and in what that differs.

    Args:
        called: how it is called, where that is certain.
    """
    facts = image_facts()
    if function == "ImageReadMode":
        return 'TorchCodec takes the mode as text, mode="RGB".'
    instead = INSTEAD[function]
    needed = f" of TorchCodec >= {facts.torchcodec}" if instead.startswith("torchcodec") else ""
    forms = facts.calls.get(function)
    if forms is None:
        return f"Use {instead}{needed}; whether it gives the same was not measured."
    if called is not None and called.mode is not None and called in forms:
        kinds = named(forms[called].differs)
        differs = f"another result for {listed(kinds)}" if kinds else "the same result"
        return f"Use {instead}{needed}. Called like this, it gives {differs}."
    return f"Use {instead}{needed}. {_in_what(forms)}"


def _in_what(forms: Dict[Form, Comparison]) -> str:
    """Return for which calls a replacement gives the same, and in what it differs by default."""
    default = next(form for form in forms if form.mode in (None, "UNCHANGED") and not form.exif)
    if not forms[default].differs:
        lost = " Where it fails, an older file of that name is lost." if forms[default].loses_files else ""
        return f"It gives the same result.{lost}"
    text = (
        f"{'By default it' if default.mode else 'It'} gives another result for {listed(named(forms[default].differs))}"
    )
    # With alpha, torchvision reads no JPEG at all.
    useful = {form: found.differs for form, found in forms.items() if not (form.mode or "").endswith("_ALPHA")}
    least = min(map(len, useful.values()))
    best = [form for form, differs in useful.items() if len(differs) == least]
    if default in best:
        return f"{text}."
    arguments = Form(listed([str(form.mode) for form in best], "or"), best[0].exif).words()
    if not least:
        return f"{text}; with {arguments} it gives the same."
    return f"{text}; with {arguments} only for {listed(named(useful[best[0]]))}."


def named(kinds: Iterable[str]) -> List[str]:
    """Return kinds of files in words, each once."""
    left = dict.fromkeys(kinds)
    present = set(left)
    found: List[str] = []
    for kind, words, included in _WORDS:
        if kind in present and kind in left:
            found.append(words)
            for each in (kind, *included):
                left.pop(each, None)
    return [*dict.fromkeys(found), *left]


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _classes(said: str) -> Tuple[str, str]:
    """Return the class of torchvision's error, and of TorchCodec's."""
    old, _, new = said.partition(" -> ")
    return old, new[: -len(LOST)] if new.endswith(LOST) else new
