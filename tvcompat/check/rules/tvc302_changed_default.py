"""TVC302: a default that changed and changes results."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Optional

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import last_name
from tvcompat.check.call_arguments import given
from tvcompat.check.changes import AddArgument, Fix
from tvcompat.check.rules import Context, Report, Rule, Style

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

# Functions that return a tensor, and methods that only tensors have.
MAKING = ("read_image", "decode_image", "decode_jpeg", "decode_png", "to_tensor", "pil_to_tensor")
METHODS = ("unsqueeze", "permute", "float", "reshape", "view", "contiguous")


def check(use: CallUse, context: Context) -> Iterator[Report]:
    origin, target = context.target.origin, context.target.newest
    if origin is None or not use.is_certain or use.handles(Handled.VERSION) or use.is_partial:
        return
    if not use.path.startswith("torchvision.transforms") or not is_on_tensor(use):
        return
    # An unpacked dictionary may contain it.
    if len(use.positional) < len(use.call.args) or any(keyword.arg is None for keyword in use.call.keywords):
        return
    if given(use, context.facts, "antialias") is not None:
        return
    if origin not in context.facts.presence(use.path).releases:
        return
    before, after = _default(use, context, origin), _default(use, context, target)
    # `"warn"` did what `None` did, and said so.
    if after is not None and after == "True" and before != "True":
        since = next(
            release
            for release in context.facts.catalog.between(origin, target)
            if _default(use, context, release) == "True"
        )
        yield Report(
            "behaviour",
            f"{use.path} filters tensors against aliasing by default since torchvision {since}, which changes its "
            f"numbers for tensors, not for PIL images. antialias=False keeps the old ones, True gives the new ones on "
            f"every release that has it.",
            breaks_in=None,
        )


def is_on_tensor(use: CallUse) -> bool:
    """Return whether anything indicates that a tensor is resized; for PIL images nothing changed."""
    if use.on_tensor:
        return True
    if ".functional." not in use.path or not use.positional:
        return False
    image = use.positional[0]
    name = last_name(image)
    if isinstance(image, ast.Call):
        return _gives_a_tensor(image.func)
    return name == "x" or "tensor" in name.lower()


def _gives_a_tensor(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in MAKING
    if isinstance(function, ast.Attribute):
        # `torch.rand(3, 8, 8)`, `io.read_image(path)`, `x.unsqueeze(0)`.
        of_torch = isinstance(function.value, ast.Name) and function.value.id == "torch"
        return of_torch or function.attr in (*MAKING, *METHODS)
    return False


def _default(use: CallUse, context: Context, release: str) -> Optional[str]:
    for releases, signature in context.facts.signatures(use.path):
        if release in releases:
            found = signature.parameter("antialias")
            return None if found is None else str(found.default)
    return None


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Pass ``antialias=False``, which keeps what the older release did."""
    return Fix((AddArgument(use.call, "antialias=False"),))


RULE = Rule(
    code="TVC302",
    name="changed-default",
    uses=(CallUse,),
    summary="Resizing without `antialias=`, whose default changed.",
    explanation="""\
Resizing a tensor has an antialias filter by default since 0.17, as resizing a PIL image always had. Accuracy of a model
that was trained otherwise may change a little. Only places are reported where a tensor is resized for sure:
behind `ToTensor()`, in `nn.Sequential`, beside transforms that take nothing else.""",
    link="https://github.com/pytorch/vision/pull/7949",
    bad="functional.resize(tensor, [224, 224])",
    good="functional.resize(tensor, [224, 224], antialias=False)",
    check=check,
    fix=fix,
)
