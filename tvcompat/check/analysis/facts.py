"""Questions the analysis asks about torchvision and about the other files of the project."""

from typing import Callable, Dict, Iterable, NamedTuple, Optional, Tuple

from tvcompat.check.analysis.values import Value

# Modules whose members are followed; except for torchvision, only a few functions matter.
FOLLOWED_PACKAGES = (
    *("torchvision", "torch", "PIL", "packaging", "distutils", "pkg_resources"),
    *("functools", "importlib", "importlib_metadata", "typing", "pytest"),
)

# Functions of torchvision that take the name of a model.
BY_NAME = tuple(
    f"torchvision.models.{module}{name}" for module in ("", "_api.") for name in ("get_model", "get_model_builder")
)


class Facts(NamedTuple):
    """Answers that come from outside the analysis; the defaults know nothing.

    Attributes:
        star: module of torchvision -> names that ``from module import *`` binds.
        exports: name of a module of the project -> what it binds, ``None`` if there is no such module.
        builder_path: name of a model -> path of its builder, ``None`` if no model is called so.
        versions: package -> its version with each release, oldest first; of torchvision and torch.
        releases_with: path -> the releases that have it as bits, ``None`` if that is not known.
    """

    star: Callable[[str], Iterable[str]] = lambda module: ()
    exports: Callable[[str], Optional[Dict[str, Optional[Value]]]] = lambda name: None
    builder_path: Callable[[str], Optional[str]] = lambda model: None
    versions: Callable[[str], Tuple[str, ...]] = lambda package: ()
    releases_with: Callable[[str], Optional[int]] = lambda path: None

    @property
    def release_count(self) -> int:
        """How many releases there are."""
        return len(self.versions("torchvision"))
