"""TVC302: a default that changed and changes results."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Optional

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.analysis.values import Ref, alternatives, last_name
from tvcompat.check.call_arguments import given
from tvcompat.check.call_arguments import value_of as argument_of
from tvcompat.check.changes import AddArgument, Fix
from tvcompat.check.rules import Context, Report, Rule, Style
from tvcompat.check.value_types import ValueType, type_of

if TYPE_CHECKING:
    from tvcompat.check.edits import Text

# Modes that are never filtered, of torchvision's enum and of PIL.
UNFILTERED = ("NEAREST", "NEAREST_EXACT")


def check(use: CallUse, context: Context) -> Iterator[Report]:
    target = context.target.newest
    if not use.is_certain or use.handles(Handled.VERSION) or use.is_partial:
        return
    if not use.path.startswith("torchvision.transforms") or not is_on_tensor(use):
        return
    # An unpacked dictionary may contain it.
    if len(use.positional) < len(use.call.args) or any(keyword.arg is None for keyword in use.call.keywords):
        return
    if given(use, context.facts, "antialias") is not None or is_another_mode(use, context):
        return
    there = context.facts.presence(use.path).releases
    # Of a range, the oldest release that has it.
    origin = context.target.origin or (context.target.releases & there).first
    if origin is None or origin not in there:
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


def is_another_mode(use: CallUse, context: Context) -> bool:
    """Return whether the interpolation is certainly one for which ``antialias=`` makes no difference."""
    found = given(use, context.facts, "interpolation")
    if found is None:
        return False
    node = argument_of(found)
    value = use.value_of(node)
    names = {each.path if isinstance(each, Ref) else "" for each in alternatives(value)}
    if value is None and isinstance(node, ast.Attribute) and last_name(node.value) == "InterpolationMode":
        names = {f"InterpolationMode.{node.attr}"}
    elif isinstance(node, ast.Constant) and node.value == 0:
        names = {"PIL.Image.NEAREST"}
    return all(name.rpartition(".")[2] in UNFILTERED for name in names)


def is_on_tensor(use: CallUse) -> bool:
    """Return whether a tensor is certainly resized; for PIL images nothing changed."""
    if use.on_tensor:
        return True
    if ".functional." not in use.path:
        return False
    image = use.positional[0] if use.positional else None
    for name in ("img", "inpt"):
        keyword = use.keyword(name)
        image = image if keyword is None else keyword.value
    found = type_of(use.value_of(image))
    return found is not None and bool(found.within(ValueType.TENSOR))


def _default(use: CallUse, context: Context, release: str) -> Optional[str]:
    for releases, signature in context.facts.signatures(use.path):
        if release in releases:
            found = signature.parameter("antialias")
            return None if found is None else str(found.default)
    return None


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Pass ``antialias=False``, which keeps what the older release did."""
    takes = context.facts.order.none
    for releases, signature in context.facts.signatures(use.path):
        if signature.takes("antialias"):
            takes |= releases
    lacking = context.target.releases & context.facts.presence(use.path).releases - takes
    if lacking:
        return Fix(reason=f"antialias= does not exist in torchvision {lacking.first}, which the code supports")
    return Fix((AddArgument(use.call, "antialias=False"),))


RULE = Rule(
    code="TVC302",
    name="changed-default",
    uses=(CallUse,),
    summary="Resizing without `antialias=`, whose default changed.",
    explanation="""\
Resizing a tensor has an antialias filter by default since 0.17, as resizing a PIL image always had. Accuracy of a model
that was trained otherwise may change a little. Only places are reported where a tensor is certainly resized: after
`ToTensor()`, in `nn.Sequential`, next to transforms that take nothing else, and where the program shows that an image
is a tensor, by an annotation, `isinstance`, or what made it (`torch.rand`, `read_image`, `.unsqueeze(0)`).""",
    link="https://github.com/pytorch/vision/pull/7949",
    bad="functional.resize(tensor, [224, 224])",
    good="functional.resize(tensor, [224, 224], antialias=False)",
    check=check,
    fix=fix,
)
