"""Bad input is refused with the error that says so, and what was once legal keeps its meaning."""

import os
import re
from functools import partial
from typing import Any, Tuple, Type

from matrix.verify.verification import Verification, entries_of, loaded_schema, loading, requested_url, tensors
from tvcompat import errors


def verify_errors(result: Verification) -> None:
    """Check that bad input raises an error that names the problem, and that what was once legal keeps its meaning."""
    import tvcompat

    def refuses(what: str, error: Type[Exception], text: str, **arguments: Any) -> None:
        def work() -> str:
            try:
                asked = requested_url(**arguments)
            except error as found:
                return "" if re.search(text, str(found)) else f"the message says: {found}"
            return f"was accepted, and asked for {asked}"

        result.attempt("error", what, work)

    refuses("misspelt name", errors.UnknownModelError, "Did you mean resnet50", name="resnet_50")
    refuses("no name", errors.UnknownModelError, "no torchvision release has", name=50)
    refuses("wrong entry", errors.UnknownWeightsError, "it has IMAGENET1K_V1", name="resnet50", weights="COCO_V1")
    refuses(
        "entry of another model", errors.UnknownWeightsError, "ResNet50_Weights",
        name="resnet50", weights="ResNet18_Weights.IMAGENET1K_V1",
    )  # fmt: skip
    refuses("both eras", errors.ConflictingArgumentsError, "both", name="resnet50", weights="DEFAULT", pretrained=True)
    refuses("a number", errors.WeightsTypeError, "weights=3 was given", name="resnet50", weights=3)
    refuses("unknown keyword", errors.UnexpectedArgumentError, "it takes .*norm_layer", name="resnet50", colour=3)
    for name, line in (
        ("resnet50", r"model\.fc = torch\.nn\.Linear\(2048, 10\)"),
        ("mobilenet_v2", r"model\.classifier\[1\] = torch\.nn\.Linear\(1280, 10\)"),
        ("deeplabv3_resnet50", r"model\.classifier\[4\] = torch\.nn\.Conv2d\(256, 10, 1\)"),
        ("fasterrcnn_resnet50_fpn", r"FastRCNNPredictor\(1024, 10\)"),
        ("retinanet_resnet50_fpn", r"num_classes=10\) takes the backbone's checkpoint alone"),
    ):
        refuses(
            f"other classes {name}", errors.ConflictingArgumentsError, line,
            name=name, weights="DEFAULT", num_classes=10,
        )  # fmt: skip
    os.environ["TVCOMPAT_OFFLINE"] = "1"
    try:
        result.attempt("error", "offline", lambda: offline(tvcompat))
    finally:
        del os.environ["TVCOMPAT_OFFLINE"]
    for name, branches in (("inception_v3", ("AuxLogits",)), ("googlenet", ("aux1", "aux2"))):
        result.attempt("error", f"aux_logits=False {name}", partial(without_branches, result, name, branches))
    result.attempt("error", "aux_loss=False", lambda: with_branch(result))


def offline(tvcompat: Any) -> str:
    try:
        tvcompat.get_model("resnet18", weights="DEFAULT")
    except errors.OfflineError as error:
        return "" if "resnet18-f37072fd.pth is not in" in str(error) else str(error)
    return "was built"


def from_tensors(result: Verification, name: str, **arguments: Any) -> Any:
    """Build a model from a checkpoint of zeros."""
    import tvcompat

    known = result.known
    builder = next(builder for builder in known.builders.values() if builder.name == name)
    numbers = {entry.urls[-1].value: number for entry, number in entries_of(known, builder)}

    def load(url: str, **options: Any) -> Any:
        return tensors(loaded_schema(known, numbers[url]))

    with loading(load):
        return tvcompat.get_model(name, **arguments)


def without_branches(result: Verification, name: str, branches: Tuple[str, ...]) -> str:
    model = from_tensors(result, name, weights="DEFAULT", aux_logits=False, init_weights=True)
    left = [branch for branch in branches if getattr(model, branch) is not None]
    return f"{left} are still there" if left or model.aux_logits else ""


def with_branch(result: Verification) -> str:
    model = from_tensors(result, "fcn_resnet50", weights="DEFAULT", aux_loss=False)
    return "" if model.aux_classifier is not None else "the auxiliary classifier is gone"
