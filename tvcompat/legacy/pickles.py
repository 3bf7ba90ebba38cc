"""What whole models pickled by older releases lack, and newer code expects."""

from typing import Any, Callable, Dict

Fill = Callable[[Any], None]

FILLED: Dict[str, Dict[str, Fill]] = {}
