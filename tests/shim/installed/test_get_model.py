"""``get_model`` on the installed release."""

import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
import torchvision

import tvcompat
from tests.needs import need, need_module
from tvcompat import TVCompatDeprecationWarning, errors
from tvcompat.catalog import catalog
from tvcompat.shim import checkpoints, installed, weights

ENTRY = "SqueezeNet1_1_Weights.IMAGENET1K_V1"
ERA = installed.installed().era
NEWEST = installed.installed().release == catalog().newest

pytestmark = [
    pytest.mark.filterwarnings("ignore:TVCOMPAT_CHECK_HASH=0"),
    # What old releases say of the new torch, Python or numpy they run with is not ours.
    pytest.mark.filterwarnings("default::DeprecationWarning"),
    pytest.mark.filterwarnings("default::FutureWarning"),
]


def holds(model, state):
    found = model.state_dict()
    assert list(found) == list(state)
    return all(torch.equal(found[name], value) for name, value in state.items())


def test_this_is_the_release_the_session_installed():
    assert installed.installed().release == need("expected release")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("IMAGENET1K_V1", id="name"),
        pytest.param(ENTRY, id="full-name"),
        pytest.param("DEFAULT", id="default"),
        pytest.param("SqueezeNet1_1_Weights.DEFAULT", id="full-default"),
        pytest.param(weights.SqueezeNet1_1_Weights.DEFAULT, id="enum"),
    ],
)
def test_weights(put, value):
    state = put(ENTRY)
    assert holds(tvcompat.get_model("squeezenet1_1", weights=value), state)


def test_torchvisions_own_member(put):
    own = getattr(torchvision.models, "SqueezeNet1_1_Weights", None)
    if own is None:
        pytest.skip("this release has no weights enums")
    state = put(ENTRY)
    assert holds(tvcompat.get_model("SqueezeNet1_1", weights=own.DEFAULT), state)


def test_no_weights():
    state = tvcompat.get_model("squeezenet1_1", weights=None, num_classes=7).state_dict()
    assert state["classifier.1.weight"].shape[0] == 7


def test_an_entry_that_old_releases_do_not_know(put):
    state = put("MobileNet_V2_Weights.IMAGENET1K_V2")
    assert holds(tvcompat.get_model("mobilenet_v2", weights="IMAGENET1K_V2"), state)


@pytest.mark.parametrize("how", ["keyword", "positional", "weights=True"], ids=str)
def test_pretrained(put, how):
    state = put(ENTRY)
    given, options = {"keyword": ((), {"pretrained": True}), "positional": ((True,), {})}.get(
        how, ((), {"weights": True})
    )
    with pytest.warns(
        TVCompatDeprecationWarning, match=r'get_model\("squeezenet1_1", weights="IMAGENET1K_V1"\)'
    ) as seen:
        model = tvcompat.get_model("squeezenet1_1", *given, **options)
    assert holds(model, state)
    (warning,) = [warning for warning in seen if warning.category is TVCompatDeprecationWarning]
    assert Path(warning.filename) == Path(__file__)


def test_it_warns_once_for_each_place(put):
    put(ENTRY)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("default")
        warnings.simplefilter("ignore", DeprecationWarning)
        for _ in range(3):
            tvcompat.get_model("squeezenet1_1", pretrained=False)
    assert [warning.category for warning in seen] == [TVCompatDeprecationWarning]


def test_legal_up_to_0_12(put):
    put("GoogLeNet_Weights.IMAGENET1K_V1")
    model = tvcompat.get_model("googlenet", weights="DEFAULT", aux_logits=False, init_weights=True)
    assert (model.aux_logits, model.aux1, model.aux2) == (False, None, None)


def test_evaluation_gives_what_the_parameters_say(put):
    put(ENTRY)
    model = tvcompat.get_model("squeezenet1_1", weights="DEFAULT").eval()
    with torch.no_grad():
        assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)


BAD = [
    pytest.param(("resnet_50",), {}, errors.UnknownModelError, "Did you mean resnet50", id="unknown-model"),
    pytest.param((None,), {}, errors.UnknownModelError, "None", id="no-model"),
    pytest.param(
        ("resnet50",),
        {"weights": "V1"},
        errors.UnknownWeightsError,
        "it has IMAGENET1K_V1, IMAGENET1K_V2, DEFAULT",
        id="unknown-entry",
    ),
    pytest.param(
        ("resnet50",),
        {"weights": ENTRY},
        errors.UnknownWeightsError,
        r"ResNet50_Weights\.IMAGENET1K_V1",
        id="entry-of-another-model",
    ),
    pytest.param(
        ("resnet50",),
        {"weights": "DEFAULT", "pretrained": True},
        errors.ConflictingArgumentsError,
        "both weights=",
        id="weights-and-pretrained",
    ),
    pytest.param(("resnet50",), {"weights": 3}, errors.WeightsTypeError, "weights=3", id="number-as-weights"),
    pytest.param(("resnet50",), {"weights": 1}, errors.WeightsTypeError, "weights=1", id="one-as-weights"),
    pytest.param(
        ("resnet50",),
        {"colour": 3},
        errors.UnexpectedArgumentError,
        "does not take colour; it takes .*norm_layer",
        id="unknown-argument",
    ),
    pytest.param(
        ("vit_h_14", True),
        {},
        errors.WeightsNotAvailableError,
        "name one of them: IMAGENET1K_SWAG_E2E_V1",
        id="pretrained-without-an-entry",
    ),
    pytest.param(
        ("resnet50",),
        {"weights": "DEFAULT"},
        errors.OfflineError,
        r"resnet50-11ad3fa6\.pth is not in .*TVCOMPAT_OFFLINE",
        id="offline",
    ),
    pytest.param(
        ("resnet50",),
        {"weights": "DEFAULT", "num_classes": 5},
        errors.ConflictingArgumentsError,
        r"Linear\(2048, 5\)",
        id="another-number-of-classes",
    ),
]


@pytest.mark.parametrize(("given", "options", "error", "text"), BAD)
@pytest.mark.filterwarnings("ignore::tvcompat.TVCompatDeprecationWarning")
def test_bad_input(given, options, error, text):
    for _ in range(2):
        # What is refused is refused again, whatever was remembered of the first call.
        with pytest.raises(error, match=text) as caught:
            tvcompat.get_model(*given, **options)
        assert isinstance(caught.value, tvcompat.TVCompatError)


def test_a_name_newer_than_the_release():
    missing = [name for name in catalog().model_names if name not in tvcompat.list_models()]
    assert bool(missing) != NEWEST
    for name in missing:
        with pytest.raises(errors.ModelNotInReleaseError, match=rf"has no {name}; 0\.\d+\.\d+ - .* have it"):
            tvcompat.get_model(name)


def test_a_wrong_digest(put, monkeypatch):
    put(ENTRY)
    monkeypatch.setenv("TVCOMPAT_CHECK_HASH", "1")
    with pytest.raises(errors.CheckpointError, match=r"is damaged.*squeezenet1_1-b8a52dc0\.pth\.corrupt"):
        tvcompat.get_model("squeezenet1_1", weights="DEFAULT")
    assert [path.name for path in checkpoints.folder().iterdir()] == ["squeezenet1_1-b8a52dc0.pth.corrupt"]


def test_a_web_page_instead_of_a_checkpoint():
    path = checkpoints.folder() / "squeezenet1_1-b8a52dc0.pth"
    path.parent.mkdir(parents=True)
    path.write_text("<!doctype html><title>Log in</title>")
    with pytest.raises(errors.CheckpointError, match="looks like a web page"):
        tvcompat.get_model("squeezenet1_1", weights="DEFAULT")
    assert not path.exists()


class Harmful:
    def __reduce__(self):
        return Path.touch, (Path(os.environ["TORCH_HOME"]) / "it ran",)


@pytest.mark.parametrize("old_format", [False, True], ids=["zip", "legacy"])
def test_a_file_that_would_run_code(put, old_format):
    path = checkpoints.folder() / "squeezenet1_1-b8a52dc0.pth"
    state = dict(put(ENTRY), harmful=Harmful())
    torch.save(state, str(path), _use_new_zipfile_serialization=not old_format)
    with pytest.raises(errors.CheckpointError, match=r"was not loaded: .* refusing to load __builtin__\.getattr"):
        tvcompat.get_model("squeezenet1_1", weights="DEFAULT")
    assert [found.name for found in Path(os.environ["TORCH_HOME"]).iterdir()] == ["hub"]


@pytest.mark.parametrize("old_format", [False, True], ids=["zip", "legacy"])
def test_both_formats_of_torch(put, old_format):
    state = put(ENTRY)
    path = checkpoints.folder() / "squeezenet1_1-b8a52dc0.pth"
    torch.save(state, str(path), _use_new_zipfile_serialization=not old_format)
    assert holds(tvcompat.get_model("squeezenet1_1", weights="DEFAULT"), state)


def test_an_older_file_of_the_same_entry_serves_without_a_network(put):
    (older, *_) = catalog().model("squeezenet1_1").older
    state = put(ENTRY, url=older)
    with pytest.warns(UserWarning, match=r"squeezenet1_1-b8a52dc0\.pth can't be had.*squeezenet1_1-f364aa15\.pth"):
        assert holds(tvcompat.get_model("squeezenet1_1", weights="IMAGENET1K_V1"), state)


def test_the_folder_that_torch_was_told(put, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    torch.hub.set_dir(str(tmp_path / "elsewhere"))
    state = put(ENTRY)
    assert (tmp_path / "elsewhere" / "checkpoints" / "squeezenet1_1-b8a52dc0.pth").exists()
    assert holds(tvcompat.get_model("squeezenet1_1", weights="DEFAULT"), state)


def test_torchvisions_downloader_is_back_afterwards(put):
    put(ENTRY)
    before = {name: getattr(module, "load_state_dict_from_url", None) for name, module in list(sys.modules.items())}
    tvcompat.get_model("squeezenet1_1", weights="DEFAULT")
    for name, module in list(sys.modules.items()):
        if before.get(name) is not None:
            assert getattr(module, "load_state_dict_from_url", None) is before[name], name


def test_a_detector_fetches_what_the_newest_release_fetches():
    with pytest.raises(errors.OfflineError, match="resnet50-0676ba61"):
        tvcompat.get_model("fasterrcnn_resnet50_fpn")
    with pytest.raises(errors.OfflineError, match="fasterrcnn_resnet50_fpn_coco-258fb6c6"):
        tvcompat.get_model("fasterrcnn_resnet50_fpn", weights="DEFAULT")
    assert tvcompat.get_model("fasterrcnn_resnet50_fpn", weights=None, weights_backbone=None, num_classes=3)


def test_calls_in_threads_do_not_disturb_one_another(put):
    from concurrent.futures import ThreadPoolExecutor

    first, second = put(ENTRY), put("SqueezeNet1_0_Weights.IMAGENET1K_V1")

    def build(number):
        name, state = (("squeezenet1_1", first), ("squeezenet1_0", second))[number % 2]
        return holds(tvcompat.get_model(name, weights="DEFAULT"), state)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(build, range(8)))


# ---------------------------------------------------------------------------------------------------------------------
# Which torchvision


@pytest.fixture
def fresh():
    """Forgets which torchvision is installed, before and after."""
    from tvcompat.shim import registry

    def forget():
        for cached in (installed.installed, installed.note_newer, registry.torchvision_registry, weights.preferred):
            cached.cache_clear()
        weights._ENUMS.clear()

    forget()
    yield
    forget()


@pytest.mark.parametrize(
    ("version", "release"),
    [
        pytest.param("0.12.0+cu113", "0.12.0", id="local-version"),
        pytest.param("0.11.0a0+fa347eb", "0.11.1", id="nightly"),
        pytest.param("0.15.0a0", "0.15.1", id="pre-release"),
        pytest.param("0.9.0a0+01dfa8e", "0.9.0", id="pre-release-of-the-oldest"),
    ],
)
def test_versions_as_they_are_in_the_wild(fresh, monkeypatch, version, release):
    monkeypatch.setattr(torchvision, "__version__", version)
    found = installed.installed()
    assert (found.release, found.newer) == (release, False)


def test_a_nightly_build(fresh, monkeypatch):
    monkeypatch.setattr(torchvision, "__version__", "0.99.0.dev20261101")
    found = installed.installed()
    assert (found.release, found.newer) == (catalog().newest, True)


def test_too_old_a_torchvision(fresh, monkeypatch):
    monkeypatch.setattr(torchvision, "__version__", "0.8.2")
    with pytest.raises(errors.TorchvisionImportError, match=r"0\.8\.2 is installed, and tvcompat begins with 0\.9"):
        tvcompat.get_model("resnet18")


def run_with(path, code):
    """Run a line in a Python that sees the folders of ``path`` first."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, path)))
    return subprocess.run([sys.executable, *code], env=environment, capture_output=True, text=True)


TRY = "import tvcompat\ntry: tvcompat.get_model('resnet18')\nexcept ImportError as error: print(type(error).__name__, error)"


def test_no_torchvision(tmp_path):
    # Without site-packages, but for what the core needs.
    import packaging

    (tmp_path / "packaging").symlink_to(Path(packaging.__file__).parent)
    (tmp_path / "tvcompat").symlink_to(Path(tvcompat.__file__).parent)
    done = run_with([tmp_path], ["-S", "-c", TRY])
    assert done.stdout.startswith("TorchvisionImportError torchvision is not installed. Run: pip install torchvision")


def test_a_torchvision_of_another_torch():
    done = run_with([need("mismatched torchvision"), Path(tvcompat.__file__).parents[1]], ["-c", TRY])
    assert re.match(
        r"TorchvisionImportError (importing torchvision failed with|the compiled operators of torchvision did not load)"
        r".* was built for torch==[\d.]+, and torch [\d.]+\S* is installed\. Run: pip install \"torch==",
        done.stdout,
        re.DOTALL,
    ), done.stdout + done.stderr
    # A torchvision for the torch that is there is named, and it is this one.
    assert f'"torchvision=={installed.installed().release}" for the torch that is there' in done.stdout


@pytest.mark.skipif(ERA != "registry", reason="a release newer than a catalog of 0.13 is needed")
def test_a_torchvision_newer_than_the_catalog(fresh, monkeypatch, tmp_path, put):
    """A catalog that ends with 0.13.1, compiled from the records, meets the installed release."""
    need_module("griffe")
    from matrix.compile.catalog import compile_catalog
    from matrix.release_list import read_release_list
    from matrix.store.records import Store
    from tvcompat.catalog import Catalog
    from tvcompat.releases import parse
    from tvcompat.shim import models, registry

    # What is written by hand of members and behaviour speaks of releases that this catalog lacks.
    matrix, folder = Path(__file__).parents[3] / "matrix", tmp_path / "matrix"
    folder.mkdir()
    (folder / "records").symlink_to(matrix / "records")
    written = (matrix / "replacements.toml").read_text(encoding="utf-8")
    (folder / "replacements.toml").write_text(written[: written.index("\n[[member]]")], encoding="utf-8")
    shutil.copy(matrix / "quirks.toml", folder)
    (folder / "behaviour.toml").write_text("", encoding="utf-8")

    class Old(Store):
        def releases(self):
            return [name for name in super().releases() if parse(name) <= parse("0.13.1")]

        def load(self, name):
            return super().load(name) if name in self.releases() else None

    listed = read_release_list(matrix / "releases.toml")
    old = type(listed)(tuple(r for r in listed.releases if parse(r.version) <= parse("0.13.1")))
    known = Catalog(tables=compile_catalog(old, Old(folder / "records")))
    for module in (installed, models, registry, weights):
        monkeypatch.setattr(module, "catalog", lambda: known)
    registry._homes.cache_clear()
    try:
        assert installed.installed().newer
        assert "swin_v2_t" in tvcompat.list_models()
        with pytest.warns(UserWarning, match=r"newer than tvcompat's catalog, which ends with 0\.13\.1.*upgrade"):
            assert tvcompat.get_model("swin_v2_t", weights=None).features
        assert tvcompat.get_model_weights("swin_v2_t") is torchvision.models.Swin_V2_T_Weights
        assert tvcompat.get_weight("Swin_V2_T_Weights.DEFAULT") is torchvision.models.Swin_V2_T_Weights.DEFAULT
        with pytest.raises(errors.UnknownModelError):
            tvcompat.get_model("swin_v3_t")
    finally:
        registry._homes.cache_clear()
