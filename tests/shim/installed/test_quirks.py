"""What ``matrix/quirks.toml`` says, tried in the installed release: it holds there, or it does not, as the entry says."""

import urllib.request
import warnings
from collections import OrderedDict
from importlib import import_module
from importlib.util import find_spec
from urllib.error import URLError

import pytest
import torch
import torchvision

import tvcompat
from tvcompat.catalog import catalog
from tvcompat.legacy.pickles import FILLED
from tvcompat.shim.checkpoints import file_name
from tvcompat.shim.installed import installed

KNOWN = catalog()
HERE = installed()
TABLE = {kind: rows for kind, rows in KNOWN.table("quirks").items() if isinstance(rows, list)}

pytestmark = [
    # What old releases say of the new torch, Python or numpy they run with is not ours.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
    pytest.mark.filterwarnings("default::UserWarning"),
]


def rows(kind, *names):
    """The entries of a kind as parameters: whether each holds here, and its values, one model at a time."""
    found = []
    for row in TABLE[kind]:
        holds = KNOWN.at(KNOWN.timeline.spans([row["releases"]]), HERE.release) is not None
        for model in row.get("models", [row.get("model")]):
            values = [{**row, "model": model}[name] for name in names]
            found.append(pytest.param(holds, *values, id="-".join(map(str, values))))
    return found


def exists(model):
    return KNOWN.at(KNOWN.model(model).spans, HERE.release) is not None


def builder_of(model):
    if not exists(model):
        pytest.skip(f"torchvision {HERE.release} has no {model}")
    return tvcompat.get_model_builder(model)


def checkpoint_arguments(model):
    """What asks a builder of torchvision's for the checkpoint of the whole model."""
    return {"pretrained": True} if HERE.era == "pretrained" else {"weights": KNOWN.model(model).pretrained}


@pytest.fixture
def _no_network(monkeypatch):
    """Whatever is fetched is refused at once; the port is one that nothing listens on."""
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    # urllib keeps the opener that it made first, and with it the proxies of that time.
    monkeypatch.setattr(urllib.request, "_opener", None)


def test_every_kind_is_tried():
    assert {function.kind for function in list(globals().values()) if hasattr(function, "kind")} == set(TABLE)


def of(kind, *names):
    """Try each entry of a kind."""

    def decorate(function):
        function.kind = kind
        # Each row has an id of its own.
        return pytest.mark.parametrize(("holds", *names), rows(kind, *names), ids=str)(function)

    return decorate


def momenta(model):
    return {module.momentum for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)}


@of("momentum", "model", "found", "right")
def test_momentum_of_batch_norms(holds, model, found, right):
    assert momenta(builder_of(model)()) == {found if holds else right}
    assert momenta(tvcompat.get_model(model, weights=None)) == {right}


@of("metadata_version", "model", "version")
def test_checkpoints_without_version_numbers(holds, model, version):
    built = tvcompat.get_model(model, weights=None)
    bare = OrderedDict(built.state_dict())
    if holds:
        with pytest.raises(RuntimeError, match=r"Unexpected key\(s\) in state_dict"):
            built.load_state_dict(bare)
        bare = OrderedDict(built.state_dict())
        import_module("tvcompat.shim.models").stamp(bare, version)
    built.load_state_dict(bare)


@of("partial_file", "file", "prefix")
def test_files_that_hold_a_part(holds, file, prefix):
    assert prefix == "features."
    try:
        urls = import_module("torchvision.models.detection.ssd").backbone_urls
    except (ImportError, AttributeError):
        urls = {}
    assert (file in [file_name(url) for url in urls.values()]) is holds


@pytest.mark.usefixtures("_no_network")
@of("accepted_argument", "model", "argument", "value")
def test_arguments_beside_a_checkpoint(holds, model, argument, value):
    build = builder_of(model)
    # What is accepted gets as far as fetching the checkpoint.
    error, text = (URLError, "refused") if holds else (ValueError, "expected value")
    with pytest.raises(error, match=text):
        build(**checkpoint_arguments(model), **{argument: value})


@pytest.mark.parametrize(
    ("model", "implied"),
    [
        pytest.param(model, model in row["implied"], id=model)
        for row in TABLE["accepted_argument"]
        if row["effect"] == "drops-branches"
        for model in row["models"]
    ],
)
def test_branches_that_a_checkpoint_takes_away(model, implied, put):
    known = KNOWN.model(model)
    put(f"{known.enum}.{known.pretrained}")
    assert tvcompat.get_model(model, weights=known.pretrained).aux_logits is not implied
    assert tvcompat.get_model(model, weights=known.pretrained, aux_logits=False).aux_logits is False


@pytest.mark.usefixtures("_no_network")
@of("pretrained_value", "model", "value", "entry")
def test_values_of_pretrained(holds, model, value, entry, capfd):
    assert holds, "it would mean another entry in older releases"
    with pytest.raises(URLError):
        builder_of(model)(pretrained=value, pretrained_backbone=False)
    url = KNOWN.checkpoint(KNOWN.model(model).enum, entry).url
    assert url in "".join(capfd.readouterr())


@of("warned_constants", "parameter")
def test_constants_that_are_warned_of(holds, parameter):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        torchvision.transforms.Resize(8, **{parameter: 2})
    assert any(parameter in str(warning.message).lower() for warning in seen) is holds


@of("stray_package", "name")
def test_packages_that_are_there_by_accident(holds, name):
    others = [row for row in TABLE["stray_package"] if row["name"] == name]
    holds = any(KNOWN.at(KNOWN.timeline.spans([row["releases"]]), HERE.release) is not None for row in others)
    assert (find_spec(name) is not None) is holds


# Class -> whether an instance of the installed release's has what those pickled by older ones have not.
COMPLETE = {
    "GELU": lambda owner: hasattr(owner(), "approximate"),
    "AnchorGenerator": lambda owner: owner().cell_anchors is not None,
    "RPNHead": lambda owner: isinstance(owner(4, 1).conv, torch.nn.Sequential),
    "GeneralizedRCNNTransform": lambda owner: hasattr(owner(1, 2, [0.0], [1.0]), "fixed_size"),
    "SqueezeExcitation": lambda owner: hasattr(owner(8), "avgpool"),
    "QuantizableSqueezeExcitation": lambda owner: hasattr(owner(8, 8), "avgpool"),
}


@of("pickled_class", "name")
def test_classes_that_older_releases_pickled(holds, name):
    module, _, last = name.rpartition(".")
    assert last in FILLED[module]
    owner = vars(import_module(module)).get(last)
    if owner is None:
        pytest.skip(f"torchvision {HERE.release} has no {name}")
    assert COMPLETE[last](owner) is holds


def test_every_pickled_class_is_known():
    named = {f"{module}.{name}" for module, classes in FILLED.items() for name in classes}
    assert named == {row["name"] for row in TABLE["pickled_class"]}
