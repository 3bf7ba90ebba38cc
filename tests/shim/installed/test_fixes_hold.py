"""What the checker claims and what fix writes, run: old lines where they work and where they do not, new lines where
they are to work, with the same result. The session of the oldest Python is the old release, that of the newest the new;
in the one between, what the checker claims of it decides what is expected.
"""

import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from tvcompat.catalog import catalog
from tvcompat.check.engine import Checker, Result
from tvcompat.check.findings import Target
from tvcompat.check.fixes import fix
from tvcompat.check.release_facts import release_facts
from tvcompat.check.rules import Style
from tvcompat.shim import installed

KNOWN = release_facts()
HERE = installed.installed().release
NEWEST = catalog().newest == HERE
# A release with a detector that takes `pretrained=True` and loads nothing.
IGNORING = "0.13.1"
TAKES_WEIGHTS = installed.installed().era != "pretrained"

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

IMAGE = "import torch\nx = torch.arange(3 * 64 * 64).reshape(3, 64, 64).float() / 12288\n"

# Rule, source that sets `result`, error on the newest release (None where it still works, AssertionError where it gives
# another result), checkpoint it needs, and the result: of the old source on the old release, of the mended one on the
# newest.
CASES = [
    pytest.param(
        "TVC101",
        "from torchvision.transforms.functional_tensor import rgb_to_grayscale\nresult = rgb_to_grayscale(x).sum().item()",
        ImportError,
        None,
        1795.178466796875,
        id="module",
    ),
    pytest.param(
        "TVC101",
        "from torchvision.models.utils import load_state_dict_from_url\nresult = callable(load_state_dict_from_url)",
        ImportError,
        None,
        True,
        id="function-of-torch",
    ),
    pytest.param(
        "TVC101",
        "from PIL import Image\nfrom torchvision import transforms\n"
        "result = transforms.Scale(4)(Image.new('RGB', (9, 6))).size",
        AttributeError,
        None,
        (6, 4),
        id="class-renamed",
    ),
    pytest.param(
        "TVC101",
        "from torchvision.ops.misc import ConvTranspose2d\nresult = tuple(ConvTranspose2d(3, 1, 1).weight.shape)",
        ImportError,
        None,
        (3, 1, 1, 1),
        id="class-of-torch",
    ),
    pytest.param(
        "TVC103",
        "from PIL import Image\nfrom torchvision.transforms.functional import rotate\n"
        "result = rotate(x, 90, resample=Image.NEAREST).sum().item()",
        TypeError,
        None,
        6143.5,
        id="resample",
    ),
    pytest.param(
        "TVC103",
        "from torchvision.utils import make_grid\nresult = make_grid([x], normalize=True, range=(0, 2)).max().item()",
        TypeError,
        None,
        0.4999593198299408,
        id="range",
    ),
    pytest.param(
        "TVC201",
        "from torchvision.models import squeezenet1_1\nresult = squeezenet1_1(pretrained=True).eval()(x[None]).sum().item()",
        None,
        "SqueezeNet1_1_Weights.IMAGENET1K_V1",
        34.22212600708008,
        id="pretrained",
    ),
    pytest.param(
        "TVC201",
        "from torchvision import models\nflag = True\n"
        "result = models.squeezenet1_1(pretrained=flag).eval()(x[None]).sum().item()",
        None,
        "SqueezeNet1_1_Weights.IMAGENET1K_V1",
        34.22212600708008,
        id="pretrained-with-a-flag",
    ),
    pytest.param(
        "TVC204",
        "from torchvision.models import googlenet\n"
        "result = googlenet(pretrained=True, aux_logits=False, init_weights=True).aux1 is None",
        ValueError,
        "GoogLeNet_Weights.IMAGENET1K_V1",
        True,
        id="contradictions",
    ),
    pytest.param(
        "TVC203",
        "from torchvision.models.vgg import model_urls\nresult = model_urls['vgg16']",
        ImportError,
        None,
        next(url.value for url in catalog().enum("VGG16_Weights").entries["IMAGENET1K_V1"].urls),
        id="model_urls",
    ),
    pytest.param(
        "TVC302",
        "from torchvision.transforms import functional\ntensor = x * 455 % 17\n"
        "result = functional.resize(tensor, [5, 7])[1].sum().item()",
        AssertionError,
        None,
        333.9518127441406,
        id="antialias",
    ),
]


def loads(state, checkpoint):
    """Whether a model has the tensors of a checkpoint; the head that is not in it aside."""
    return all(bool((state[name] == value).all()) for name, value in checkpoint.items())


def alike(found, expected):
    """Whether two results are equal; numbers to five digits."""
    return found == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-5))


def run(source):
    scope = {}
    exec(compile(source, "program.py", "exec"), scope)
    return scope["result"]


def claims(code, source):
    """What the checker says of the release that is installed: severities of a rule's findings."""
    result = Result()
    question = Target(KNOWN.order.only(HERE), "0.9.0", HERE)
    Checker(question, [code], ["program.py"]).check("program.py", source.encode(), result)
    return {finding.severity for finding in result.findings}


def mended(code, source, release=HERE):
    """The source that ``fix`` makes of one for a release."""
    path, result = "program.py", Result()
    question = Target(KNOWN.order.only(release), "0.9.0", release)
    found = fix(Checker(question, None, [path]), path, source.encode(), Style(), result)
    assert code in {finding.code for finding in found.mended}
    assert not found.left
    return found.after


@pytest.mark.parametrize(("code", "source", "error", "entry", "expected"), CASES)
def test_it_is_as_the_rule_says_and_the_fix_works(code, source, error, entry, expected, put):
    source = IMAGE + source + "\n"
    if entry is not None:
        put(entry)
        model = catalog().model(entry.partition("_Weights")[0].lower())
        # An old release asks for the file under the name that it had then.
        for url in model.older:
            put(entry, url=url)
    if not TAKES_WEIGHTS:
        assert alike(run(source), expected)
        return
    said = claims(code, source)
    if NEWEST:
        assert said == ({"deprecated"} if error is None else {"behaviour"} if error is AssertionError else {"breaks"})
    if "breaks" in said:
        with pytest.raises(error):
            run(source)
    else:
        # What behaves otherwise runs, and gives something else.
        assert alike(run(source), expected) == ("behaviour" not in said)
    if said:
        assert alike(run(mended(code, source)), expected)


# Rule, source, what `fix` makes of it, error on the old release (None where it gives a wrong result), checkpoint, and the
# result: of the source on the newest release, of the mended one on both.
FOR_OLDER = [
    pytest.param(
        "TVC102",
        "from torchvision.models import get_model\nresult = get_model('squeezenet1_1').eval()(x[None]).shape[1]",
        "from tvcompat import get_model\nresult = get_model('squeezenet1_1').eval()(x[None]).shape[1]",
        ImportError,
        None,
        1000,
        id="get_model",
    ),
    pytest.param(
        "TVC202",
        "from torchvision.models import squeezenet1_1\n"
        "result = squeezenet1_1(weights='IMAGENET1K_V1').eval()(x[None]).sum().item()",
        "from torchvision.models import squeezenet1_1\nimport tvcompat\n"
        "result = tvcompat.get_model(\"squeezenet1_1\", weights='IMAGENET1K_V1').eval()(x[None]).sum().item()",
        TypeError,
        "SqueezeNet1_1_Weights.IMAGENET1K_V1",
        34.22212600708008,
        id="weights",
    ),
    pytest.param(
        "TVC402",
        "import torchvision\nresult = torchvision.__version__ < '0.13'",
        "import torchvision\n"
        'result = tuple(int(number) for number in torchvision.__version__.split(".")[:2]) < (0, 13)',
        None,
        None,
        not TAKES_WEIGHTS,
        id="version-as-text",
    ),
]


@pytest.mark.parametrize(("code", "source", "after", "error", "entry", "expected"), FOR_OLDER)
def test_what_is_too_new_fails_and_the_fix_works_on_all(code, source, after, error, entry, expected, put):
    source, after = IMAGE + source + "\n", IMAGE + after + "\n"
    if entry is not None:
        put(entry)
        for url in catalog().model(entry.partition("_Weights")[0].lower()).older:
            put(entry, url=url)
    if NEWEST:
        assert alike(run(source), expected)
        path = "program.py"
        question = Target(KNOWN.all, None, KNOWN.releases[-1])
        style = Style(tvcompat=True, unsafe=True)
        made = fix(Checker(question, None, [path]), path, source.encode(), style, Result())
        assert {finding.code for finding in made.mended} == {code}
        assert sorted(made.after.split("\n")) == sorted(after.split("\n"))
    elif error is not None and not (TAKES_WEIGHTS and code == "TVC202"):
        with pytest.raises(error):
            run(source)
    elif not TAKES_WEIGHTS:
        assert not alike(run(source), expected)
    assert alike(run(after), expected)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "if Version(torchvision.__version__) >= Version('0.13'):\n    raise RuntimeError('too new')\n", id="raise"
        ),
        pytest.param("assert int(torchvision.__version__.split('.')[1]) < 13\n", id="assert"),
        pytest.param(
            "import sys\nif tuple(map(int, torchvision.__version__.split('.')[:2])) > (0, 12):\n    sys.exit('too new')\n",
            id="exit",
        ),
    ],
)
def test_a_program_ends_on_a_release_that_it_refuses(source):
    source = f"{IMAGE}import torchvision\nfrom packaging.version import Version\n{source}result = 1\n"
    checker, result = Checker(Target(KNOWN.order.only(HERE), None, HERE), ["TVC404"], ["program.py"]), Result()
    checker.check("program.py", source.encode(), result)
    assert len(result.findings) == TAKES_WEIGHTS
    if TAKES_WEIGHTS:
        with pytest.raises((RuntimeError, AssertionError, SystemExit)):
            run(source)
    else:
        assert run(source) == 1


def test_a_name_that_is_deprecated_on_the_oldest_release():
    """``Scale`` warns there and is gone now; what to write instead gives the same on both."""
    head = "from PIL import Image\nfrom torchvision import transforms\n"
    source = head + "result = transforms.Scale(4)(Image.new('RGB', (9, 6))).size\n"
    after = source.replace("Scale", "Resize")
    assert run(after) == (6, 4)
    if not TAKES_WEIGHTS:
        with pytest.warns(UserWarning, match="deprecated"):
            assert run(source) == (6, 4)
        return
    with pytest.raises(AttributeError):
        run(source)
    question = Target(KNOWN.order.only("0.9.0"), None, "0.9.0")
    found = fix(Checker(question, None, ["a.py"]), "a.py", source.encode(), Style(unsafe=True), Result())
    assert [finding.code for finding in found.mended] == ["TVC104"]
    assert found.after == after


@pytest.mark.parametrize("mode", ["Image.BICUBIC", "3"], ids=["constant", "number"])
@pytest.mark.parametrize(
    "call",
    [
        "Resize(4, interpolation={})(image)",
        "RandomResizedCrop(4, interpolation={})(image)",
        "RandomPerspective(interpolation={})(image)",
        "functional.rotate(image, 3, interpolation={})",
        "functional.affine(image, 3, [0, 0], 1.0, [0.0], interpolation={})",
    ],
    ids=lambda call: call.partition("(")[0],
)
def test_interpolation_by_number_or_constant_is_reported_where_it_warns(call, mode):
    head = (
        "from PIL import Image\nfrom torchvision.transforms import *\nfrom torchvision.transforms import functional\n"
    )
    source = f"{head}image = Image.new('RGB', (9, 6))\nresult = {call.format(mode)}.size\n"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        size = run(source)
    warns = any("InterpolationMode" in str(warning.message) for warning in caught)
    assert claims("TVC301", source) == ({"deprecated"} if warns else set())
    # Where the core is installed alone, nothing is rewritten.
    if warns and find_spec("tokenize_rt"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert run(mended("TVC301", source)) == size


@pytest.mark.skipif(not NEWEST, reason="transforms.v2 came with 0.15")
def test_a_deprecated_name_warns_and_what_to_write_instead_gives_the_same():
    head = "from torchvision.transforms import v2\nfrom torchvision.transforms.functional import to_pil_image\n"
    before = IMAGE + head + "result = v2.ToTensor()(to_pil_image(x)).sum().item()\n"
    after = (
        IMAGE
        + head
        + ("result = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])(to_pil_image(x)).sum().item()\n")
    )
    with pytest.warns(UserWarning, match="will be removed"):
        old = run(before)
    assert run(after) == pytest.approx(old, rel=1e-6)


def test_hub_loads_the_same_model_either_way(put):
    """The branch has the newest builders, which deprecate ``pretrained=``; a tag of the old era takes nothing else."""
    import torch

    put("SqueezeNet1_1_Weights.IMAGENET1K_V1")
    for url in catalog().model("squeezenet1_1").older:
        put("SqueezeNet1_1_Weights.IMAGENET1K_V1", url=url)
    ref = "main" if NEWEST else f"v{HERE}"
    # What lies in the cache is not fetched; torchvision's own file imports the builders in the same way.
    folder = Path(torch.hub.get_dir()) / f"pytorch_vision_{ref}"
    folder.mkdir(parents=True)
    (folder / "hubconf.py").write_text('dependencies = ["torch"]\nfrom torchvision.models import squeezenet1_1\n')
    source = (
        IMAGE + f'net = torch.hub.load("pytorch/vision:{ref}", "squeezenet1_1", pretrained=True)\n'
        "result = net.eval()(x[None]).sum().item()\n"
    )
    after = source.replace("pretrained=True", 'weights="IMAGENET1K_V1"')
    if not TAKES_WEIGHTS:
        assert run(source) == pytest.approx(34.22212600708008, rel=1e-5)
        with pytest.raises(TypeError, match="weights"):
            run(after)
        return
    assert mended("TVC401", source) == after
    with pytest.warns(UserWarning, match="pretrained"):
        old = run(source)
    assert run(after) == old == pytest.approx(34.22212600708008, rel=1e-5)


@pytest.mark.skipif(not TAKES_WEIGHTS, reason="the detector came with it")
def test_a_detector_ignores_the_flag_in_one_release_and_the_fix_loads_in_both(put):
    entry = "FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1"
    wanted = put(entry)
    head = "from torchvision.models.detection import fasterrcnn_resnet50_fpn_v2\n"
    tail = "result = {name: value.clone() for name, value in net.state_dict().items()}\n"
    # The checkpoint of the backbone is asked for where the flag of the whole is ignored.
    source = head + "net = fasterrcnn_resnet50_fpn_v2(pretrained=True, weights_backbone=None)\n" + tail
    found = mended("TVC205", source, IGNORING)
    assert 'weights="COCO_V1"' in found
    assert loads(run(source), wanted) == (HERE != IGNORING)
    assert loads(run(found), wanted)
