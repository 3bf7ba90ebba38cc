"""Edits that take an argument out are exact to the token, and no comment is lost with it."""

import ast

import pytest

from .programs import fixed

HEAD = "from torchvision.models import googlenet\n"


REMOVED = {
    "on-a-line-of-its-own": (
        "googlenet(\n    pretrained=True,\n    aux_logits=False,\n    progress=False,\n)\n",
        'googlenet(\n    weights="IMAGENET1K_V1",\n    progress=False,\n)\n',
    ),
    "first-on-a-line-of-its-own": (
        "googlenet(\n    aux_logits=False,\n    pretrained=True\n)\n",
        'googlenet(\n    weights="IMAGENET1K_V1"\n)\n',
    ),
    "last-with-a-comma": (
        "googlenet(\n    pretrained=True,\n    aux_logits=False,\n)\n",
        'googlenet(\n    weights="IMAGENET1K_V1",\n)\n',
    ),
    "last-without-a-comma": (
        "googlenet(\n    pretrained=True,\n    aux_logits=False\n)\n",
        'googlenet(\n    weights="IMAGENET1K_V1"\n)\n',
    ),
    "last-before-the-bracket": (
        "googlenet(pretrained=True,\n          aux_logits=False)\n",
        'googlenet(weights="IMAGENET1K_V1")\n',
    ),
    "between-two-on-one-line": (
        "googlenet(progress=x, aux_logits=False, pretrained=True)\n",
        'googlenet(progress=x, weights="IMAGENET1K_V1")\n',
    ),
    "last-of-a-line": (
        "googlenet(progress=x, aux_logits=False,\n          pretrained=True)\n",
        'googlenet(progress=x,\n          weights="IMAGENET1K_V1")\n',
    ),
    "first-of-a-line": (
        "googlenet(progress=x,\n          aux_logits=False, pretrained=True)\n",
        'googlenet(progress=x,\n          weights="IMAGENET1K_V1")\n',
    ),
    "trailing-comma-on-one-line": (
        "googlenet(pretrained=True, aux_logits=False, )\n",
        'googlenet(weights="IMAGENET1K_V1", )\n',
    ),
    "two-neighbours": (
        "googlenet(pretrained=True, aux_logits=False, init_weights=True)\n",
        'googlenet(weights="IMAGENET1K_V1")\n',
    ),
    "two-neighbours-in-front": (
        "googlenet(aux_logits=False, init_weights=True, pretrained=True)\n",
        'googlenet(weights="IMAGENET1K_V1")\n',
    ),
    "two-apart": (
        "googlenet(aux_logits=False, progress=x, init_weights=True, pretrained=True)\n",
        'googlenet(progress=x, weights="IMAGENET1K_V1")\n',
    ),
    "in-brackets": (
        "googlenet(pretrained=True, aux_logits=(False), progress=x)\n",
        'googlenet(weights="IMAGENET1K_V1", progress=x)\n',
    ),
    "line-continuation": (
        "googlenet(pretrained=True, \\\n    aux_logits=False, \\\n    progress=x)\n",
        'googlenet(weights="IMAGENET1K_V1", \\\n    progress=x)\n',
    ),
    "comment-of-the-argument-before": (
        "googlenet(\n    pretrained=True,  # ours\n    aux_logits=False,\n)\n",
        'googlenet(\n    weights="IMAGENET1K_V1",  # ours\n)\n',
    ),
    "comment-of-the-argument-before-without-a-comma": (
        "googlenet(\n    pretrained=True,  # ours\n    aux_logits=False\n)\n",
        'googlenet(\n    weights="IMAGENET1K_V1"  # ours\n)\n',
    ),
    "comment-behind-a-comma-that-begins-its-line": (
        "googlenet(pretrained=True\n    ,  # ours\n    aux_logits=False)\n",
        'googlenet(weights="IMAGENET1K_V1"\n    ,  # ours\n    )\n',
    ),
    "comment-of-the-argument-behind": (
        "googlenet(\n    aux_logits=False,\n    # ours\n    pretrained=True,\n)\n",
        'googlenet(\n    # ours\n    weights="IMAGENET1K_V1",\n)\n',
    ),
    "comment-of-the-argument-behind-the-bracket": (
        "googlenet(aux_logits=False,\n    # ours\n    pretrained=True)\n",
        'googlenet(\n    # ours\n    weights="IMAGENET1K_V1")\n',
    ),
    "comment-behind-the-call": (
        "googlenet(pretrained=True, aux_logits=False)  # net\n",
        'googlenet(weights="IMAGENET1K_V1")  # net\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED)
def test_arguments_are_taken_out(before, after):
    assert fixed(HEAD + before) == (HEAD + after, [])
    ast.parse(after)


DESCRIBED = {
    "behind-it": "googlenet(\n    pretrained=True,\n    aux_logits=False,  # no branch\n    progress=False,\n)\n",
    "behind-the-first": "googlenet(\n    aux_logits=False,  # no branch\n    pretrained=True,\n)\n",
    "behind-the-last": "googlenet(\n    pretrained=True,\n    aux_logits=False  # no branch\n)\n",
    "behind-the-comma-of-two": "googlenet(\n    pretrained=True, aux_logits=False,  # no branch\n)\n",
    "behind-the-bracket": "googlenet(pretrained=True,\n          aux_logits=False)  # no branch\n",
    "above-it": "googlenet(\n    pretrained=True,\n    # no branch\n    aux_logits=False,\n)\n",
    "inside": "googlenet(\n    pretrained=True,\n    aux_logits=(  # no branch\n        False),\n)\n",
    "before-the-comma": "googlenet(\n    pretrained=True,\n    aux_logits=False  # no branch\n    , progress=False\n)\n",
}


@pytest.mark.parametrize("source", DESCRIBED.values(), ids=DESCRIBED)
def test_an_argument_with_a_comment_is_not_taken_out(source):
    after, left = fixed(HEAD + source)
    assert after == HEAD + source.replace("pretrained=True", 'weights="IMAGENET1K_V1"')
    assert left == ["a comment describes the argument that would be removed"]
