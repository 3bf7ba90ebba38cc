"""Members of readers of videos."""

from __future__ import annotations

from typing import Any

from tvcompat.legacy.rebuilt.members import Rebuilt, keep


def _is_cuda(self: Any) -> bool:
    return bool(getattr(self, "backend", "") == "cuda")


is_cuda: Rebuilt = Rebuilt(_is_cuda, keep("is_cuda"))
