"""TVC203: tables of addresses that are gone."""

from typing import Iterator

from tvcompat.check.rules import Context, Report, Rule
from tvcompat.check.rules.removed_name import is_cared_for
from tvcompat.check.uses import Use


def check(use: Use, context: Context) -> Iterator[Report]:
    if not use.path.endswith(".model_urls") or not use.surely or is_cared_for(use):
        return
    found = context.knowledge.presence(use.path)
    if not context.failing(found.there) or context.is_too_new(found.there):
        return
    since = context.breaks_in(found.there)
    yield Report(
        "breaks",
        f"{use.path} is gone since torchvision {since}. The address of a checkpoint is "
        f'tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V1").url, on every release; to load one, '
        f"build the model with weights=.",
        breaks_in=since,
    )


RULE = Rule(
    code="TVC203",
    name="model-urls",
    kinds=("import", "attribute"),
    summary="`model_urls`, the tables of checkpoint addresses that 0.15 removed.",
    explanation="""\
Programs took addresses from these tables to load checkpoints by themselves. The addresses are in the weights enums now.
Tables pasted from an old release hold old files; the entries hold the current ones.""",
    bad='state = model_zoo.load_url(torchvision.models.resnet.model_urls["resnet50"])',
    good='state = tvcompat.get_weight("ResNet50_Weights.IMAGENET1K_V1").get_state_dict()',
    check=check,
)
