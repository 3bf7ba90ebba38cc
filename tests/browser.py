"""The Chromium of the system, for tests and benchmarks."""

import shutil
from typing import Optional

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> Optional[str]:
    """Its path, ``None`` where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)
