"""TVC204: arguments that contradict the checkpoint."""

import pytest

from ..programs import check_kept, check_reported, check_rewritten, check_silent, fixed

CONTRADICTIONS = {
    "auxiliary-branch-and-initialization": """
        from torchvision.models import inception_v3
        inception_v3(weights='DEFAULT', aux_logits=False, init_weights=True)
                                        ^^^^^^^^^^^^^^^^ TVC204 [breaks in 0.13.0] aux_logits=False beside a checkpoint is a ValueError since torchvision 0.13
                                                          ^^^^^^^^^^^^^^^^^ TVC204 [breaks in 0.13.0] init_weights=True beside a checkpoint is a ValueError since torchvision 0.13
    """,
    "number-of-classes": """
        from torchvision.models import resnet50
        resnet50(weights='DEFAULT', num_classes=3)
                                    ^^^^^^^^^^^^^ TVC204 [breaks in 0.29.2] num_classes=3 contradicts the checkpoint, which has 1000 classes, in every release
    """,
}


@pytest.mark.parametrize("program", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_arguments_that_contradict_a_checkpoint_are_reported(program):
    check_reported(program)


FLAGS = {
    "attribute-as-flag": """
        from torchvision.models import inception_v3
        inception_v3(pretrained=args.pretrained, aux_logits=False)
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC201
                                                 ^^^^^^^^^^^^^^^^ TVC204
    """,
    "flag": """
        from torchvision.models import inception_v3
        inception_v3(pretrained=flag, aux_logits=False)
                     ^^^^^^^^^^^^^^^ TVC201
                                      ^^^^^^^^^^^^^^^^ TVC204
    """,
    "flag-called-pretrained-by-position": """
        from torchvision.models import inception_v3
        inception_v3(pretrained, aux_logits=False)
                     ^^^^^^^^^^ TVC201
                                 ^^^^^^^^^^^^^^^^ TVC204
    """,
    "weights-if-flag": """
        from torchvision.models import inception_v3
        inception_v3(weights='DEFAULT' if flag else None, aux_logits=False)
                                                          ^^^^^^^^^^^^^^^^ TVC204
    """,
    "true": """
        from torchvision.models import inception_v3
        inception_v3(pretrained=True, aux_logits=False)
                     ^^^^^^^^^^^^^^^ TVC201
                                      ^^^^^^^^^^^^^^^^ TVC204
    """,
    "enum": """
        from torchvision.models import inception_v3, Inception_V3_Weights
        inception_v3(weights=Inception_V3_Weights.DEFAULT, aux_logits=False)
                                                           ^^^^^^^^^^^^^^^^ TVC204
    """,
}


@pytest.mark.parametrize("program", FLAGS.values(), ids=FLAGS)
def test_arguments_that_contradict_a_checkpoint_that_a_flag_asks_for(program):
    check_reported(program)


def test_a_number_of_classes_beside_a_flag_is_the_authors_own_choice():
    program = """
        from torchvision.models import resnet50
        resnet50(pretrained=flag, num_classes=3)
                 ^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1" if flag else None
    """
    check_reported(program)


PRETRAINED_OFF = {
    "pretrained-off": """
        from torchvision.models import inception_v3
        inception_v3(pretrained=False, aux_logits=False)
                     ^^^^^^^^^^^^^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights=None
    """,
    "flag-by-position": """
        from torchvision.models import inception_v3
        inception_v3(flag, aux_logits=False)
                     ^^^^ TVC201 [deprecated in 0.13.0] pretrained= is deprecated since torchvision 0.13 => weights="IMAGENET1K_V1" if flag else None
    """,
}


@pytest.mark.parametrize("program", PRETRAINED_OFF.values(), ids=PRETRAINED_OFF)
def test_what_asks_for_no_checkpoint_surely_or_possibly_is_only_deprecated(program):
    check_reported(program)


WEIGHTS_OFF = {
    "weights-off": """
        from torchvision.models import inception_v3
        inception_v3(weights=None, aux_logits=False)
    """,
    "weights-off-either-way": """
        from torchvision.models import inception_v3
        inception_v3(weights=None if flag else None, aux_logits=False)
    """,
    "nothing-given": """
        from torchvision.models import inception_v3
        inception_v3(aux_logits=False)
    """,
    "weights-off-and-a-number-of-classes": """
        from torchvision.models import inception_v3
        inception_v3(weights=None, aux_logits=False, num_classes=3)
    """,
}


@pytest.mark.parametrize("program", WEIGHTS_OFF.values(), ids=WEIGHTS_OFF)
def test_without_weights_nothing_is_reported(program):
    check_silent(program)


def test_what_the_checkpoint_decides_is_taken_away():
    program = """
        from torchvision.models import inception_v3
        inception_v3(init_weights=True, weights='DEFAULT')
        =>
        from torchvision.models import inception_v3
        inception_v3(weights='DEFAULT')
    """
    check_rewritten(program)


LEFT = {
    "auxiliary-branch": """
        from torchvision.models import inception_v3
        inception_v3(weights='DEFAULT', aux_logits=False)
        => left: removed after loading
    """,
    "number-of-classes": """
        from torchvision.models import resnet50
        resnet50(weights='DEFAULT', num_classes=3)
        => left: by hand
    """,
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_is_left_says_why(program):
    check_kept(program)


def test_an_argument_is_not_removed_where_a_checkpoint_may_not_be_loaded():
    source = "from torchvision.models import googlenet\ngooglenet(pretrained=flag, aux_logits=False)\n"
    after, left = fixed(source)
    assert "aux_logits=False" in after
    assert left == ["whether a checkpoint is loaded is only known at run time"]
