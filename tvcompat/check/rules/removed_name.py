"""TVC101: a module or name that is gone."""

from typing import Iterator

from tvcompat.check.rules import Context, Report, Rule
from tvcompat.check.uses import ATTRIBUTE, BRANCH, IMPORT, Use


def is_cared_for(use: Use) -> bool:
    """Whether the program deals with the case that the name is not there."""
    return BRANCH in use.guards or (IMPORT if use.kind == "import" else ATTRIBUTE) in use.guards


def check(use: Use, context: Context) -> Iterator[Report]:
    if not use.surely or is_cared_for(use) or use.path.endswith(".model_urls"):
        return
    found = context.knowledge.presence(use.path, module=use.module)
    if not found.known and found.there == context.knowledge.all:
        return
    failing = context.failing(found.there)
    if not failing or context.is_too_new(found.there):
        return
    since = context.breaks_in(found.there)
    replacement = context.knowledge.replacement(use.path)
    if found.there:
        last = context.knowledge.last_of(found.there & ((1 << (failing.bit_length() - 1)) - 1))
        message = f"{use.path} is gone since torchvision {since} (last in {last})."
    else:
        message = f"no torchvision release from {context.knowledge.releases[0]} on has {use.path}."
    if replacement is not None:
        message += f" {replacement.words}"
    fix = f"use {replacement.instead}" if replacement is not None and replacement.instead else None
    yield Report("breaks", message, breaks_in=since, fix=fix)


RULE = Rule(
    code="TVC101",
    name="removed-name",
    kinds=("import", "attribute"),
    summary="A module or name that some release asked for does not have any more.",
    explanation="""\
torchvision removes names without much notice, private modules and names that a module merely imported among them.
Importing them fails with ModuleNotFoundError or ImportError, reaching for them with AttributeError.

Code that takes care is left alone: an import under `try` with an `except ImportError` that does not only raise, a
branch on the version, `hasattr`.""",
    bad="from torchvision.transforms.functional_tensor import rgb_to_grayscale",
    good="from torchvision.transforms.functional import rgb_to_grayscale",
    check=check,
)
