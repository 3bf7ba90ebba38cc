"""Edits are exact to the token: comments, brackets, commas, blanks and line continuations stay as they were written."""

import ast
import json
import subprocess
import sys

import pytest

from .programs import fixed

HEAD = "from torchvision import models\nfrom torchvision.models import googlenet, resnet18, resnet50\n"

CALLS = {
    "brackets-around-a-value": (
        "resnet50(pretrained=(True))\n",
        'resnet50(weights=("IMAGENET1K_V1"))\n',
    ),
    "brackets-around-an-argument": (
        "resnet50((True))\n",
        'resnet50(weights=("IMAGENET1K_V1"))\n',
    ),
    "brackets-around-each-argument": (
        "resnet50((True), ((False)))\n",
        'resnet50(weights=("IMAGENET1K_V1"), progress=((False)))\n',
    ),
    "brackets-around-a-flag": (
        "resnet50((flag))\n",
        'resnet50(weights="IMAGENET1K_V1" if (flag) else None)\n',
    ),
    "brackets-around-the-callee": (
        "( models.resnet18 )(True)\n",
        '( models.resnet18 )(weights="IMAGENET1K_V1")\n',
    ),
    "blanks-inside-brackets": (
        "resnet50( True , progress = False )\n",
        'resnet50( weights="IMAGENET1K_V1" , progress = False )\n',
    ),
    "blanks-around-equals": (
        "resnet50(pretrained = True)\n",
        'resnet50(weights = "IMAGENET1K_V1")\n',
    ),
    "blank-before-the-bracket": (
        "resnet50 (True)\n",
        'resnet50 (weights="IMAGENET1K_V1")\n',
    ),
    "behind-unpacked-arguments": (
        "resnet50(*more, pretrained=True)\n",
        'resnet50(*more, weights="IMAGENET1K_V1")\n',
    ),
    "before-an-unpacked-dictionary": (
        "googlenet(pretrained=True, aux_logits=False, **more)\n",
        'googlenet(weights="IMAGENET1K_V1", **more)\n',
    ),
    "generator-as-the-only-argument": (
        "resnet50(x for x in y)\n",
        'resnet50(weights="IMAGENET1K_V1" if (x for x in y) else None)\n',
    ),
    "generator-by-keyword": (
        "resnet50(pretrained=(x for x in y))\n",
        'resnet50(weights="IMAGENET1K_V1" if (x for x in y) else None)\n',
    ),
    "condition-that-begins-with-a-bracket": (
        "resnet50(pretrained=(a) if b else c)\n",
        'resnet50(weights="IMAGENET1K_V1" if ((a) if b else c) else None)\n',
    ),
    "condition-in-brackets": (
        "resnet50(pretrained=(a if b else c))\n",
        'resnet50(weights="IMAGENET1K_V1" if (a if b else c) else None)\n',
    ),
    "assignment-by-position": (
        "resnet50(True, p := x)\n",
        'resnet50(weights="IMAGENET1K_V1", progress=(p := x))\n',
    ),
    "lambda-with-commas": (
        "googlenet(progress=lambda a, b: a, pretrained=True, aux_logits=False)\n",
        'googlenet(progress=lambda a, b: a, weights="IMAGENET1K_V1")\n',
    ),
    "calls-in-one-another": (
        "resnet50(True, wrap(resnet18(True), models.resnet18(pretrained=flag)))\n",
        'resnet50(weights="IMAGENET1K_V1", progress=wrap(resnet18(weights="IMAGENET1K_V1"), '
        'models.resnet18(weights="IMAGENET1K_V1" if flag else None)))\n',
    ),
    "call-in-the-flag": (
        "resnet50(pretrained=ask(resnet18(pretrained=flag)))\n",
        'resnet50(weights="IMAGENET1K_V1" if ask(resnet18(weights="IMAGENET1K_V1" if flag else None)) else None)\n',
    ),
    "operators-over-several-lines": (
        "resnet50(pretrained=a\n         or b,  # any\n         progress=False)\n",
        'resnet50(weights="IMAGENET1K_V1" if a\n         or b else None,  # any\n         progress=False)\n',
    ),
    "operand-of-a-call-over-several-lines": (
        "net = (resnet50(pretrained=True)  # first\n       + resnet18(True))  # second\n",
        'net = (resnet50(weights="IMAGENET1K_V1")  # first\n       + resnet18(weights="IMAGENET1K_V1"))  # second\n',
    ),
    "line-continuation-before-the-call": (
        "net = \\\n    resnet50(pretrained=True)\n",
        'net = \\\n    resnet50(weights="IMAGENET1K_V1")\n',
    ),
    "line-continuation-in-the-call": (
        "net = resnet50(pretrained \\\n    = \\\n    True)\n",
        'net = resnet50(weights \\\n    = \\\n    "IMAGENET1K_V1")\n',
    ),
    "line-continuation-in-the-callee": (
        "net = models. \\\n    resnet50(True)\n",
        'net = models. \\\n    resnet50(weights="IMAGENET1K_V1")\n',
    ),
    "text-over-several-lines": (
        "wrap('''\n(pretrained=True,  # no comment\n''', resnet50(pretrained=True), \"a\" \\\n  'b')\n",
        "wrap('''\n(pretrained=True,  # no comment\n''', resnet50(weights=\"IMAGENET1K_V1\"), \"a\" \\\n  'b')\n",
    ),
    "text-that-is-the-value": (
        "resnet50(pretrained='''\nyes''')\n",
        'resnet50(weights="IMAGENET1K_V1")\n',
    ),
    "f-string-beside-it": (
        "wrap(f'{a!r:>{width}} {{', resnet50(pretrained=True), f'{b}')  # né\n",
        "wrap(f'{a!r:>{width}} {{', resnet50(weights=\"IMAGENET1K_V1\"), f'{b}')  # né\n",
    ),
    "f-string-as-the-flag": (
        "resnet50(pretrained=f'{a}' == \"b\")\n",
        'resnet50(weights="IMAGENET1K_V1" if f\'{a}\' == "b" else None)\n',
    ),
    "letters-of-several-bytes": (
        "é = 'ñ𝕏'; ü = wrap('日本', resnet50(pretrained=größe), '語')  # né\n",
        "é = 'ñ𝕏'; ü = wrap('日本', resnet50(weights=\"IMAGENET1K_V1\" if größe else None), '語')  # né\n",
    ),
    "semicolons": (
        "a = resnet50(True); b = resnet18(pretrained=True);\n",
        'a = resnet50(weights="IMAGENET1K_V1"); b = resnet18(weights="IMAGENET1K_V1");\n',
    ),
    "tabs": (
        "if x:\n\tnet = resnet50(\tTrue,\n\t\t\tprogress=False)\t# net\n",
        'if x:\n\tnet = resnet50(\tweights="IMAGENET1K_V1",\n\t\t\tprogress=False)\t# net\n',
    ),
    "form-feed": (
        "x = 1\n\f\nresnet50(pretrained=True)\n\fresnet18(True)\n",
        'x = 1\n\f\nresnet50(weights="IMAGENET1K_V1")\n\fresnet18(weights="IMAGENET1K_V1")\n',
    ),
    "decorator": (
        "@wrap(resnet50(True))  # net\ndef f(): pass\n",
        '@wrap(resnet50(weights="IMAGENET1K_V1"))  # net\ndef f(): pass\n',
    ),
    "last-line-without-an-end": ("resnet50((True))", 'resnet50(weights=("IMAGENET1K_V1"))'),
    "comment-in-the-value": (
        "resnet18(\n    pretrained=(  # a or b\n        a or b\n    ),\n)\n",
        'resnet18(\n    weights="IMAGENET1K_V1" if (  # a or b\n        a or b\n    ) else None,\n)\n',
    ),
    "comment-beside-the-value": (
        "resnet18(\n    pretrained=(  # ours\n        True  # yes\n    ),\n)\n",
        'resnet18(\n    weights=(  # ours\n        "IMAGENET1K_V1"  # yes\n    ),\n)\n',
    ),
    "comment-behind-the-call": ("resnet18(pretrained=True)  # net\n", 'resnet18(weights="IMAGENET1K_V1")  # net\n'),
    "comment-behind-an-argument": (
        "resnet18(\n    pretrained=True,  # net\n)\n",
        'resnet18(\n    weights="IMAGENET1K_V1",  # net\n)\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), CALLS.values(), ids=CALLS)
def test_calls(before, after):
    assert fixed(HEAD + before) == (HEAD + after, [])
    ast.parse(after)


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["crlf", "cr"])
@pytest.mark.parametrize(("before", "after"), CALLS.values(), ids=CALLS)
def test_calls_with_other_line_ends(before, after, end):
    made, _ = fixed((HEAD + before).replace("\n", end).encode())
    assert made == (HEAD + after).replace("\n", end).encode()


ADDED = {
    "one-line": ("F.resize(tensor, (3))\n", "F.resize(tensor, (3), antialias=False)\n"),
    "trailing-comma": ("F.resize(tensor, 3, )\n", "F.resize(tensor, 3, antialias=False, )\n"),
    "unpacked": ("F.resize(tensor, *size, **more)\n", "F.resize(tensor, *size, **more)\n"),
    "a-line-each": (
        "F.resize(\n    tensor,  # image\n    [3, 4],  # size\n)  # end\n",
        "F.resize(\n    tensor,  # image\n    [3, 4],  # size\n    antialias=False,\n)  # end\n",
    ),
    "a-line-each-without-a-comma": (
        "F.resize(\n    tensor,\n    [3, 4]  # size\n)\n",
        "F.resize(\n    tensor,\n    [3, 4],  # size\n    antialias=False\n)\n",
    ),
    "a-line-each-before-the-bracket": (
        "F.resize(tensor,\n         [3, 4])  # end\n",
        "F.resize(tensor,\n         [3, 4],\n         antialias=False)  # end\n",
    ),
    "all-on-the-second-line": (
        "F.resize(\n    tensor, [3, 4]  # size\n)\n",
        "F.resize(\n    tensor, [3, 4], antialias=False  # size\n)\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_arguments_are_added(before, after):
    head = "import torch\nimport torchvision.transforms.functional as F\ntensor = torch.rand(3, 8, 8)\n"
    assert fixed(head + before) == (head + after, [])


CALLEES = {
    "one-line": ("resnet50(pretrained=True)\n", 'tvcompat.get_model("resnet50", weights="IMAGENET1K_V1")\n'),
    "blank": ("resnet50( True )\n", 'tvcompat.get_model("resnet50", weights="IMAGENET1K_V1" )\n'),
    "by-position": (
        "resnet50(flag, x)\n",
        'tvcompat.get_model("resnet50", weights="IMAGENET1K_V1" if flag else None, progress=x)\n',
    ),
    "in-brackets": ("( models.resnet50 ) (True)\n", '( tvcompat.get_model ) ("resnet50", weights="IMAGENET1K_V1")\n'),
    "a-line-each": (
        "resnet50(\n    pretrained=True,\n)\n",
        'tvcompat.get_model(\n    "resnet50",\n    weights="IMAGENET1K_V1",\n)\n',
    ),
    "a-line-each-with-comments": (
        "resnet50(  # net\n    # ours\n    flag,\n)\n",
        'tvcompat.get_model(  # net\n    "resnet50",\n    # ours\n    weights="IMAGENET1K_V1" if flag else None,\n)\n',
    ),
    "not-indented": (
        "resnet50(\nTrue)\n",
        'tvcompat.get_model(\n"resnet50",\nweights="IMAGENET1K_V1")\n',
    ),
    "with-an-argument-that-goes": (
        "googlenet(aux_logits=False, pretrained=True)\n",
        'tvcompat.get_model("googlenet", weights="IMAGENET1K_V1")\n',
    ),
    "with-a-line-that-goes": (
        "googlenet(\n    aux_logits=False,\n    pretrained=True,\n)\n",
        'tvcompat.get_model(\n    "googlenet",\n    weights="IMAGENET1K_V1",\n)\n',
    ),
    "in-one-another": (
        "resnet50(True, models.resnet18(True))\n",
        'tvcompat.get_model("resnet50", weights="IMAGENET1K_V1", '
        'progress=tvcompat.get_model("resnet18", weights="IMAGENET1K_V1"))\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), CALLEES.values(), ids=CALLEES)
def test_something_else_is_called(before, after):
    assert fixed(HEAD + before, tvcompat=True) == (HEAD + "import tvcompat\n" + after, [])
    ast.parse(after)


def test_a_callee_with_a_comment_is_left():
    source = HEAD + "(models  # all\n .resnet50)(True)\n"
    assert fixed(source, tvcompat=True) == (source, ["a comment is in the way"])
    assert fixed(source)[0] == source.replace("True", 'weights="IMAGENET1K_V1"')


F_STRINGS = {
    "call": "x = f'{resnet50(pretrained=True)}'\n",
    "call-in-many-lines": "x = f'''a\n {resnet50(pretrained=True)}'''\n",
    "call-in-a-format": "x = f'{a:{resnet50(True)}}'\n",
}


@pytest.mark.parametrize("source", F_STRINGS.values(), ids=F_STRINGS)
def test_nothing_is_written_into_f_strings(source):
    # Before Python 3.12 the quotes of the string could not be used in it, and its parts have no places.
    source = HEAD + source + "net = resnet18(pretrained=True)\n"
    after, left = fixed(source)
    assert after == source.replace("resnet18(pretrained=True)", 'resnet18(weights="IMAGENET1K_V1")')
    assert left == ["it is inside an f-string"]


def test_what_does_not_touch_is_fixed_in_one_go():
    head = "from PIL import Image\nfrom torchvision.transforms import RandomAffine\n"
    call = "RandomAffine(\n    9,\n    resample = Image.BILINEAR,  # mode\n    fillcolor=(0),  # black\n)\n"
    after, left = fixed(head + call)
    assert left == []
    assert after == head + "from torchvision.transforms import InterpolationMode\n" + call.replace(
        "resample = Image.BILINEAR", "interpolation = InterpolationMode.BILINEAR"
    ).replace("fillcolor", "fill")


def test_cells_of_a_notebook():
    cells = [
        "%matplotlib inline\nfrom torchvision.transforms import (\n    Pad,\n    Scale,  # why\n)\n!ls",
        "from torchvision.models import googlenet\n%time net = googlenet(pretrained = True,  # net\n    aux_logits=False)\nnet?",
    ]
    document = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell} for cell in cells
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    after, left = fixed(json.dumps(document, indent=1), path="n.ipynb")
    assert left == []
    assert [cell["source"] for cell in json.loads(after)["cells"]] == [
        "%matplotlib inline\nfrom torchvision.transforms import (\n    Pad,\n)\n"
        "from torchvision.transforms import Resize as Scale  # why\n!ls",
        'from torchvision.models import googlenet\n%time net = googlenet(weights = "IMAGENET1K_V1"  # net\n    )\nnet?',
    ]


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [(["check"], False), (["range"], False), (["fix", "--select", "TVC999", "clean.py"], False), (["fix", "--diff"], True)],
    ids=["check", "range", "fix-of-nothing", "fix"],
)  # fmt: skip
def test_only_what_fixes_takes_sources_apart(tmp_path, arguments, loaded):
    (tmp_path / "a.py").write_text("from torchvision.models import resnet18\nresnet18(pretrained=True)\n")
    (tmp_path / "clean.py").write_text("import torchvision\n")
    paths = [] if "clean.py" in arguments else ["a.py"]
    arguments = [each for each in arguments if each not in ("--select", "TVC999")]
    code = (
        "import sys; from tvcompat.cli import main; main(sys.argv[1:]); "
        "print('loaded' if 'tokenize_rt' in sys.modules else 'not loaded')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, *paths], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.endswith("loaded\n")
    assert done.stdout.endswith("not loaded\n") == (not loaded)
