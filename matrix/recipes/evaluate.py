"""Evaluating recipes, one after the other, in a process that may be lost to one of them."""

import ast
import contextlib
import ctypes
import enum
import hashlib
import importlib
import json
import os
import random
import select
import signal
import warnings
from types import FrameType, ModuleType
from typing import Any, Dict, List, Optional, Set, Tuple

from . import dataset_files, image_files, inputs, warners
from .outcomes import Outcome, arrays_in, clean, describe, difference
from .tables import Recipe

# Seconds that one recipe may take; the process that watches kills what does not heed it.
LIMIT_SECONDS = 15


class RecipeTimeoutError(BaseException):
    """A recipe took too long. No ``Exception``, since recipes may catch those."""


class Evaluator:
    """Evaluates recipes in the installed release.

    Args:
        kept: folder in which the arrays of results are kept, ``""`` to keep none.
        compared: folder with the arrays that another run kept, to compare with.
    """

    def __init__(self, kept: str = "", compared: str = "") -> None:
        self.kept = kept
        self.compared = compared
        self._environments: Dict[str, Dict[str, Any]] = {}
        self._built: Set[Tuple[str, str]] = set()

    def environment(self, module: str) -> Dict[str, Any]:
        """Return the names that an expression of a module may use.

        Raises:
            ImportError: the release has no such module.
        """
        if module not in self._environments:
            import torchvision

            loaded = importlib.import_module(module)
            names = {name: value for name, value in vars(loaded).items() if not name.startswith("__")}
            # Names that a module gives on demand are not among its variables.
            for name in getattr(loaded, "__all__", ()):
                if name not in names and hasattr(loaded, name):
                    names[name] = getattr(loaded, name)
            names["torchvision"] = torchvision
            own = {name for name, value in names.items() if _is_torchvisions(value)}
            for made in (inputs, image_files, dataset_files):
                # What a module itself has goes first: `jpeg` is a file in most recipes and a function of v2.
                found = {name: value for name, value in vars(made).items() if _is_input(name, value)}
                names.update({name: value for name, value in found.items() if name not in own})
            self._environments[module] = names
        return dict(self._environments[module])

    def run(self, number: int, recipe: Recipe) -> Outcome:
        """Return what a recipe gives: ``value`` or ``error``, and ``warnings``, ``draws``, ``instance``."""
        if not (recipe.alone and hasattr(os, "fork")):
            return self._run(number, recipe)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            found = self._run(number, recipe)
            check_heap()
            with os.fdopen(writing, "w", encoding="utf-8") as stream:
                json.dump(found, stream)
            inputs.clear()
            os._exit(0)
        os.close(writing)
        text = b""
        while select.select([reading], [], [], LIMIT_SECONDS + 5)[0]:
            data = os.read(reading, 65536)
            text += data
            if not data:
                break
        else:
            os.kill(child, signal.SIGKILL)
        os.close(reading)
        os.waitpid(child, 0)
        try:
            found = json.loads(text)
        except ValueError:
            return {"error": "lost: the interpreter crashed"}
        return dict(found)

    def _run(self, number: int, recipe: Recipe) -> Outcome:
        found: Outcome = {}
        # First of all, since the recipe before may have changed functions of torchvision: see `inputs.replaced`.
        inputs.clear()
        try:
            names = self.environment(recipe.module)
        except BaseException as error:  # a module may raise anything at all while it is imported
            return {"error": f"{type(error).__name__}: {clean(str(error))}"}
        seed()
        before = generators()
        with warnings.catch_warnings(record=True) as caught, time_limit():
            warnings.simplefilter("always")
            warners.watch(caught)
            try:
                value = eval(compile(recipe.expression, "<recipe>", "eval"), names)  # our own tables
                found["value"] = describe(value)
            except (Exception, RecipeTimeoutError, SystemExit) as error:
                found["error"] = f"{type(error).__name__}: {clean(str(error))}"
                value = None
        told = warnings_of(caught)
        if told:
            found["warnings"] = told
        after = generators()
        if after != before:
            found["draws"] = hashlib.sha256(repr(after).encode()).hexdigest()[:8]
        if "value" in found:
            self._compare(number, value, found)
        return found

    def _compare(self, number: int, value: Any, found: Outcome) -> None:
        """Keep the arrays of a result, or hold them against those that were kept."""
        import numpy

        if not (self.kept or self.compared):
            return
        arrays = list(arrays_in(value))
        name = f"{number}.npz"
        if self.kept:
            numpy.savez(os.path.join(self.kept, name), *arrays)
            return
        path = os.path.join(self.compared, name)
        if os.path.exists(path):
            with numpy.load(path) as stored:
                apart = difference(arrays, [stored[key] for key in stored.files])
            if apart is not None:
                found["difference"] = apart

    def instance(self, recipe: Recipe) -> Optional[Tuple[str, List[str]]]:
        """Return the class that a recipe builds an instance of first, and what attributes the instance has."""
        call = first_call(recipe.expression)
        if call is None or (recipe.module, ast.dump(call)) in self._built:
            return None
        self._built.add((recipe.module, ast.dump(call)))
        try:
            names = self.environment(recipe.module)
            found = names.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if not isinstance(found, type) or issubclass(found, (enum.Enum, BaseException)):
                return None
            if not found.__module__.startswith("torchvision"):
                return None
            inputs.clear()
            seed()
            with warnings.catch_warnings(), time_limit():
                warnings.simplefilter("ignore")
                made = eval(compile(ast.Expression(call), "<recipe>", "eval"), names)  # our own tables
        except (Exception, RecipeTimeoutError):
            return None
        if type(made) is not found:
            return None
        return f"{found.__module__}.{found.__qualname__}", attributes_of(made)


def _is_torchvisions(value: Any) -> bool:
    return callable(value) and str(getattr(value, "__module__", "")).startswith("torchvision")


def _is_input(name: str, value: Any) -> bool:
    return not name.startswith("_") and (name in ("os", "torch", "numpy") or not isinstance(value, ModuleType))


def check_heap() -> None:
    """Have the C library look through its heap, which ends the process where something wrote beyond its own part."""
    for size in range(16, 8192, 16):
        bytes(size)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def first_call(expression: str) -> Optional[ast.Call]:
    """Return the call of a plain name that stands leftmost: ``Resize(256)`` of ``Resize(256)(image)``."""
    node: Any = ast.parse(expression, mode="eval").body
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            # What looks at an instance, and builds none.
            if node.func.id in (
                "repr",
                "attributes",
                "vars",
                "sorted",
                "list",
                "len",
                "str",
                "filled",
                "bound",
                "contents",
                "short",
            ):
                node = node.args[0]
                continue
            return node
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        else:
            return None


def attributes_of(made: Any) -> List[str]:
    """Return the attributes that an instance got while it was built, those of every ``torch.nn.Module`` aside."""
    import torch

    names = set(getattr(made, "__dict__", {}))
    if isinstance(made, torch.nn.Module):
        names -= set(vars(torch.nn.Module()))
        for table in ("_parameters", "_buffers", "_modules"):
            names |= set(getattr(made, table))
    return sorted(name for name in names if not name.startswith("__"))


def seed() -> None:
    """Set all generators of random numbers to the same state."""
    import numpy
    import torch

    # torch.manual_seed also seeds graphics cards that may come later, and keeps the stack of each call for that.
    torch.default_generator.manual_seed(0)
    random.seed(0)
    numpy.random.seed(0)


def generators() -> Tuple[Any, ...]:
    """Return the states of all generators of random numbers."""
    import numpy
    import torch

    state = numpy.random.get_state()
    drawn = hashlib.sha256(torch.get_rng_state().numpy().tobytes()).hexdigest()
    return drawn, random.getstate(), state[1].tolist(), int(state[2])


def warnings_of(caught: List[warnings.WarningMessage]) -> List[List[str]]:
    """Return category, text and the package that warns, each once."""
    found = []
    for number, each in enumerate(caught):
        if issubclass(each.category, ResourceWarning):
            continue  # of files that nobody closed; when they come depends on when memory is cleared
        entry = [each.category.__name__, clean(str(each.message)), warners.warner(number)]
        if entry not in found:
            found.append(entry)
    return found


class time_limit:  # noqa: N801 # a context manager, read like a function
    """Raises in a recipe that takes too long, where the platform can."""

    def __enter__(self) -> None:
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, self._raise)
            signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)

    @staticmethod
    def _raise(number: int, frame: Optional[FrameType]) -> None:
        raise RecipeTimeoutError(f"it took longer than {LIMIT_SECONDS} s")
