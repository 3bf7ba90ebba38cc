"""The modules of a tree by their dotted names."""

import os
from typing import Dict, Iterable, Optional, Set


class ModuleTree:
    """The modules of the files that are checked, and of those beside them, by their dotted names."""

    # Folders of top-level modules, in which other modules that were not given are looked up.
    FOLDERS = 16

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: Dict[str, Optional[str]] = {}
        self._names: Dict[str, str] = {}
        self._packages: Dict[str, bool] = {}
        # Folder -> names in it, without what follows a dot.
        self._listed: Dict[str, Set[str]] = {}
        # Package at the top -> the folder that it is in; folders with modules that are in no package.
        self._roots: Dict[str, str] = {}
        self._folders: Dict[str, None] = {}
        python = [(path, *os.path.split(path)) for path in paths if path.endswith(".py")]
        absolute = {folder: os.path.abspath(folder) for folder in {folder for _, folder, _ in python}}
        for _, folder, file in python:
            if file == "__init__.py":
                self._packages[absolute[folder]] = True
        for path, folder, file in python:
            parts = [] if file == "__init__.py" else [file[: -len(".py")]]
            folder = absolute[folder]
            while self._is_package(folder):
                parts.insert(0, os.path.basename(folder))
                folder = os.path.dirname(folder)
            name = ".".join(parts)
            if name:
                self._names[path] = name
                self._paths.setdefault(name, path)
                if len(parts) > 1:
                    self._roots.setdefault(parts[0], folder)
                else:
                    self._folders[folder] = None

    def _is_package(self, folder: str) -> bool:
        """Return whether a folder is a package, even if its files were not among those given."""
        known = self._packages.get(folder)
        if known is None:
            known = self._packages[folder] = os.path.isfile(os.path.join(folder, "__init__.py"))
        return known

    def find(self, name: str) -> Optional[str]:
        """Return the file of a module, ``None`` if neither the tree nor what lies beside its files has it."""
        if name not in self._paths:
            root = self._roots.get(name.partition(".")[0])
            folders = list(self._folders) if root is None else [root]
            self._paths[name] = self._beside(name, folders if len(folders) <= self.FOLDERS else [])
        return self._paths[name]

    def _beside(self, name: str, folders: Iterable[str]) -> Optional[str]:
        top = name.partition(".")[0]
        for folder in folders:
            if folder not in self._listed:
                try:
                    self._listed[folder] = {entry.partition(".")[0] for entry in os.listdir(folder)}
                except OSError:
                    self._listed[folder] = set()
            if top not in self._listed[folder]:
                continue
            base = os.path.join(folder, *name.split("."))
            for path in (f"{base}.py", os.path.join(base, "__init__.py")):
                if os.path.isfile(path):
                    return path
        return None

    def name(self, path: str) -> str:
        """Return the dotted name of a file, empty if it has none."""
        return self._names.get(path, "")
