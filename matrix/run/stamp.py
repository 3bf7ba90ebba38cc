"""Checking whether the generated files are up to date, without generating them again.

Generating the catalog and the report takes ten seconds, and most audits change nothing. So the cache keeps digests of
everything that was read and written: the modules that were actually loaded, the templates, the hand-written tables, the
records, and the generated files themselves. No list of files is maintained by hand. If anything differs, the files are
generated again and compared byte for byte.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import matrix
import tvcompat
from matrix import paths

# The content of generated files may depend on the versions of these.
LIBRARIES = ("jinja2", "markupsafe", "packaging")

CODE = tuple(Path(str(package.__file__)).parent for package in (matrix, tvcompat))


class Stamp:
    """What a checkout's generated files were last generated from.

    Args:
        root: the checkout.
        code: the folders of the packages that generate them.
    """

    def __init__(self, root: Path, code: Sequence[Path] = CODE) -> None:
        self.root = root
        self.code = code
        self.outputs: list[Path] = [root / path for path in (paths.TYPED_STUB, paths.TABLES, paths.REPORT)]
        name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        self.path: Path = paths.cache() / "generated" / f"{name}.json"
        self._code_before: dict[str, str] = {}
        self._data_before: dict[str, str] = {}

    def holds(self) -> bool:
        """Return whether everything that was read and written is unchanged."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            code, data, outputs = kept["code"], kept["data"], kept["outputs"]
            return bool(
                kept["versions"] == _versions()
                and code == _digests(Path(path) for path in code)
                and data == _digests(self._data())
                and outputs == _digests(_files(self.outputs))
            )
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def begin(self) -> None:
        """Compute the digests of everything that may be read, before it is read."""
        self._code_before = _digests(path for folder in self.code for path in folder.rglob("*.py"))
        self._data_before = _digests(self._data())

    def end(self) -> None:
        """Store the digests of what was read and written."""
        kept = {
            "versions": _versions(),
            "code": {path: self._code_before[path] for path in sorted(_loaded() & self._code_before.keys())},
            "data": self._data_before,
            "outputs": _digests(_files(self.outputs)),
        }
        paths.write(self.path, json.dumps(kept, indent=1).encode())

    def _data(self) -> list[Path]:
        measured = self.root / "matrix"
        templates = self.code[0] / "page" / "templates"
        return [*measured.glob("*.toml"), *(measured / "records").rglob("*.json"), *_files([templates])]


def _versions() -> Mapping[str, str]:
    return {"python": sys.version, **{name: version(name) for name in LIBRARIES}}


def _loaded() -> set[str]:
    """Return the files of the modules that this process loaded."""
    return {str(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)}


def _files(places: Iterable[Path]) -> list[Path]:
    found = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]
    return [path for path in found if path.is_file()]


def _digests(files: Iterable[Path]) -> dict[str, str]:
    """Return path -> sha256, empty for a file that does not exist."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in sorted(files)
    }
