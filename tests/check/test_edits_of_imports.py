"""Edits of imports are exact to the token: each name goes to its module with the comment that belongs to it."""

import ast

import pytest

from .conftest import between
from .programs import fixed

OLD = "torchvision.transforms.functional_tensor"


NEW = "torchvision.transforms.functional"


TRANSFORMS = "torchvision.transforms"


IMPORTS = {
    "all-to-one-module": (
        f"from {OLD} import (  # all\n    hflip,  # flips\n    # crops\n    crop as c,\n)  # noqa: F401\n",
        f"from {NEW} import (  # all\n    hflip,  # flips\n    # crops\n    crop as c,\n)  # noqa: F401\n",
    ),
    "another-name": (
        f"from {TRANSFORMS} import Scale  # scales\n",
        f"from {TRANSFORMS} import Resize as Scale  # scales\n",
    ),
    "another-name-that-it-has-already": (
        f"from {TRANSFORMS} import Scale as Resize\n",
        f"from {TRANSFORMS} import Resize\n",
    ),
    "another-name-bound-otherwise": (
        f"from {TRANSFORMS} import (Scale as  # scales\n    S)\n",
        f"from {TRANSFORMS} import (Resize as  # scales\n    S)\n",
    ),
    "first-of-two": (
        "from torchvision.ops.misc import BatchNorm2d, FrozenBatchNorm2d  # noqa: F401\n",
        "from torchvision.ops.misc import FrozenBatchNorm2d  # noqa: F401\nfrom torch.nn import BatchNorm2d\n",
    ),
    "first-with-its-comment": (
        f"from {TRANSFORMS} import (Scale,  # why\n    Normalize)\n",
        f"from {TRANSFORMS} import (Normalize)\nfrom {TRANSFORMS} import Resize as Scale  # why\n",
    ),
    "second-beside-a-comment": (
        f"from {TRANSFORMS} import (Normalize,  # why\n    Scale)\n",
        f"from {TRANSFORMS} import (Normalize  # why\n    )\nfrom {TRANSFORMS} import Resize as Scale\n",
    ),
    "one-of-a-line": (
        f"from {TRANSFORMS} import (\n    Normalize, Scale,  # both\n    Pad,\n)\n",
        f"from {TRANSFORMS} import (\n    Normalize,  # both\n    Pad,\n)\nfrom {TRANSFORMS} import Resize as Scale\n",
    ),
    "a-line-with-its-comments": (
        f"from {TRANSFORMS} import (\n    Normalize,\n    # scales\n    # much\n    Scale,  # why\n    # pads\n    Pad,\n)  # end\n",
        f"from {TRANSFORMS} import (\n    Normalize,\n    # pads\n    Pad,\n)  # end\n"
        f"# scales\n# much\nfrom {TRANSFORMS} import Resize as Scale  # why\n",
    ),
    "different-modules": (
        "from torchvision.ops.misc import ConvTranspose2d, BatchNorm2d, FrozenBatchNorm2d\n",
        "from torchvision.ops.misc import FrozenBatchNorm2d\nfrom torch.nn import ConvTranspose2d, BatchNorm2d\n",
    ),
    "different-modules-with-comments": (
        "from torchvision.ops.misc import (\n    ConvTranspose2d,  # a\n    FrozenBatchNorm2d,  # b\n    BatchNorm2d,\n)\n",
        "from torchvision.ops.misc import (\n    FrozenBatchNorm2d,  # b\n)\n"
        "from torch.nn import (\n    ConvTranspose2d,  # a\n    BatchNorm2d,\n)\n",
    ),
    "line-continuation": (
        "from torchvision.ops.misc import ConvTranspose2d, \\\n    FrozenBatchNorm2d, \\\n    BatchNorm2d\n",
        "from torchvision.ops.misc import FrozenBatchNorm2d\nfrom torch.nn import ConvTranspose2d, BatchNorm2d\n",
    ),
    "line-continuation-between": (
        "from torchvision.ops.misc \\\n    import FrozenBatchNorm2d, \\\n    BatchNorm2d, \\\n    FrozenBatchNorm2d as F\n",
        "from torchvision.ops.misc \\\n    import FrozenBatchNorm2d, \\\n    FrozenBatchNorm2d as F\nfrom torch.nn import BatchNorm2d\n",
    ),
    "indented": (
        f"def f():\n    from {TRANSFORMS} import Pad, Scale  # noqa: F401\n    return Scale\n",
        f"def f():\n    from {TRANSFORMS} import Pad  # noqa: F401\n    from {TRANSFORMS} import Resize as Scale\n    return Scale\n",
    ),
    "semicolon": (
        f"import os; from {TRANSFORMS} import Scale, Pad; x = 1  # one\n",
        f"import os; from {TRANSFORMS} import Pad; from {TRANSFORMS} import Resize as Scale; x = 1  # one\n",
    ),
    "last-line-without-an-end": (
        f"import os\nfrom {TRANSFORMS} import Pad, Scale",
        f"import os\nfrom {TRANSFORMS} import Pad\nfrom {TRANSFORMS} import Resize as Scale",
    ),
    "whole-modules": (
        "import torchvision.datapoints, os  # noqa: F401\nx = torchvision.datapoints.Image\n",
        "import torchvision.tv_tensors, os  # noqa: F401\nx = torchvision.tv_tensors.Image\n",
    ),
    "addresses-beside-comments": (
        "from torchvision.models.vgg import (\n    VGG,  # net\n    model_urls,\n)\nx = (model_urls  [ 'vgg11' ])  # file\n",
        "from torchvision.models.vgg import (\n    VGG,  # net\n)\nfrom torchvision.models import VGG11_Weights\n"
        "x = (VGG11_Weights.IMAGENET1K_V1.url)  # file\n",
    ),
    "addresses-instead": (
        "from torchvision.models.vgg import model_urls  # urls\nx = model_urls['vgg11'], model_urls['vgg13']\n",
        "from torchvision.models import VGG11_Weights  # urls\nfrom torchvision.models import VGG13_Weights\n"
        "x = VGG11_Weights.IMAGENET1K_V1.url, VGG13_Weights.IMAGENET1K_V1.url\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), IMPORTS.values(), ids=IMPORTS)
def test_names_go_where_they_belong(before, after):
    assert fixed(before) == (after, [])
    ast.parse(after)


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["crlf", "cr"])
@pytest.mark.parametrize(("before", "after"), IMPORTS.values(), ids=IMPORTS)
def test_names_go_where_they_belong_with_other_line_ends(before, after, end):
    assert fixed(before.replace("\n", end).encode())[0] == after.replace("\n", end).encode()


LEFT = {
    "several-names": (
        f"from {TRANSFORMS} import (\n    # sizes\n    Scale,\n    Pad,\n)\n",
        "a comment describes several names, which are in different modules now",
    ),
    "a-name-without-a-successor": (
        "from torchvision.models.vgg import (\n    VGG,\n    model_urls,  # urls\n)\nx = model_urls['vgg11']\n",
        "a comment describes the name that would be removed",
    ),
    "no-line-for-it": (
        f"from {TRANSFORMS} import (Scale,  # why\n    Pad); x = 1\n",
        "a comment is in the way",
    ),
    "in-the-name": (
        f"from {TRANSFORMS} import (Pad, Scale as  # why\n    S)\n",
        "a comment is in the way",
    ),
}


@pytest.mark.parametrize(("source", "reason"), LEFT.values(), ids=LEFT)
def test_imports_that_are_left(source, reason):
    assert fixed(source) == (source, [reason])


def test_one_comment_does_not_keep_the_other_names():
    before = f"from {TRANSFORMS}.functional_pil import (crop, model as  # why\n    m, resize)\n"
    source = "from torchvision.models.vgg import (\n    model_urls,  # urls\n)\n" + before
    assert fixed(source)[0].startswith(source.split("\n")[0])
    before = f"from {TRANSFORMS} import (\n    Scale,\n    RandomSizedCrop as  # why\n        R,\n    Pad,\n)\n"
    after, left = fixed(before)
    assert left == ["a comment is in the way"]
    assert after == before.replace("    Scale,\n", "") + f"from {TRANSFORMS} import Resize as Scale\n"


def test_a_name_that_may_not_move_stays_where_it_is():
    source = f"from {OLD} import hflip, resize\n"
    after, left = fixed(source)
    assert after == f"from {OLD} import resize\nfrom {NEW} import hflip\n"
    assert left == ["may change behaviour; --unsafe does it"]
    assert fixed(source, unsafe=True) == (f"from {NEW} import hflip, resize\n", [])


def test_names_for_all_releases_keep_their_comments():
    before = "from torchvision.models import (\n    get_model,  # builds\n    resnet18,\n    list_models,  # lists\n)\n"
    assert fixed(before, question=between("0.9.0"), tvcompat=True) == (
        "from torchvision.models import (\n    resnet18,\n)\n"
        "from tvcompat import (\n    get_model,  # builds\n    list_models,  # lists\n)\n",
        [],
    )


def test_attributes_keep_what_stands_between():
    head = "from torchvision import transforms\n"
    assert fixed(head + "x = (transforms  # all\n     .Scale(3))\n") == (
        head + "x = (transforms  # all\n     .Resize(3))\n",
        [],
    )
    # All of it is written anew here.
    source = head + "x = (transforms  # all\n     .functional_tensor.hflip)\n"
    assert fixed(source) == (source, ["a comment is in the way"])
