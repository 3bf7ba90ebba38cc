"""The recipes, evaluated in an installed release: with its own sources, and with those of the release before.

A result that is different in the next release need not be torchvision's doing: torch, numpy and Pillow are other ones
there as well. So the Python sources of the release before are put over the installed release, with its compiled parts,
and evaluated beside it. What they give differently in the very same environment is what torchvision itself changed,
and how far the two are apart is known for every value.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matrix.errors import ProbeError
from matrix.install.environment import Environment, run_watched
from matrix.install.installer import Installer, Note

RECIPES = Path(__file__).parents[1] / "recipes" / "__main__.py"

# Compiled parts go by either name; sources before a change look for the other one.
_OTHER_NAMES = {
    "_C.so": "_C_stable.so",
    "_C_stable.so": "_C.so",
    "image.so": "image_stable.so",
    "image_stable.so": "image.so",
}

_SOURCE = re.compile(r"torchvision/(?:\w+/)*\w+\.py")


@dataclass(frozen=True)
class Previous:
    """The release before, as far as its sources are at hand.

    Attributes:
        release: its version.
        files: ``torchvision/ops/boxes.py`` -> source text; ``None`` where they can't be read.
        reason: why they can't.
    """

    release: str
    files: Mapping[str, str] | None
    reason: str = ""


def evaluate_recipes(made: Environment, previous: Previous | None, installer: Installer, note: Note) -> dict[str, Any]:
    """Evaluate the recipes in an environment.

    Args:
        previous: the release before; ``None`` for the oldest one.

    Returns:
        ``outcomes``: recipe -> what it gave. ``attributes``: class -> attributes that its instances have.
        ``members``: module -> class -> its own members.
        ``previous``: ``release``, and ``changes``: recipe -> ``outcome`` with the sources of the release before, where
        it is another one, and ``difference``; or ``absent`` with the reason. ``seconds``: how long all of it took.

    Raises:
        ProbeError: the recipes could not be evaluated at all.
    """
    arrays = made.folder / "arrays"
    arrays.mkdir(exist_ok=True)
    since = time.perf_counter()
    try:
        own = _run(made, ["--keep", str(arrays)], note)
        found = {key: own[key] for key in ("outcomes", "attributes", "members")}
        if previous is not None and any("\nimport requests\n" in text for text in (previous.files or {}).values()):
            # Releases up to 0.16 needed it, and those that follow install without.
            installer.add(made.python, "requests")
        changed = _with_sources_of(made, previous, own, arrays, note)
        return {**found, "previous": changed, "seconds": round(time.perf_counter() - since, 1)}
    finally:
        shutil.rmtree(arrays, ignore_errors=True)


def _with_sources_of(
    made: Environment, previous: Previous | None, own: Mapping[str, Any], arrays: Path, note: Note
) -> dict[str, Any]:
    if previous is None:
        return {}
    if previous.files is None:
        return {"release": previous.release, "absent": previous.reason}
    package = made.folder / "previous"
    shutil.rmtree(package, ignore_errors=True)
    write_package(package, previous.files, Path(own["home"]))
    try:
        other = _run(made, ["--package", str(package), "--compare-with", str(arrays)], note)
    except ProbeError as error:
        why = next((line.strip() for line in reversed(str(error).splitlines()) if "Error" in line), "it ended")
        return {"release": previous.release, "absent": f"its sources can't be imported here: {why}"}
    finally:
        shutil.rmtree(package, ignore_errors=True)
    if Path(other["home"]).resolve() != package.resolve():
        raise ProbeError(f"torchvision was imported from {other['home']}, not from the sources of {previous.release}")
    changes = {}
    for key, outcome in other["outcomes"].items():
        apart = outcome.pop("difference", None)
        if apart is not None or outcome != own["outcomes"].get(key):
            changes[key] = {"outcome": outcome, **({"difference": apart} if apart else {})}
    return {"release": previous.release, "changes": changes}


def write_package(folder: Path, files: Mapping[str, str], installed: Path) -> None:
    """Write a torchvision that consists of given sources and the compiled parts of an installed one.

    Args:
        folder: where to; it is made.
        files: ``torchvision/ops/boxes.py`` -> source text.
        installed: the folder that holds the installed ``torchvision``.

    Raises:
        ValueError: a file is no source of the package.
    """
    for name, text in files.items():
        if not _SOURCE.fullmatch(name):
            raise ValueError(f"{name} is no source file of torchvision")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for root, _, names in os.walk(installed / "torchvision"):
        place = folder / Path(root).relative_to(installed)
        for name in names:
            if not name.endswith((".py", ".pyc", ".pyi")):
                place.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(root) / name, place / name)
                other = _OTHER_NAMES.get(name)
                if other and not (Path(root) / other).exists():
                    shutil.copyfile(Path(root) / name, place / other)
    libraries = installed / "torchvision.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "torchvision.libs")


def _run(made: Environment, options: list[str], note: Note) -> dict[str, Any]:
    out = made.folder / "recipes.json"
    command = [str(made.python), "-I", str(RECIPES), "--out", str(out), *options]
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", PYTHONHASHSEED="0", OMP_NUM_THREADS="1")
    run_watched(command, environment, note, "evaluating recipes")
    with open(out, encoding="utf-8") as stream:
        found: dict[str, Any] = json.load(stream)
    return found
