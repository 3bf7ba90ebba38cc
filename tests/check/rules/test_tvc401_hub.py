"""TVC401: ``torch.hub.load("pytorch/vision", ..., pretrained=True)``."""

import pytest

from ..programs import check_kept, check_reported, check_rewritten, check_silent

REPORTED = {
    "keyword": """
        import torch
        torch.hub.load('pytorch/vision', 'resnet18', pretrained=True)
                                                     ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
    "by-position": """
        import torch
        torch.hub.load('pytorch/vision', 'resnet18', True)
                                                     ^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
    "all-by-keyword": """
        import torch
        torch.hub.load(repo_or_dir='pytorch/vision', model='resnet18', pretrained=True)
                                                                       ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
    "module-as": """
        import torch.hub as h
        def f():
            h.load('pytorch/vision', 'resnet18', pretrained=True)
                                                 ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
    "module-from-torch": """
        from torch import hub
        def f():
            hub.load('pytorch/vision', 'resnet18', pretrained=True)
                                                   ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
    "function": """
        from torch.hub import load
        def f():
            return load('pytorch/vision', 'resnet18', pretrained=True)
                                                      ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
    "flag": """
        import torch
        torch.hub.load('pytorch/vision', 'resnet18', pretrained=flag)
                                                     ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1" if flag else None
    """,
    "model-chosen-at-run-time": """
        import torch
        torch.hub.load('pytorch/vision', arch, pretrained=flag)
                                               ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights= with the name of an entry, mostly "IMAGENET1K_V1"
    """,
    "model-chosen-at-run-time-without-weights": """
        import torch
        torch.hub.load('pytorch/vision', arch, pretrained=False)
                                               ^^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights=None
    """,
    "another-model": """
        import torch
        torch.hub.load('pytorch/vision', 'resnet50', pretrained=True)
                                                     ^^^^^^^^^^^^^^^ TVC401 [deprecated in 0.13.0] pytorch/vision has torchvision's own builders, where pretrained= is deprecated since 0.13 => weights="IMAGENET1K_V1"
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_pretrained_in_a_call_of_the_hub_is_reported(program):
    check_reported(program)


NOT_REPORTED = {
    "tag-before-weights": """
        import torch
        torch.hub.load('pytorch/vision:v0.10.0', 'resnet18', pretrained=True)
    """,
    "another-repository": """
        import torch
        torch.hub.load('facebookresearch/dino', 'resnet18', pretrained=True)
    """,
    "entry-by-position": """
        import torch
        torch.hub.load('pytorch/vision', 'resnet18', 'IMAGENET1K_V1')
    """,
    "tag-before-weights-by-position": """
        import torch
        torch.hub.load('pytorch/vision:v0.10.0', 'resnet18', True)
    """,
    "another-model-by-position": """
        import torch
        torch.hub.load('pytorch/vision', 'mine', True)
    """,
}


@pytest.mark.parametrize("program", NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_what_needs_no_weights_is_not_reported(program):
    check_silent(program)


REWRITTEN = {
    "conditional-expression": """
        import torch
        torch.hub.load('pytorch/vision', 'vgg11', pretrained=a if b else c)
        =>
        import torch
        torch.hub.load('pytorch/vision', 'vgg11', weights="IMAGENET1K_V1" if (a if b else c) else None)
    """,
    "by-position": """
        import torch
        torch.hub.load('pytorch/vision', 'vgg11', True)
        =>
        import torch
        torch.hub.load('pytorch/vision', 'vgg11', weights="IMAGENET1K_V1")
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_weights_is_written_for_a_model_that_is_named(program):
    check_rewritten(program)


def test_a_model_chosen_at_run_time_is_left():
    program = """
        import torch
        torch.hub.load('pytorch/vision', arch, pretrained=flag)
        => left: may change behaviour; --unsafe does it
    """
    check_kept(program)


def test_a_model_chosen_at_run_time_is_written_with_unsafe():
    program = """
        import torch
        torch.hub.load('pytorch/vision', arch, pretrained=flag)
        =>
        import torch
        torch.hub.load('pytorch/vision', arch, weights="IMAGENET1K_V1" if flag else None)
    """
    check_rewritten(program, unsafe=True)
