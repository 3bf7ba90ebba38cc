"""What the checker claims and what fix writes, run: old lines where they work and where they do not, new lines where
they are to work, with the same result. The session of the oldest Python is the old release, that of the newest the new.
"""

import sys

import pytest

from tvcompat.catalog import catalog
from tvcompat.check.engine import Checker, Result
from tvcompat.check.findings import Question
from tvcompat.check.fixes import fix
from tvcompat.check.knowledge import knowledge
from tvcompat.check.rules import Style
from tvcompat.shim import installed

KNOWN = knowledge()
HERE = installed.installed().release
NEWEST = catalog().newest == HERE

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

IMAGE = "import torch\nx = torch.arange(3 * 64 * 64).reshape(3, 64, 64).float() / 12288\n"

# Rule, source that sets `result`, error on the newest release (None where it still works), checkpoint it needs, and the
# result: of the old source on the old release, of the mended one on the newest.
CASES = [
    (
        "TVC101",
        "from torchvision.transforms.functional_tensor import rgb_to_grayscale\nresult = rgb_to_grayscale(x).sum().item()",
        ImportError,
        None,
        1795.178466796875,
    ),
    (
        "TVC101",
        "from torchvision.models.utils import load_state_dict_from_url\nresult = callable(load_state_dict_from_url)",
        ImportError,
        None,
        True,
    ),
    (
        "TVC101",
        "from PIL import Image\nfrom torchvision import transforms\n"
        "result = transforms.Scale(4)(Image.new('RGB', (9, 6))).size",
        AttributeError,
        None,
        (6, 4),
    ),
    (
        "TVC101",
        "from torchvision.ops.misc import ConvTranspose2d\nresult = tuple(ConvTranspose2d(3, 1, 1).weight.shape)",
        ImportError,
        None,
        (3, 1, 1, 1),
    ),
    (
        "TVC103",
        "from PIL import Image\nfrom torchvision.transforms.functional import rotate\n"
        "result = rotate(x, 90, resample=Image.NEAREST).sum().item()",
        TypeError,
        None,
        6143.5,
    ),
    (
        "TVC103",
        "from torchvision.utils import make_grid\nresult = make_grid([x], normalize=True, range=(0, 2)).max().item()",
        TypeError,
        None,
        0.4999593198299408,
    ),
    (
        "TVC201",
        "from torchvision.models import squeezenet1_1\nresult = squeezenet1_1(pretrained=True).eval()(x[None]).sum().item()",
        None,
        "SqueezeNet1_1_Weights.IMAGENET1K_V1",
        34.22212600708008,
    ),
    (
        "TVC201",
        "from torchvision import models\nflag = True\n"
        "result = models.squeezenet1_1(pretrained=flag).eval()(x[None]).sum().item()",
        None,
        "SqueezeNet1_1_Weights.IMAGENET1K_V1",
        34.22212600708008,
    ),
    (
        "TVC204",
        "from torchvision.models import googlenet\n"
        "result = googlenet(pretrained=True, aux_logits=False, init_weights=True).aux1 is None",
        ValueError,
        "GoogLeNet_Weights.IMAGENET1K_V1",
        True,
    ),
    (
        "TVC301",
        "from PIL import Image\nfrom torchvision.transforms import Resize\n"
        "result = Resize(4, interpolation=Image.BICUBIC)(Image.new('RGB', (9, 6))).size",
        None,
        None,
        (6, 4),
    ),
]


def run(source):
    scope = {}
    exec(compile(source, "program.py", "exec"), scope)
    return scope["result"]


def mended(code, source):
    """The source that ``fix`` makes of one."""
    path, result = "program.py", Result()
    question = Question(KNOWN.bit(KNOWN.releases[-1]), "0.9.0", KNOWN.releases[-1])
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
    if not NEWEST:
        assert run(source) == pytest.approx(expected, rel=1e-5)
        return
    if error is None:
        assert run(source) == pytest.approx(expected, rel=1e-5)
    else:
        with pytest.raises(error):
            run(source)
    if sys.version_info >= (3, 10):
        assert run(mended(code, source)) == pytest.approx(expected, rel=1e-5)
