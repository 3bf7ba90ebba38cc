"""The import hook: change torchvision's modules as they are loaded, and provide removed modules."""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import List, Optional, Sequence

from tvcompat.catalog.legacy import Advice
from tvcompat.legacy import forward
from tvcompat.legacy.dropped_names import Legacy
from tvcompat.legacy.modules import hook, is_torchvision, wants
from tvcompat.legacy.state import State


class Finder:
    """First in ``sys.meta_path``; finds nothing but torchvision's modules."""

    def __init__(self, guard: State) -> None:
        self._guard = guard

    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if not is_torchvision(name):
            return None
        if name == "torchvision":
            # Nothing is known about the others until its version is.
            return self._behind(name, path, target)
        guard = self._guard
        gone = guard.names.module(name)
        if gone is not None:
            return importlib.util.spec_from_loader(
                name, LegacyLoader(guard, gone), is_package=guard.names.is_package(name)
            )
        found = self._behind(name, path, target) if wants(guard, name) else None
        if found is None and ("._" in name or guard.forward):
            older = guard.names.older_name(name)
            if older is not None and importlib.util.find_spec(older) is not None:
                return importlib.util.spec_from_loader(name, RenamedLoader(guard, older))
            if guard.forward and name == forward.MODULE:
                newer = Legacy(name, "", "", lambda: Advice("", "It came after the installed release."), {})
                return importlib.util.spec_from_loader(name, LegacyLoader(guard, newer, gone=False))
            if guard.forward:
                forward.refuse_module(guard, name)
        return found

    def _behind(self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType]) -> Optional[ModuleSpec]:
        """Return the spec that later finders give, with a loader that lets the guard change the module."""
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if isinstance(finder, Finder) or find is None:
                continue
            spec: Optional[ModuleSpec] = find(name, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = HookingLoader(self._guard, spec.loader)
                return spec
        return None


class HookingLoader(Loader):
    """Loads with the loader of the module, and lets the guard change it afterwards."""

    def __init__(self, guard: State, loader: Loader) -> None:
        self._guard, self._loader = guard, loader

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        spec.loader = self._loader
        try:
            found: Optional[ModuleType] = self._loader.create_module(spec)
        finally:
            spec.loader = self
        return found

    def exec_module(self, module: ModuleType) -> None:
        # The module keeps no trace of us, so that resources, reloading and tracebacks find its own loader.
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        if self._guard.active:
            hook(self._guard, module)


class LegacyLoader(Loader):
    """Creates a removed module, whose names are looked up in the table."""

    def __init__(self, guard: State, legacy: Legacy, *, gone: bool = True) -> None:
        self._guard, self._legacy, self._gone = guard, legacy, gone

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ModuleType(
            spec.name, f"{self._legacy.path}, kept alive by tvcompat; `tvcompat show` says what to write."
        )

    def exec_module(self, module: ModuleType) -> None:
        guard = self._guard

        def __dir__() -> List[str]:  # noqa: N807
            return sorted([*vars(module), *guard.names.names(module.__name__)])

        vars(module)["__dir__"] = __dir__
        # torchvision 0.13 looks at the files of all modules in torchvision.models.
        module.__file__ = f"<{module.__name__} of tvcompat.legacy>"
        if self._gone:
            guard.use_module(self._legacy, sys._getframe(1))
        guard.add_module(module)
        hook(guard, module)


class RenamedLoader(Loader):
    """Creates a module that the installed release has under an older name."""

    def __init__(self, guard: State, older: str) -> None:
        self._guard, self._older = guard, older

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ModuleType(spec.name, f"What the installed torchvision calls {self._older}.")

    def exec_module(self, module: ModuleType) -> None:
        older = import_module(self._older)
        vars(module)["__getattr__"] = lambda name: getattr(older, name)
        vars(module)["__dir__"] = lambda: dir(older)
        self._guard.add_module(module)
