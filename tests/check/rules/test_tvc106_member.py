"""TVC106: members that a class of torchvision does not have. ``test_overriding.py`` has the programs that were run."""

import pytest

from ..conftest import as_json, between, upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent, fixed

REPORTED = {
    "of-an-instance": """
        from torchvision.transforms import RandomRotation
        rotation = RandomRotation(10)
        print(rotation.resample)
              ^^^^^^^^^^^^^^^^^ TVC106 [breaks in 0.14.0] RandomRotation.resample is gone since torchvision 0.14.0 (last in 0.13.1). Its new name is interpolation. => use interpolation
    """,
    "of-a-call": """
        from torchvision import transforms
        transforms.RandomAffine(10).fillcolor
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC106 [breaks in 0.14.0] Its new name is fill.
    """,
    "a-method": """
        from torchvision.datasets import ImageFolder
        images = ImageFolder("images")
        images._find_classes("images")
        ^^^^^^^^^^^^^^^^^^^^ TVC106 [breaks in 0.10.0] => use find_classes
    """,
    "of-the-class": """
        from torchvision.datasets import ImageFolder
        find = ImageFolder._find_classes
               ^^^^^^^^^^^^^^^^^^^^^^^^^ TVC106
    """,
    "on-self": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def names(self):
                return self._find_classes(self.root)[0]
                       ^^^^^^^^^^^^^^^^^^ TVC106 ImageFolder._find_classes is gone
    """,
    "on-super": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def names(self):
                return super()._find_classes(self.root)[0]
                       ^^^^^^^^^^^^^^^^^^^^^ TVC106
    """,
    "through-an-attribute": """
        from torchvision.models.detection.rpn import AnchorGenerator
        class Net:
            def __init__(self):
                self.anchors = AnchorGenerator()
            def clear(self):
                self.anchors._cache.clear()
                ^^^^^^^^^^^^^^^^^^^ TVC106
    """,
    "in-a-function-that-names-nothing-else": """
        from torchvision.transforms import RandomRotation
        rotation = RandomRotation(10)
        def describe():
            return rotation.resample
                   ^^^^^^^^^^^^^^^^^ TVC106
    """,
    "by-a-text": """
        from torchvision.transforms import RandomRotation
        rotation = RandomRotation(10)
        getattr(rotation, "resample")
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC106
    """,
    "returned-by-a-function": """
        from torchvision.transforms import RandomRotation
        def make():
            return RandomRotation(10)
        make().resample
        ^^^^^^^^^^^^^^^ TVC106
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_a_member_that_is_gone_is_reported(program):
    check_reported(program)


NEW = {
    "of-an-instance": """
        from torchvision.transforms import Resize
        Resize(8).max_size
        ^^^^^^^^^^^^^^^^^^ TVC106 [breaks in 0.9.0] Resize.max_size exists since torchvision 0.10.0.
    """,
    "of-an-enum": """
        from torchvision.transforms import InterpolationMode
        mode = InterpolationMode.NEAREST_EXACT.value
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC106 InterpolationMode.NEAREST_EXACT exists since torchvision 0.15.1.
    """,
    "a-hook-of-another-name": """
        from torchvision.datasets import ImageFolder
        images = ImageFolder("images")
        images.find_classes("images")
        ^^^^^^^^^^^^^^^^^^^ TVC106 exists since torchvision 0.10.0. Before, its name was _find_classes.
    """,
}


@pytest.mark.parametrize("program", NEW.values(), ids=NEW)
def test_a_member_that_came_later_is_reported_for_older_releases(program):
    check_reported(program, between("0.9.0"))


SILENT = {
    "a-member-that-stays": """
        from torchvision.transforms import RandomRotation
        RandomRotation(10).degrees
    """,
    "one-that-never-was": """
        from torchvision.transforms import RandomRotation
        RandomRotation(10).whatever
    """,
    "assigned": """
        from torchvision.transforms import RandomRotation
        rotation = RandomRotation(10)
        rotation.resample = 2
        rotation.resample
    """,
    "set": """
        from torchvision.transforms import RandomRotation
        rotation = RandomRotation(10)
        setattr(rotation, "resample", 2)
        rotation.resample
    """,
    "asked-for": """
        from torchvision.transforms import RandomRotation
        rotation = RandomRotation(10)
        if hasattr(rotation, "resample"):
            rotation.resample
    """,
    "with-a-default": """
        from torchvision.transforms import RandomRotation
        getattr(RandomRotation(10), "resample", None)
    """,
    "caught": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def names(self):
                try:
                    return self._find_classes(self.root)[0]
                except AttributeError:
                    return self.find_classes(self.root)[0]
    """,
    "one-of-two-classes": """
        from torchvision.transforms import RandomRotation
        from mine import Rotation
        rotation = RandomRotation(10) if fast else Rotation(10)
        rotation.resample
    """,
    "bound-again": """
        from torchvision.transforms import RandomRotation
        from mine import changed
        rotation = RandomRotation(10)
        rotation = changed(rotation)
        rotation.resample
    """,
    "a-parameter": """
        from torchvision.transforms import RandomRotation
        def describe(rotation):
            return RandomRotation, rotation.resample
    """,
    "defined-by-the-class": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def __init__(self, root):
                self.classes, _ = self._find_classes(root)
                super().__init__(root)
            def _find_classes(self, dir):
                return [], {}
    """,
    "assigned-in-another-method": """
        from torchvision.transforms import RandomRotation
        class Mine(RandomRotation):
            def describe(self):
                return self.resample
            def setup(self):
                self.resample = 2
    """,
    "defined-by-a-subclass": """
        from torchvision.datasets import ImageFolder
        class Base(ImageFolder):
            def names(self):
                return self._find_classes(self.root)[0]
        class Mine(Base):
            def _find_classes(self, dir):  # tvcompat: ignore
                return [], {}
    """,
    "given-on-request": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def __getattr__(self, name):
                return None
            def names(self):
                return self._find_classes(self.root)
    """,
    "a-base-that-is-unknown": """
        from torchvision.datasets import ImageFolder
        from mine import Named
        class Mine(ImageFolder, Named):
            def names(self):
                return self._find_classes(self.root)
    """,
    "of-a-method-that-is-not-called": """
        from torchvision.transforms import v2
        class Twice(v2.RandomRotation):
            def transform(self, inpt, params):
                return super().transform(inpt, params)
            def _transform(self, inpt, params):
                return super()._transform(inpt, params)
    """,
    "a-base-for-subclasses": """
        from torchvision.transforms import v2
        class Base(v2.Transform):
            def transform(self, inpt, params):
                return self._transform(inpt, params)
    """,
    "of-torch": """
        from torchvision.models.detection.retinanet import RetinaNetClassificationHead
        class Head(RetinaNetClassificationHead):
            def load(self, *args):
                self._load_from_state_dict(*args)
                return self.training, self._version
    """,
    "data-of-weights": """
        from torchvision.models import ResNet18_Weights
        ResNet18_Weights.DEFAULT.meta
        ResNet18_Weights.DEFAULT.transforms()
    """,
}


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_nothing_is_said_where_it_is_there_or_may_be(program):
    check_silent(program)


def test_data_of_weights_were_there_from_the_beginning():
    check_silent(
        "from torchvision.models import ResNet18_Weights\nResNet18_Weights.DEFAULT.meta, ResNet18_Weights.DEFAULT.url\n",
        between("0.13.0"),
    )


def test_a_base_class_whose_subclasses_are_in_other_files(tree):
    tree(
        bases_py=(
            "from torchvision.transforms import v2\nclass Base(v2.Transform):\n"
            "    def transform(self, inpt, params):\n        return self._transform(inpt, params)\n"
        ),
        mine_py="from bases import Base\nclass Darker(Base):\n    def _transform(self, inpt, params):\n        return inpt\n",
    )
    assert as_json(".") == ([], 0)


def test_a_member_is_renamed_where_that_is_proved():
    check_rewritten(
        """
from torchvision.datasets import ImageFolder

class Mine(ImageFolder):
    def names(self):
        return self . _find_classes(super()._find_classes(self.root)[0])  # twice

find = ImageFolder._find_classes
=>
from torchvision.datasets import ImageFolder

class Mine(ImageFolder):
    def names(self):
        return self . find_classes(super().find_classes(self.root)[0])  # twice

find = ImageFolder.find_classes
"""
    )


def test_what_an_attribute_holds_is_not_proved():
    check_kept(
        """
from torchvision.transforms import RandomRotation

RandomRotation(10).resample
=> left: may change behaviour; --unsafe does it
"""
    )
    assert fixed("from torchvision.transforms import RandomRotation\nRandomRotation(10).resample\n", unsafe=True) == (
        "from torchvision.transforms import RandomRotation\nRandomRotation(10).interpolation\n",
        [],
    )


def test_a_member_with_no_other_name():
    check_kept(
        """
from torchvision.models.detection.rpn import AnchorGenerator

AnchorGenerator()._cache
=> left: nothing stands in for it
"""
    )


def test_a_name_that_older_releases_do_not_have_is_not_written():
    program = "from torchvision.datasets import ImageFolder\nfind = ImageFolder._find_classes\n"
    assert fixed(program, question=between("0.9.0")) == (
        program,
        ["find_classes does not exist in torchvision 0.9.0, which the code supports"],
    )


def test_a_method_that_warns_is_deprecated():
    check_reported(
        """
        from torchvision.ops import MultiScaleRoIAlign
        pool = MultiScaleRoIAlign(["0"], 3, 2)
        pool.infer_scale(1, 2)
        ^^^^^^^^^^^^^^^^ TVC104 [deprecated in 0.12.0] MultiScaleRoIAlign.infer_scale is deprecated since torchvision 0.12.0
        """,
        upgrade("0.11.1", "0.12.0"),
    )
