"""Names, weights entries and ``pretrained=True``: the right file is requested, and its parameters fit."""

from typing import Any, Dict, List

from matrix.probe.schemas import schema_of
from matrix.verify.verification import (
    Verification,
    backbone_schema,
    compare_with_reference,
    entries_of,
    loaded_schema,
    loading,
    newest_names,
    requested_url,
    tensors,
)
from tvcompat.catalog import Builder, Entry
from tvcompat.catalog.history import Outcome
from tvcompat.errors import ModelNotInReleaseError, WeightsNotAvailableError

# Before 0.12 the dropout of auxiliary classifiers is a call in `forward`, with the same rate, not a module.
AUXILIARY = "InceptionAux"


def training_facts(model: Any) -> List[Any]:
    """Return what outputs do not show: the number of trainable parameters, training mode, dropout and momentum."""
    learning = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    rates: Dict[str, int] = {}
    auxiliary = {
        id(part) for module in model.modules() if AUXILIARY in type(module).__name__ for part in module.modules()
    }
    for module in model.modules():
        kind = type(module).__name__
        if id(module) in auxiliary and "Drop" in kind:
            continue
        for attribute in ("p", "momentum"):
            value = getattr(module, attribute, None)
            if isinstance(value, (int, float)) and ("Drop" in kind or "Norm" in kind or "Stochastic" in kind):
                text = f"{attribute} {value:.6g}"
                rates[text] = rates.get(text, 0) + 1
    return [learning, bool(model.training), dict(sorted(rates.items()))]


def verify_names(result: Verification) -> None:
    """Check that each name builds the newest release's model, or raises an error naming the first release with it."""
    import tvcompat

    known, release = result.known, result.release
    for builder in known.builders.values():

        def work(builder: Builder = builder) -> str:
            if known.at(builder.spans, release) is None:
                try:
                    tvcompat.get_model(builder.name)
                except ModelNotInReleaseError as error:
                    return "" if builder.spans[0].first in str(error) else f"no release named: {error}"
                return "was built, and the release does not have it"
            asked: List[str] = []
            wanted = builder.plain[-1].value

            def load(url: str, **options: Any) -> Any:
                asked.append(url)
                return tensors(backbone_schema(known, url))

            with loading(load):
                model = tvcompat.get_model(builder.name)
            if asked != list(wanted.asks):
                return f"asked for {asked}, not {list(wanted.asks)}"
            schema = newest_names(known, builder, release, schema_of(model))
            expected = known.schema(builder.schemas[-1].value)
            if schema != expected:
                different = [name for name in {**schema, **expected} if schema.get(name) != expected.get(name)]
                return f"{len(different)} parameters differ, such as {different[0]}"
            count = sum(parameter.numel() for parameter in model.parameters())
            if count != builder.parameters[-1].value:
                return f"{count} parameters"
            return compare_with_reference(result, "training", builder.name, training_facts(model))

        result.attempt("name", builder.name, work)


def verify_entries(result: Verification) -> None:
    """Check that every entry requests the newest release's file and nothing else, and that its parameters fit."""
    import tvcompat

    known, release = result.known, result.release
    for builder in result.builders():
        for entry, outcome in entries_of(known, builder):
            if entry.enum.endswith("_QuantizedWeights"):
                # Packed parameters cannot be faked from a shape; `verify_quantized` makes real ones.
                continue

            def work(builder: Builder = builder, entry: Entry = entry, outcome: Outcome = outcome) -> str:
                asked: List[str] = []

                def load(url: str, **options: Any) -> Any:
                    asked.append(url)
                    return tensors(loaded_schema(known, outcome))

                with loading(load):
                    model = tvcompat.get_model(builder.name, weights=entry.full_name)
                if asked != [entry.urls[-1].value]:
                    return f"asked for {asked}"
                expected = known.schema(outcome.schema or 0)
                schema = newest_names(known, builder, release, schema_of(model))
                if schema != expected:
                    return "the state dict is another one"
                key = f"{entry.full_name} {builder.name}"
                return compare_with_reference(result, "training", key, training_facts(model))

            result.attempt("entry", f"{entry.full_name} {builder.name}", work)


def verify_pretrained(result: Verification) -> None:
    """Check that ``pretrained=True`` requests the file that the newest release maps it to, or says there is none."""
    for builder in result.builders():
        for quantize in (False, True) if builder.quantized else (False,):
            spans = builder.quantized if quantize else builder.pretrained
            newest = spans[-1].value
            given: Dict[str, Any] = {"quantize": True} if quantize else {}
            # Quantizing reads the newly created parameters.
            result.initialisation.zero = quantize

            def work(builder: Builder = builder, newest: Any = newest, given: Dict[str, Any] = given) -> str:
                if not newest.asks or newest.error:
                    try:
                        return f"asked for {requested_url(builder.name, pretrained=True, **given)}"
                    except WeightsNotAvailableError:
                        return ""
                found = requested_url(builder.name, pretrained=True, **given)
                return "" if found == newest.asks[-1] else f"asked for {found}, not {newest.asks[-1]}"

            result.attempt("pretrained", f"{builder.name}{' quantize' if quantize else ''}", work)
            result.initialisation.zero = False
