"""Every error that tvcompat raises on purpose; messages say what happened and what to do.

All of them are :class:`TVCompatError`, so one ``except`` clause is enough; each also inherits from the class that
torchvision or Python raises in the same situation, so that clauses written before tvcompat still work.
"""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from tvcompat.releases import OLDEST_SUPPORTED


class TVCompatError(Exception):
    """Base class of every error that tvcompat raises on purpose."""

    def __str__(self) -> str:
        # KeyError would print the representation of its message, quotes and escapes included.
        return str(self.args[0]) if self.args else ""


class UnknownReleaseError(TVCompatError, ValueError):
    """There is no such torchvision release in the catalog.

    Args:
        asked: what was asked for, as it was written.
        known: the releases there are, oldest first.
    """

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        self.asked: str = asked
        self.known: Tuple[str, ...] = tuple(known)
        super().__init__(
            f"torchvision {asked} is not among the measured releases: {', '.join(known)}. "
            f"`latest` stands for the newest, and `0.12` for the newest 0.12."
        )


class UnknownNameError(TVCompatError, KeyError):
    """No release from 0.9 on has the requested name.

    Args:
        asked: the name as it was written.
        close: names that look like it, best first.
    """

    def __init__(self, asked: str, close: Sequence[str] = (), note: str = "") -> None:
        self.asked: str = asked
        self.close: Tuple[str, ...] = tuple(close)
        message = f"no torchvision release from {OLDEST_SUPPORTED} on has {asked!r}."
        if note:
            message += " " + note
        if close:
            message += f" Did you mean {', '.join(close)}?"
        super().__init__(message)


class MissingToolError(TVCompatError, ImportError):
    """A command needs a library that only comes with an extra of tvcompat.

    Args:
        library: the distribution that is missing.
        extra: the extra it comes with.
        needed_for: what needs it.
    """

    def __init__(self, library: str, extra: str, needed_for: str) -> None:
        self.library: str = library
        self.extra: str = extra
        super().__init__(f'{needed_for} needs {library}, which is not installed. Run: pip install "tvcompat[{extra}]"')


class CatalogError(TVCompatError, ValueError):
    """The catalog's tables cannot be read or do not belong to this version of tvcompat."""


class FileChangedError(TVCompatError, OSError):
    """A file was changed by someone else between reading and replacing it.

    Args:
        path: the file; it stays as it is.
    """

    def __init__(self, path: str) -> None:
        self.path: str = path
        super().__init__(f"{path} changed after it was read")


# ---------------------------------------------------------------------------------------------------------------------
# The checker


class LedgerError(TVCompatError, ValueError):
    """A file is not a ledger of the guard."""


class SettingsError(TVCompatError, ValueError):
    """Options or settings of the checker are invalid or contradict each other."""


class UnknownRuleError(TVCompatError, KeyError):
    """There is no rule of that code.

    Args:
        asked: the code as it was written.
        known: the codes there are.
    """

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        self.asked: str = asked
        self.known: Tuple[str, ...] = tuple(known)
        super().__init__(f"there is no rule {asked!r}; there are {', '.join(known)}")


# ---------------------------------------------------------------------------------------------------------------------
# The shim


class UnknownModelError(TVCompatError, ValueError):
    """No release, and nobody who registered models, has a model of that name.

    Args:
        asked: the name as it was written.
        close: names that look like it, best first.
    """

    def __init__(self, asked: object, close: Sequence[str] = ()) -> None:
        self.asked: object = asked
        self.close: Tuple[str, ...] = tuple(close)
        hint = f" Did you mean {', '.join(close)}?" if close else " tvcompat.list_models() lists what there is."
        super().__init__(f"no torchvision release has a model {asked!r}.{hint}")


class ModelNotInReleaseError(TVCompatError, ValueError):
    """The model exists in other releases, but not in the installed one.

    Args:
        asked: the name of the model.
        installed: the installed release.
        releases: in words, those that have it.
    """

    def __init__(self, asked: str, installed: str, releases: str) -> None:
        self.asked: str = asked
        self.installed: str = installed
        super().__init__(
            f"torchvision {installed} has no {asked}; {releases} have it. "
            f"Its architecture isn't part of the installed release, so no weights can help."
        )


class UnknownWeightsError(TVCompatError, KeyError, ValueError):
    """There is no weights entry of that name for the model.

    Args:
        asked: what was asked for.
        model: the model.
        entries: the entries it has.
    """

    def __init__(self, asked: object, model: str, entries: Sequence[str]) -> None:
        self.asked: object = asked
        self.model: str = model
        self.entries: Tuple[str, ...] = tuple(entries)
        there = f"it has {', '.join(entries)}" if entries else "it has none"
        super().__init__(f"{asked!r} is no weights entry of {model}; {there}.")


class WeightsTypeError(TVCompatError, TypeError):
    """``weights=`` is neither None, nor a name, nor a member of a weights enum."""


class WeightsNotAvailableError(TVCompatError, ValueError):
    """The entry is not available on the installed release, or ``pretrained=True`` selects none."""


class ConflictingArgumentsError(TVCompatError, ValueError, TypeError):
    """Two arguments contradict each other, such as ``weights=`` and ``pretrained=``."""


class UnexpectedArgumentError(TVCompatError, TypeError):
    """The builder of the installed release does not accept an argument."""


class TorchvisionImportError(TVCompatError, ImportError):
    """torchvision is not installed, older than 0.9, or does not import."""


class CheckpointError(TVCompatError, RuntimeError):
    """A checkpoint file is damaged, is not what its name says, or does not fit the model."""


class OfflineError(TVCompatError, OSError):
    """A required file is not in the cache, and downloads are disabled or failed."""


class GuardError(TVCompatError, RuntimeError):
    """The guard can't be turned on as asked."""


class LegacyNameError(TVCompatError):
    """A removed name, or one of a newer torchvision, was requested, and the guard has no stand-in for it.

    Args:
        full_name: the full path of the name.
        message: since when it is gone, and what to use.
    """

    def __init__(self, full_name: str, message: str) -> None:
        super().__init__(message)
        self.full_name = full_name


class LegacyImportError(LegacyNameError, ImportError):
    """The name was imported."""

    def __init__(self, full_name: str, message: str) -> None:
        super().__init__(full_name, message)
        self.name: Optional[str] = full_name


class LegacyAttributeError(LegacyNameError, AttributeError):
    """The name was taken as an attribute."""


class MissingLibraryError(TVCompatError, ImportError):
    """The guard needs a library that is not installed to do this.

    Args:
        library: the distribution that is missing.
        needed_for: what needs it.
    """

    def __init__(self, library: str, needed_for: str) -> None:
        super().__init__(f"{needed_for} needs {library}. Run: pip install {library}")
        self.name: Optional[str] = library
