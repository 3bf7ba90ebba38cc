"""The command line as people and programs meet it, run as a program."""

import json
import os
import subprocess
import sys

import pytest

from tests.needs import need_module
from tvcompat.catalog import catalog
from tvcompat.cli import COMMANDS

NEWEST = catalog().newest


def run(*arguments, code=0):
    done = subprocess.run([sys.executable, "-m", "tvcompat", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def answer(*arguments):
    return json.loads(run(*arguments, "--format", "json").stdout)


def test_every_command_has_help_with_examples():
    for command in COMMANDS:
        assert "tvcompat" in run(command, "--help").stdout.partition("examples")[2]


def test_version_names_the_releases():
    assert NEWEST in run("--version").stdout


def test_no_command_is_a_usage_error():
    assert "show" in run(code=2).stdout


def test_importing_the_commands_loads_neither_torch_nor_the_tools():
    code = (
        "import sys, tvcompat.cli, tvcompat.commands.show, tvcompat.commands.diff, tvcompat.commands.doctor\n"
        "print([m for m in ('torch', 'torchvision', 'griffe', 'requests', 'jinja2') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# The questions of the four documents this project started from.


def test_ssdlite_is_in_torchvision_since_0_10():
    found = answer("show", "torchvision.models.detection.ssdlite320_mobilenet_v3_large")
    assert (found["kind"], found["first"], found["last"], found["in_newest"]) == ("builder", "0.10.0", NEWEST, True)
    assert found["path"] == "torchvision.models.detection.ssdlite320_mobilenet_v3_large"
    assert [entry["entry"] for entry in found["weights"]] == ["SSDLite320_MobileNet_V3_Large_Weights.COCO_V1"]


def test_ssd300_mobilenet_v3_large_never_existed():
    done = run("show", "ssd300_mobilenet_v3_large", code=2)
    assert "no torchvision release" in done.stderr
    assert "ssdlite320_mobilenet_v3_large" in done.stderr
    machine = run("show", "ssd300_mobilenet_v3_large", "--format", "json", code=2)
    assert json.loads(machine.stdout)["first"] is None


def test_what_the_ssd_constructor_takes():
    found = answer("show", "SSD")
    assert (found["kind"], found["path"], found["first"]) == ("class", "torchvision.models.detection.ssd.SSD", "0.10.0")
    for span in found["signatures"]:
        assert span["signature"].startswith("(backbone, anchor_generator, size, num_classes,")
        assert "aspect_ratios" not in span["signature"]


def test_mobilenet_v3_small_is_not_missing():
    found = answer("show", "mobilenet_v3_small")
    assert (found["first"], found["in_newest"]) == ("0.9.0", True)


def test_signature_of_ssd300_vgg16_by_release():
    spans = answer("show", "ssd300_vgg16")["signatures"]
    assert spans[0]["first"] == "0.10.0"
    assert "pretrained: bool = False, progress: bool = True, num_classes: int = 91" in spans[0]["signature"]
    assert spans[0]["accepts"] == ["keyword", "positional"]
    assert spans[-1]["last"] == NEWEST
    assert "*, weights: Optional[SSD300_VGG16_Weights] = None" in spans[-1]["signature"]
    assert spans[-1]["accepts"] == ["keyword", "positional", "weights"]


@pytest.mark.parametrize(
    "name",
    [
        "mobilenet_v3_large",
        "mobilenet_v3_small",
        "quantization.mobilenet_v3_large",
        "detection.fasterrcnn_mobilenet_v3_large_fpn",
        "detection.fasterrcnn_mobilenet_v3_large_320_fpn",
        "segmentation.deeplabv3_mobilenet_v3_large",
        "segmentation.lraspp_mobilenet_v3_large",
    ],
    ids=str,
)
def test_models_of_the_0_9_announcement(name):
    found = answer("show", name)
    assert found["first"] == "0.9.0"
    assert found["pretrained"][0]["asks"]


def test_show_keys():
    wanted = {"name", "kind", "first", "last", "releases", "signatures", "weights"}
    for name in ("resnet50", "ResNet50_Weights", "ResNet50_Weights.DEFAULT", "transforms", "ops.nms", "SSD.forward"):
        assert wanted <= set(answer("show", name)), name


def test_default_follows_the_releases():
    found = answer("show", "ResNet50_Weights.DEFAULT")
    assert found["weights"][0]["entry"] == "ResNet50_Weights.IMAGENET1K_V2"


def test_a_misspelt_name_gets_the_right_one():
    assert "resnet50" in run("show", "resnet_50", code=2).stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(
            "ResNet50_Weights.NOPE", "ResNet50_Weights has IMAGENET1K_V1, IMAGENET1K_V2, DEFAULT.", id="unknown-entry"
        ),
        pytest.param("IMAGENET1K_V2", "weights enums, such as", id="entry-without-an-enum"),
        pytest.param("Resnet50", "Did you mean resnet50", id="class"),
        pytest.param(" ", "no torchvision release", id="blank"),
    ],
)
def test_a_name_that_is_half_right(asked, said):
    assert said in run("show", asked, code=2).stderr


def test_a_name_that_is_imported_is_what_it_stands_for():
    found = answer("show", "torchvision.models.get_model")
    assert (found["kind"], found["target"]) == ("function", "torchvision.models._api.get_model")
    assert found["signatures"][0]["signature"] == "(name, **config)"


def test_contents_of_a_module():
    assert {"resnet50", "ResNet50_Weights", "list_models"} <= set(answer("show", "torchvision.models")["names"])


def test_models_of_a_release():
    names = {item["name"] for item in answer("models", "--release", "0.9.0", "--module", "detection")}
    assert "retinanet_resnet50_fpn" in names
    assert "ssd300_vgg16" not in names
    assert len(answer("models", "--release", "0.12")) == 97


def test_weights_of_a_model():
    found = answer("weights", "resnet50", "--release", "latest")
    assert [(item["entry"], item["default"]) for item in found] == [
        ("ResNet50_Weights.IMAGENET1K_V1", False),
        ("ResNet50_Weights.IMAGENET1K_V2", True),
    ]
    assert answer("weights", "resnet50", "--release", "0.12") == []


def test_diff_exit_code():
    assert run("diff", "0.16.2", "0.17.0", "--exit-code", code=1)
    assert run("diff", "0.16.2", "0.17.0")
    found = answer("diff", "0.16", "0.17.0", "--only", "breaks")
    assert {"torchvision.transforms.functional_tensor", "torchvision.transforms.functional_pil"} <= {
        item["path"] for item in found
    }
    assert {"category", "what", "path", "text", "release"} == set(found[0])


def test_an_unknown_release_is_a_usage_error():
    assert "0.9.0" in run("diff", "0.8.2", "0.17.0", code=2).stderr
    assert "0.9.0" in run("models", "--release", "7", code=2).stderr


def test_a_reader_that_leaves_early_is_no_error():
    command = f'"{sys.executable}" -m tvcompat show resnet50 | head -n 1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("resnet50")
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_narrow_terminals_get_lines_that_fit(monkeypatch):
    from tvcompat.commands import output

    monkeypatch.setattr(output, "terminal_width", lambda: 40)
    lines = output.table(["a", "b"], [["x" * 10, "y" * 100]]).splitlines()
    assert max(map(len, lines)) <= 40


def test_colour_is_for_terminals_that_want_it(tmp_path):
    source = tmp_path / "a.py"
    source.write_text("from torchvision.models.utils import load_state_dict_from_url\n", encoding="utf-8")
    if sys.version_info < (3, 10):
        pytest.skip("check runs on Python 3.10 or newer")

    def said(**variables):
        own = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
        command = [sys.executable, "-m", "tvcompat", "check", str(source)]
        return subprocess.run(command, env={**own, **variables}, capture_output=True, text=True, check=False).stdout

    assert "\033[" not in said()
    assert "\033[31m[breaks]\033[0m" in said(FORCE_COLOR="1")
    assert "\033[" not in said(FORCE_COLOR="1", NO_COLOR="1")


@pytest.mark.parametrize("shell", ["bash", "zsh"], ids=str)
def test_completion_knows_commands_and_options(shell):
    need_module("shtab")
    script = run("completion", shell).stdout
    assert "--statistics" in script
    assert all(command in script for command in COMMANDS)


# What people read, where the tests above read JSON.


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        pytest.param(
            ("models", "--release", "0.9.0", "--module", "segmentation"),
            "lraspp_mobilenet_v3_large",
            id="models-of-a-module",
        ),
        pytest.param(("models", "*swin*", "--release", "latest"), "swin3d_t", id="models-by-pattern"),
        pytest.param(("models", "*resnet50*"), "wide_resnet50_2", id="models-installed"),
        pytest.param(
            ("weights", "resnet50", "--release", "latest"), "ResNet50_Weights.IMAGENET1K_V2", id="weights-of-a-model"
        ),
        pytest.param(("weights", "*COCO*", "--release", "0.13.0"), "COCO_V1", id="weights-by-pattern"),
        pytest.param(
            ("weights", "quantization.resnet50", "--release", "latest"),
            "IMAGENET1K_FBGEMM_V2",
            id="weights-of-a-quantized-model",
        ),
        pytest.param(("weights", "resnet50", "--release", "0.12"), "0.13", id="weights-before-weights"),
        pytest.param(("show", "ResNet50_Weights.IMAGENET1K_V2"), "resnet50-11ad3fa6.pth", id="show-entry"),
        pytest.param(("show", "ResNet50_Weights"), "IMAGENET1K_V1", id="show-enum"),
        pytest.param(("show", "torchvision.ops.nms"), "since 0.9.0", id="show-function"),
        pytest.param(("show", "torchvision.models.resnet"), "module", id="show-module"),
        pytest.param(("show", "torchvision.transforms.Scale"), "gone since", id="show-removed"),
        pytest.param(("show", "get_model"), "0.14", id="show-get_model"),
        pytest.param(("show", "resnet50.weights"), "weights", id="show-parameter"),
        pytest.param(("rule",), "TVC403", id="rules"),
        pytest.param(("rule", "TVC201"), "resnet50(pretrained=True)", id="rule-by-code"),
        pytest.param(("rule", "model-urls"), "TVC203", id="rule-by-name"),
        pytest.param(("diff", "0.12", "0.13", "--only", "behaviour"), "does something else", id="diff-behaviour"),
        pytest.param(("diff", "0.12", "0.13", "--module", "ops"), "ops", id="diff-module"),
    ],
)
def test_text(arguments, shown):
    if arguments[0] == "rule" and sys.version_info < (3, 10):
        pytest.skip("the checker runs on Python 3.10 or newer")
    done = subprocess.run([sys.executable, "-m", "tvcompat", *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert shown.lower() in (done.stdout + done.stderr).lower()


def test_a_rule_that_is_none():
    if sys.version_info < (3, 10):
        pytest.skip("the checker runs on Python 3.10 or newer")
    assert "there is no rule 'TVC999'" in run("rule", "TVC999", code=2).stderr
    assert {rule["code"] for rule in answer("rule")} >= {"TVC101", "TVC403"}
    assert answer("rule", "TVC101")["name"] == "removed-name"
