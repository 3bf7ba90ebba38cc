"""TVC202: ``weights=`` on releases that do not have it."""

from typing import Iterator

from tvcompat.check.rules import Context, Report, Rule
from tvcompat.check.uses import BRANCH, TYPE, Use


def check(use: Use, context: Context) -> Iterator[Report]:
    if use.guards & {BRANCH, TYPE} or use.path == "torch.hub.load":
        return
    knowledge = context.knowledge
    builder = None if use.dynamic else knowledge.builder(use.path)
    for name in ("weights", "weights_backbone"):
        keyword = use.keyword(name)
        if keyword is None:
            continue
        if builder is not None:
            takes = knowledge.accepting(builder, "weights")
        elif use.dynamic and knowledge.members(use.namespace):
            takes = knowledge.between("0.13.0", knowledge.releases[-1])
        else:
            takes = 0
            described = 0
            for signature in knowledge.signatures(use.path):
                described |= signature.releases
                if signature.names(name):
                    takes |= signature.releases
            if not takes:
                continue
            takes |= knowledge.all & ~described
        if context.failing(takes):
            yield Report(
                "breaks",
                f"{name}= exists since torchvision 0.13; tvcompat.get_model takes it on every release.",
                breaks_in=context.breaks_in(takes),
                node=keyword,
            )


RULE = Rule(
    code="TVC202",
    name="weights-too-new",
    kinds=("call",),
    summary="`weights=` on a release before 0.13.",
    explanation="""\
Before 0.13 builders take `pretrained=` and no `weights=`: a TypeError, or, for a few builders of detection models that
swallow keywords, an error further down.""",
    bad='torchvision.models.resnet50(weights="IMAGENET1K_V2")  # torchvision 0.12',
    good='tvcompat.get_model("resnet50", weights="IMAGENET1K_V2")',
    check=check,
)
