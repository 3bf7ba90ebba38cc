"""The guard beside a process without it."""

from typing import List

from .rows import Row, bare_start, turns
from .shim import run

ENABLE = """
import time, torchvision
started = time.perf_counter()
import tvcompat.legacy
tvcompat.legacy.enable()
print((time.perf_counter() - started) * 1e3)
"""

# Importing modules of the standard library anew, in turns without and with the guard: what it adds to one import.
IMPORTING = """
import importlib, statistics, sys, time, torchvision, tvcompat.legacy
names = ["colorsys", "nturl2path", "pyclbr", "tabnanny", "sched", "rlcompleter"]
for name in names:
    importlib.import_module(name)
def once():
    for name in names:
        sys.modules.pop(name, None)
    started = time.perf_counter()
    for name in names:
        importlib.import_module(name)
    return (time.perf_counter() - started) / len(names) * 1e6
# What the guard adds is its finder being asked; the time of an import itself varies by more than that.
guard = tvcompat.legacy.enable()
find = sys.meta_path[0].find_spec
def asked():
    started = time.perf_counter()
    for _ in range(10000):
        find("colorsys", None)
    return (time.perf_counter() - started) / 10000 * 1e6
asking = statistics.median(asked() for _ in range(9))
guarded = statistics.median(once() for _ in range(200))
tvcompat.legacy.disable()
plain = statistics.median(once() for _ in range(200))
print(asking, guarded, plain)
"""

CALLING = """
import statistics, time, torchvision, types, tvcompat.legacy
from torchvision.models import resnet
resnet.ResNet.__init__ = lambda self, *arguments, **options: None
def once(build):
    started = time.perf_counter()
    for _ in range(5000):
        build(weights=None)
    return (time.perf_counter() - started) / 5000 * 1e6
def attribute():
    started = time.perf_counter()
    for _ in range(50000):
        torchvision.models.resnet18
    return (time.perf_counter() - started) / 50000 * 1e9
guarded = resnet.resnet18
# The guard changes the function itself.
plain = types.FunctionType(guarded.__code__, guarded.__globals__, "plain", guarded.__defaults__, guarded.__closure__)
native = statistics.median(attribute() for _ in range(9))
tvcompat.legacy.enable()
assert guarded.__code__ is not plain.__code__
rounds = [(once(guarded), once(plain)) for _ in range(9)]
print(statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds))
print(statistics.median(attribute() for _ in range(9)), native)
"""


def rows() -> List[Row]:
    run(ENABLE)
    enabling, start = turns(lambda: run(ENABLE)[0], bare_start, 9)
    asking, guarded, plain = run(IMPORTING)
    mine, theirs, reached, native = run(CALLING)
    imported = f"an import {guarded:.0f} us with the guard, {plain:.0f} us without"
    return [
        Row(
            "guard on, beyond torchvision's import: at most 0.7 times a start of Python",
            f"{enabling:.1f} ms, ratio {enabling / start:.2f}",
            f"a bare Python: {start:.0f} ms",
            enabling <= 0.7 * start,
        ),
        Row("another import under the guard: under 1 us more", f"{asking:.2f} us", imported, asking < 1),
        Row(
            "builder under the guard: at most 5 us more", f"{mine - theirs:.2f} us", f"{theirs:.2f}", mine - theirs <= 5
        ),
        Row(
            "attribute of torchvision.models: native speed",
            f"{reached:.1f} ns",
            f"{native:.1f} ns without",
            reached <= native * 1.25,
        ),
    ]
