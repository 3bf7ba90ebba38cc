"""TVC105: overrides of hooks that torchvision does not call. ``test_overriding.py`` has the programs that were run.

Over 400 lines, since most of them are programs: what is reported, what is not, and what they become.
"""

from pathlib import Path

import pytest

from tvcompat.cli import main

from ..conftest import as_json, between, upgrade
from ..programs import check_kept, check_reported, check_rewritten, check_silent, fixed

REPORTED = {
    "renamed": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                ^^^^^^^^^^ TVC105 [breaks in 0.21.0] v2.Transform._transform is not called since torchvision 0.21.0 (last in 0.20.1) ... Its new name is transform. => rename it to transform
                return inpt * 0.5
    """,
    "renamed-otherwise": """
        from torchvision.transforms import v2
        class Quarter(v2.RandomRotation):
            def _get_params(self, flat_inputs):
                ^^^^^^^^^^^ TVC105 [breaks in 0.21.0] Its new name is make_params.
                return {"angle": 90}
    """,
    "of-a-dataset": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def _find_classes(self, dir):
                ^^^^^^^^^^^^^ TVC105 [breaks in 0.10.0] ImageFolder._find_classes ... Its new name is find_classes.
                return [], {}
    """,
    "gone-without-another": """
        from torchvision.models.detection.rpn import AnchorGenerator
        class Mine(AnchorGenerator):
            def cached_grid_anchors(self, grid_sizes, strides):
                ^^^^^^^^^^^^^^^^^^^ TVC105 [breaks in 0.10.0] so this override has no effect.
                return []
    """,
    "there-but-not-called": """
        from torchvision.datasets import LFWPeople
        class Mine(LFWPeople):
            def _loader(self, path):
                ^^^^^^^ TVC105 [breaks in 0.22.0] (last in 0.21.0)
                return None
    """,
    "registered": """
        from torchvision.transforms import v2
        from mine import register
        @register()
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                ^^^^^^^^^^ TVC105
                return inpt
    """,
    "generic": """
        from typing import Generic, TypeVar
        from torchvision.transforms import v2
        T = TypeVar("T")
        class Darker(v2.Transform, Generic[T]):
            def _transform(self, inpt, params):
                ^^^^^^^^^^ TVC105
                return inpt
    """,
    "overridden-again": """
        from torchvision.transforms import v2
        class Base(v2.Transform):
            def _transform(self, inpt, params):
                ^^^^^^^^^^ TVC105
                return inpt
        class Below(Base):
            def _transform(self, inpt, params):
                ^^^^^^^^^^ TVC105
                return super()._transform(inpt, params)
    """,
    "one-of-two": """
        from torchvision.transforms import v2
        class Padded(v2.Pad):
            def make_params(self, flat_inputs):
                return self._get_params(flat_inputs)
            def _get_params(self, flat_inputs):
                return {}
            def _transform(self, inpt, params):
                ^^^^^^^^^^ TVC105
                return inpt
    """,
    "async": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            async def _transform(self, inpt, params):
                      ^^^^^^^^^^ TVC105
                return inpt
    """,
    "mixed-in": """
        from torchvision.transforms import v2
        class Halving:
            def _transform(self, inpt, params):
                return inpt * 0.5
        class Darker(Halving, v2.Transform):
              ^^^^^^ TVC105
            pass
    """,
}


@pytest.mark.parametrize("program", REPORTED.values(), ids=REPORTED)
def test_an_override_that_is_not_called_is_reported(program):
    check_reported(program)


SILENT = {
    "both": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return inpt
            def _transform(self, inpt, params):
                return self.transform(inpt, params)
    """,
    "called-by-another-hook": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def make_params(self, flat_inputs):
                return self._get_params(flat_inputs)
            def _get_params(self, flat_inputs):
                return {}
    """,
    "called-through-another-method": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return self.halve(inpt, params)
            def halve(self, inpt, params):
                return self._transform(inpt, params)
            def _transform(self, inpt, params):
                return inpt
    """,
    "called-by-name": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return getattr(self, "_transform")(inpt, params)
            def _transform(self, inpt, params):
                return inpt
    """,
    "a-base-that-is-unknown": """
        from torchvision.transforms import v2
        from mine import Compatible
        class Darker(Compatible, v2.Transform):
            def _transform(self, inpt, params):
                return inpt
    """,
    "a-base-that-is-another-on-some-releases": """
        try:
            from torchvision.transforms.v2 import Transform
        except ImportError:
            from mine import Transform
        class Darker(Transform):
            def _transform(self, inpt, params):
                return inpt
    """,
    "a-decorator-that-defines-it": """
        from torchvision.transforms import v2
        def compatible(made):
            made.transform = made._transform
            return made
        @compatible
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt
    """,
    "subclasses-that-define-it": """
        from torchvision.transforms import v2
        class Base(v2.Transform):
            def __init_subclass__(cls):
                cls.transform = cls._transform
        class Darker(Base):
            def _transform(self, inpt, params):
                return inpt
    """,
    "a-metaclass": """
        from torchvision.transforms import v2
        from mine import Meta
        class Darker(v2.Transform, metaclass=Meta):
            def _transform(self, inpt, params):
                return inpt
    """,
    "only-where-it-is-called": """
        import torchvision
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            if tuple(map(int, torchvision.__version__.split(".")[:2])) < (0, 21):
                def _transform(self, inpt, params):
                    return inpt
            else:
                def transform(self, inpt, params):
                    return inpt
    """,
    "asked-for": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            if hasattr(v2.Transform, "_transform"):
                def _transform(self, inpt, params):
                    return inpt
            else:
                def transform(self, inpt, params):
                    return inpt
    """,
    "no-hook": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def _apply(self, inpt, params):
                return inpt
            def transform(self, inpt, params):
                return self._apply(inpt, params)
    """,
    "of-another-class": """
        from mine import Transform
        class Darker(Transform):
            def _transform(self, inpt, params):
                return inpt
    """,
    "a-transform-of-the-first-kind": """
        from torchvision import transforms
        class Darker(transforms.RandomRotation):
            def _transform(self, inpt, params):
                return inpt
    """,
    "found-by-its-own-constructor": """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def __init__(self, root):
                super().__init__(root)
                self.classes, self.class_to_idx = self._find_classes(root)
            def _find_classes(self, dir):
                return [], {}
    """,
    "constructor-that-leaves-the-others-out": """
        from torchvision.datasets import ImageFolder, VisionDataset
        class Mine(ImageFolder):
            def __init__(self, root):
                VisionDataset.__init__(self, root)
                self.setup(root)
            def setup(self, root):
                self.classes, self.class_to_idx = self._find_classes(root)
            def _find_classes(self, dir):
                return [], {}
    """,
    "silenced": """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def _transform(self, inpt, params):  # tvcompat: ignore[TVC105]
                return inpt
    """,
}


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_nothing_is_said_where_it_runs_or_may_run(program):
    check_silent(program)


def test_a_hook_that_older_releases_do_not_call():
    check_reported(
        """
        from torchvision.datasets import ImageFolder
        class Mine(ImageFolder):
            def find_classes(self, directory):
                ^^^^^^^^^^^^ TVC105 [breaks in 0.9.0] is called since torchvision 0.10.0; before ... Its old name is _find_classes. => define _find_classes too, and call it from find_classes
                return [], {}
        """,
        between("0.9.0"),
    )


def test_a_release_that_calls_it_is_no_matter():
    program = """
        from torchvision.transforms import v2
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt
    """
    check_silent(program, upgrade("0.15.1", "0.20.1"))


def test_a_class_of_another_module(tree):
    tree(
        bases_py="from torchvision.transforms import v2\nclass Base(v2.Transform):\n    pass\n",
        mine_py="from bases import Base\nclass Darker(Base):\n    def _transform(self, inpt, params):\n        return inpt\n",
    )
    found, _ = as_json(".")
    assert [(each["path"], each["line"], each["code"]) for each in found] == [("./mine.py", 3, "TVC105")]


def test_a_base_in_another_module_that_calls_it(tree):
    tree(
        bases_py=(
            "from torchvision.transforms import v2\nclass Base(v2.Transform):\n"
            "    def transform(self, inpt, params):\n        return self._transform(inpt, params)\n"
        ),
        mine_py="from bases import Base\nclass Darker(Base):\n    def _transform(self, inpt, params):\n        return inpt\n",
    )
    assert as_json(".") == ([], 0)


REWRITTEN = {
    "with-its-calls": """
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def _transform(self, inpt, params):  # half
                # as dark
                return inpt * 0.5

            def twice(self, inpt):
                return self._transform(self . _transform(inpt, {}), {})

        class Darkest(Darker):
            def  _transform(self, inpt, params):
                return super()._transform(inpt, params) * 0.5
        =>
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def transform(self, inpt, params):  # half
                # as dark
                return inpt * 0.5

            def twice(self, inpt):
                return self.transform(self . transform(inpt, {}), {})

        class Darkest(Darker):
            def  transform(self, inpt, params):
                return super().transform(inpt, params) * 0.5
    """,
    "decorated": """
        import torch
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            @torch.no_grad()
            def _transform(self, inpt, params): return inpt * 0.5
        =>
        import torch
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            @torch.no_grad()
            def transform(self, inpt, params): return inpt * 0.5
    """,
}


@pytest.mark.parametrize("program", REWRITTEN.values(), ids=REWRITTEN)
def test_the_hook_is_renamed(program):
    check_rewritten(program.replace("\n        ", "\n"))


BOTH = {
    "a-method": """
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5  # half

        darker = Darker()
        =>
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return inpt * 0.5  # half

            def _transform(self, inpt, params):
                return self.transform(inpt, params)

        darker = Darker()
    """,
    "on-one-line": """
        from torchvision.datasets import ImageFolder

        class Mine(ImageFolder):
            def _find_classes(me, dir: str): return [], {}
        =>
        from torchvision.datasets import ImageFolder

        class Mine(ImageFolder):
            def find_classes(me, dir: str): return [], {}

            def _find_classes(me, dir):
                return me.find_classes(dir)
    """,
    "of-a-base-that-has-it": """
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

        class Darkest(Darker):
            def _transform(self, inpt, params):
                return super()._transform(inpt, params) * 0.5
        =>
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return inpt * 0.5

            def _transform(self, inpt, params):
                return self.transform(inpt, params)

        class Darkest(Darker):
            def transform(self, inpt, params):
                return super().transform(inpt, params) * 0.5
    """,
}


@pytest.mark.parametrize("program", BOTH.values(), ids=BOTH)
def test_both_names_where_some_releases_call_the_old_one(program):
    check_rewritten(program.replace("\n        ", "\n"), between("0.15.1" if "v2" in program else "0.9.0"))


def test_both_names_with_the_style_of_all_releases():
    program = (
        "from torchvision.transforms import v2\nclass A(v2.Transform):\n\tdef _transform(self, x, p):\n\t\treturn x\n"
    )
    after, left = fixed(program, tvcompat=True)
    assert left == []
    assert after == program.replace("_transform", "transform") + (
        "\n\tdef _transform(self, x, p):\n\t\treturn self.transform(x, p)\n"
    )


KEPT = {
    "nothing-in-its-place": """
        from torchvision.models.detection.rpn import AnchorGenerator

        class Mine(AnchorGenerator):
            def cached_grid_anchors(self, grid_sizes, strides):
                return []
        => left: torchvision calls nothing in its place
    """,
    "used-elsewhere-in-the-file": """
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt

        def apply(transform, image):
            return transform._transform(image, {})
        => left: by hand: line 8 uses _transform too
    """,
    "named-in-a-text": """
        from torchvision.transforms import v2

        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt

        HOOKS = ["_transform"]
        => left: by hand: line 7 uses _transform too
    """,
    "a-function-of-the-module": """
        from torchvision.transforms import v2

        def halve(self, inpt, params):
            return inpt * 0.5

        class Darker(v2.Transform):
            _transform = halve
        => left: by hand: _transform is assigned
    """,
    "a-subclass-with-the-new-name": """
        from torchvision.transforms import v2

        class Base(v2.Transform):
            def _transform(self, inpt, params):
                return inpt

        class Below(Base):
            def transform(self, image):
                return image

        class Other(Base):
            def _transform(self, inpt, params):
                return inpt
        => left: Below has a method transform already
    """,
}


@pytest.mark.parametrize("program", KEPT.values(), ids=KEPT)
def test_what_is_not_proved_is_left(program):
    check_kept(program.replace("\n        ", "\n"))


def test_super_of_torchvision_has_one_name_only():
    program = (
        "from torchvision.transforms import v2\n\nclass Twice(v2.RandomRotation):\n"
        "    def _transform(self, inpt, params):\n        return super()._transform(inpt, params)\n"
    )
    after, left = fixed(program, question=between("0.15.1"))
    assert after == program
    assert left == ["by hand: super()._transform() is super().transform() on the releases that call transform"]


MINE = (
    "from torchvision.transforms import v2\nclass A(v2.Transform):\n    def _transform(self, x, p):\n        return x\n"
)

READING = {
    "an-instance": "import torchvision\nfrom mine import A\nA()._transform(1, {})\n",
    "a-subclass": (
        "import torchvision\nfrom mine import A\nclass B(A):\n    def both(self, x):\n        return self._transform(x, {})\n"
    ),
    "something-unknown": "import torchvision\ndef apply(each, x):\n    return each._transform(x, {})\n",
    "a-text": "import torchvision\nHOOKS = ['_transform']\n",
}


@pytest.mark.parametrize("other", READING.values(), ids=READING)
def test_other_files_that_may_read_the_old_name(other, tree, capsys):
    tree(mine_py=MINE, other_py=other)
    main(["fix", ".", "--select", "TVC105"])
    assert "other files of the project use _transform" in capsys.readouterr().err
    assert Path("mine.py").read_text(encoding="utf-8") == MINE


def test_other_files_whose_own_classes_have_the_name(tree):
    tree(
        mine_py=MINE,
        other_py=(
            "import torchvision\nclass B:\n    def __init__(self, transform):\n        self._transform = transform\n"
            "    def both(self, x):\n        return self._transform(x)\n"
        ),
    )
    main(["fix", "."])
    assert Path("mine.py").read_text(encoding="utf-8") == MINE.replace("_transform", "transform")
