"""TVC401: ``torch.hub.load("pytorch/vision", ..., pretrained=True)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Optional

from tvcompat.check.analysis.conditions import Handled
from tvcompat.check.analysis.uses import CallUse
from tvcompat.check.call_arguments import Given, chosen_by, is_off, value_of
from tvcompat.check.changes import Fix, SetArgument
from tvcompat.check.rules import Context, Report, Rule, Style

if TYPE_CHECKING:
    from tvcompat.catalog import Model
    from tvcompat.check.edits import Text


def check(use: CallUse, context: Context) -> Iterator[Report]:
    if use.path != "torch.hub.load" or use.handles(Handled.VERSION, Handled.TYPE):
        return
    repository, given = _argument(use, 0, "repo_or_dir"), _flag(use, context)
    where = repository.value if isinstance(repository, ast.Constant) else None
    if not isinstance(where, str) or where.partition(":")[0] != "pytorch/vision" or given is None:
        return
    facts = context.facts
    if _is_before(where.partition(":")[2], str(facts.with_weights.first)):
        # A pinned old release takes it.
        return
    model = _model(use, context)
    value = value_of(given)
    fix = "weights=None" if is_off(value) else f"weights={chosen_by(value, ast.unparse(value), _entry(model))}"
    if not is_off(value) and (model is None or not model.pretrained):
        fix = 'weights= with the name of an entry, mostly "IMAGENET1K_V1"'
    yield Report(
        "deprecated",
        f"{where} has torchvision's own builders, where pretrained= is deprecated since "
        f"{facts.weights_line}; write {fix}.",
        deprecated_in=facts.with_weights.first,
        fix=fix,
        node=given,
    )


def _argument(use: CallUse, position: int, name: str) -> Optional[ast.expr]:
    """Return an argument of ``torch.hub.load(repo_or_dir, model, ...)``."""
    keyword = use.keyword(name)
    if keyword is not None:
        return keyword.value
    return use.positional[position] if len(use.positional) > position else None


def _flag(use: CallUse, context: Context) -> Optional[Given]:
    """Return the builder's ``pretrained`` argument: by name, or by position right after the name of the model."""
    keyword = use.keyword("pretrained")
    if keyword is not None or len(use.positional) < 3 or use.keyword("weights") is not None:
        return keyword
    model, third = _model(use, context), use.positional[2]
    # A name of weights is no flag.
    is_text = isinstance(third, ast.Constant) and isinstance(third.value, str)
    return third if model is not None and model.pretrained and not is_text else None


def _model(use: CallUse, context: Context) -> Optional[Model]:
    """Return the model that is loaded, if its name is a literal."""
    name = _argument(use, 1, "model")
    return context.facts.catalog.model(str(name.value).lower()) if isinstance(name, ast.Constant) else None


def _is_before(tag: str, release: str) -> bool:
    """Return whether a tag is that of an earlier release; a branch is not."""
    # Imported here: it takes longer than the checker's own modules, and few programs load models so.
    from packaging.version import InvalidVersion, Version

    try:
        return Version(tag) < Version(release)
    except InvalidVersion:
        return False


def fix(use: CallUse, report: Report, context: Context, style: Style, text: Text) -> Fix:
    """Pass ``weights=`` instead, if the name of the model is a literal."""
    value, model = value_of(report.node), _model(use, context)
    if is_off(value):
        return Fix((SetArgument(report.node, "weights", "None"),))
    chosen = not isinstance(value, ast.Constant)
    sure = model is not None and bool(model.pretrained)
    return Fix((SetArgument(report.node, "weights", _entry(model), chosen),), safe=sure)


def _entry(model: Optional[Model]) -> str:
    """Return the source of the entry that ``pretrained=True`` means; for an unknown model, the most common one."""
    return f'"{model.pretrained}"' if model is not None and model.pretrained else '"IMAGENET1K_V1"'


RULE = Rule(
    code="TVC401",
    name="hub",
    uses=(CallUse,),
    summary="`pretrained=` in `torch.hub.load` of torchvision's repository.",
    explanation="""\
`torch.hub.load("pytorch/vision", ...)` runs what the repository has under that tag or branch, where a program did not
import the installed torchvision before. A tag older than v0.13 takes `pretrained=` alone and is left alone.""",
    link="https://github.com/pytorch/vision/issues/7187",
    bad='torch.hub.load("pytorch/vision", "resnet50", pretrained=True)',
    good='torch.hub.load("pytorch/vision", "resnet50", weights="IMAGENET1K_V1")',
    check=check,
    fix=fix,
)
