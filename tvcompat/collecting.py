"""Garbage collection, where much is made that stays until the end or is freed without it."""

import gc
from contextlib import contextmanager
from typing import Iterator


@contextmanager
def without_collecting() -> Iterator[None]:
    """Disable garbage collection in a ``with`` block."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
