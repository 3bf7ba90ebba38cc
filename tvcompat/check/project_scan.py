"""Check a whole tree: decide which of its files to parse, and in how many processes."""

import os
import re
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from tvcompat.check.engine import Checker, Result, Unreadable
from tvcompat.check.files.source import concerns
from tvcompat.check.findings import Target
from tvcompat.collecting import without_collecting

Work = List[Tuple[str, bytes]]

# With less source than this, a second process costs more than it saves.
ALONE_BYTES = 400_000


# `from module import names`, in one line or in brackets, and `import modules`; of the latter the beginning of the line
# is looked at too, since an expression that begins with a word is many times as fast.
FROM = re.compile(rb"from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)")
WHOLE = re.compile(rb"import[ \t]+([\w., \t]+)")
WORD = re.compile(rb"\w+|\*")


class Imports(NamedTuple):
    """What a file imports: last part of a module -> names from it, and the words in the modules imported whole."""

    names: Dict[bytes, Set[bytes]]
    modules: Set[bytes]


class ProjectScan:
    """The files of a tree, in rounds: first those that name torchvision, then those that import from them.

    Args:
        paths: the files, as ``files.discovery.find`` returns them.
        result: receives what can't be read, and how many files could be.

    Attributes:
        concerned: content of the files that name torchvision.
        others: paths of those that were not needed so far.
    """

    def __init__(self, paths: Iterable[str], result: Result) -> None:
        self.concerned: Dict[str, bytes] = {}
        self.others: Dict[str, Optional[Imports]] = {}
        self._known: Set[str] = set()
        for path in paths:
            try:
                with open(path, "rb") as stream:
                    data = stream.read()
            except OSError as error:
                result.unreadable.append(Unreadable(path, 1, f"can't be read: {error.strerror}", opened=False))
                continue
            result.checked += 1
            if concerns(path, data):
                self.concerned[path] = data
            else:
                self.others[path] = None

    def rounds(self, checker: Checker, result: Result) -> Iterator[Work]:
        """Yield the files to check, round by round, until a round re-exports nothing that other files import.

        Args:
            checker: the checker that receives the files of each round.
            result: its findings of the rounds before.
        """
        work = list(self.concerned.items())
        while work:
            checker.project.add(path for path, _ in work)
            yield work
            work = self._taking(result.exporting)

    def _taking(self, exporting: Dict[str, Set[str]]) -> Work:
        """Return files that do not name torchvision but import something of it from another module of the tree."""
        handed: Dict[bytes, Set[bytes]] = {}
        for name, names in exporting.items():
            if name not in self._known:
                handed.setdefault(name.rpartition(".")[2].encode(), set()).update(each.encode() for each in names)
        self._known.update(exporting)
        found = []
        for path in list(self.others) if handed else ():
            data: Optional[bytes] = None
            imports = self.others[path]
            if imports is None:
                data = _read(path) if path.endswith(".py") else b""
                imports = self.others[path] = imported(data)
            modules = imports.modules & handed.keys()
            if not any(
                names & handed[tail] or b"*" in names for tail, names in imports.names.items() if tail in handed
            ):
                if not modules:
                    continue
                data = _read(path) if data is None else data
                if not any(b"." + name in data for each in modules for name in handed[each]):
                    continue
            del self.others[path]
            found.append((path, _read(path) if data is None else data))
        return found


def imported(data: bytes) -> Imports:
    """Return what a file imports, read from its lines; rather too much than too little."""
    names: Dict[bytes, Set[bytes]] = {}
    modules: Set[bytes] = set()
    for match in FROM.finditer(data):
        words = set(WORD.findall(match[2]))
        names.setdefault(match[1].rpartition(b".")[2], set()).update(words)
        modules |= words
    for match in WHOLE.finditer(data):
        if not data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].strip():
            modules.update(WORD.findall(match[1]))
    return Imports(names, modules)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        # It existed when the files were read first.
        return b""


def check_files(paths: Sequence[str], target: Target, codes: Optional[Iterable[str]] = None) -> Result:
    """Check files, in several processes if there is enough to do.

    Args:
        paths: the files, as ``files.discovery.find`` returns them.
        target: the releases to check against.
        codes: rules to apply; all when not given.
    """
    total = Result()
    # Syntax trees have no reference cycles and are freed without it. Collecting takes 0.4 of 2.3 s of processor time on
    # 379 files.
    with without_collecting():
        scan, checker = ProjectScan(paths, total), Checker(target, codes, paths)
        for work in scan.rounds(checker, total):
            _run(work, checker, total)
    total.held = checker
    total.findings.sort(key=lambda each: (each.path, each.cell or 0, each.line, each.column, each.code))
    return total


def _run(work: Work, checker: Checker, total: Result) -> None:
    processes = min(os.cpu_count() or 1, 8)
    if processes == 1 or sum(len(data) for _, data in work) < ALONE_BYTES:
        parts = [_part(work, checker)]
    else:
        # Imported here: most trees are checked faster than this loads.
        from tvcompat.check.processes import map_in_processes

        # The largest file first, each to the process with the least work.
        shares: List[Work] = [[] for _ in range(processes)]
        sizes = [0] * processes
        for item in sorted(work, key=lambda item: -len(item[1])):
            least = sizes.index(min(sizes))
            shares[least].append(item)
            sizes[least] += len(item[1])
        # Load what every process needs before starting several.
        checker.facts.star("torchvision.models")
        parts = map_in_processes(_part, shares, checker)
    for part in parts:
        total.findings += part.findings
        total.unreadable += part.unreadable
        total.exporting.update(part.exporting)


def _part(work: Work, checker: Checker) -> Result:
    result = Result()
    # A spawned process has garbage collection enabled.
    with without_collecting():
        for path, data in work:
            checker.check(path, data, result)
    return result
