"""Find the files to check."""

import os
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from tvcompat.check.pins import is_requirement_file

SUFFIXES = (".py", ".ipynb")

# Folders that hold no code of the user's.
SKIPPED = {"__pycache__", "node_modules", "site-packages", "venv"}


def find(
    paths: Sequence[str], exclude: Sequence[str] = (), failed: Optional[Callable[[str, OSError], None]] = None
) -> List[str]:
    """Return the given files and those in given folders, without what git and ``exclude`` ignore.

    Args:
        paths: files and folders.
        exclude: patterns as in ``.gitignore``, relative to the current folder.
        failed: told of each folder that can't be listed, and each ``.gitignore`` that can't be read.

    Returns:
        Paths below the ones given, in order.
    """
    excluded = _patterns(exclude) if exclude else None
    found: Dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(_walk(path, excluded, failed or (lambda path, error: None))))
        else:
            found[path] = None
    if len(paths) < 2:
        return list(found)
    # A file named twice, by itself and through its folder, is checked once.
    different: Dict[str, str] = {}
    for path in found:
        different.setdefault(os.path.normpath(path), path)
    return list(different.values())


def _patterns(lines: Iterable[str]) -> Any:
    # Imported here: editors and hooks check single files, which takes no longer than the import.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _walk(folder: str, excluded: Any, failed: Callable[[str, OSError], None]) -> Iterator[str]:
    """Yield the files below a folder, sorted."""
    specs: List[Tuple[str, Any]] = []

    def ignored(path: str, is_folder: bool) -> bool:
        name = path + "/" if is_folder else path
        if excluded is not None and excluded.match_file(os.path.normpath(name) + ("/" if is_folder else "")):
            return True
        return any(
            spec.match_file(os.path.relpath(path, base) + ("/" if is_folder else ""))
            for base, spec in specs
            if path.startswith(base)
        )

    def walk(current: str) -> Iterator[str]:
        ignore = os.path.join(current, ".gitignore")
        try:
            if os.path.isfile(ignore):
                with open(ignore, encoding="utf-8", errors="replace") as stream:
                    specs.append((current, _patterns(stream)))
        except OSError as error:
            failed(ignore, error)
        try:
            with os.scandir(current) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            failed(current, error)
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                virtual = os.path.isfile(os.path.join(entry.path, "pyvenv.cfg"))
                if entry.name not in SKIPPED and not virtual and not ignored(entry.path, True):
                    yield from walk(entry.path)
            elif (
                (entry.name.endswith(SUFFIXES) or is_requirement_file(entry.name))
                and not ignored(entry.path, False)
                and _is_file(entry)
            ):
                yield entry.path

    return walk(folder)


def _is_file(entry: "os.DirEntry[str]") -> bool:
    """Return whether a folder's entry is a file or a link to one; a link to itself is not."""
    try:
        return entry.is_file()
    except OSError:
        return False
