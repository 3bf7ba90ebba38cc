"""The programs, by what they are about. Each sets ``result``; ``folder`` has two classes with an image each.

Over 400 lines, since it is one table of programs.
"""

import textwrap
from typing import Dict

ONES = """
import torch
from torchvision.transforms import v2

ones = torch.ones(1, 3, 3)
"""

TRANSFORMS = {
    "old-hook": """
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "new-hook": """
        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "old-calls-new": """
        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return inpt * 0.5

            def _transform(self, inpt, params):
                return self.transform(inpt, params)

        result = Darker()(ones).sum().item()
    """,
    "new-calls-old": """
        class Darker(v2.Transform):
            def transform(self, inpt, params):
                return self._transform(inpt, params)

            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "one-assigned-to-the-other": """
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

            transform = _transform

        result = Darker()(ones).sum().item()
    """,
    "assigned-behind-the-class": """
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

        Darker.transform = Darker._transform
        result = Darker()(ones).sum().item()
    """,
    "set-behind-the-class": """
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

        setattr(Darker, "transform", Darker._transform)
        result = Darker()(ones).sum().item()
    """,
    "silently-ignored": """
        class Kept(v2.RandomRotation):
            def _transform(self, inpt, params):
                return inpt + 1

        result = Kept((90, 90))(ones).sum().item()
    """,
    "parameters": """
        class Quarter(v2.RandomRotation):
            def _get_params(self, flat_inputs):
                return {"angle": 90.0}

        result = Quarter((0, 0))(torch.arange(9.0).reshape(1, 3, 3)).flatten().tolist()
    """,
    "new-parameters": """
        class Quarter(v2.RandomRotation):
            def make_params(self, flat_inputs):
                return {"angle": 90.0}

        result = Quarter((0, 0))(torch.arange(9.0).reshape(1, 3, 3)).flatten().tolist()
    """,
    "both-parameters-and-transform": """
        class Scaled(v2.Transform):
            def _get_params(self, flat_inputs):
                return {"factor": len(flat_inputs)}

            def _transform(self, inpt, params):
                return inpt * params["factor"]

        result = [each.sum().item() for each in Scaled()([ones, ones])]
    """,
    "checked-inputs": """
        class Strict(v2.RandomHorizontalFlip):
            def _check_inputs(self, flat_inputs):
                raise ValueError("nothing will do")

        result = Strict(p=1)(ones).sum().item()
    """,
    "new-checked-inputs": """
        class Strict(v2.RandomHorizontalFlip):
            def check_inputs(self, flat_inputs):
                raise ValueError("nothing will do")

        result = Strict(p=1)(ones).sum().item()
    """,
    "base-with-both-and-new-below": """
        class Base(v2.Transform):
            def transform(self, inpt, params):
                return inpt

            def _transform(self, inpt, params):
                return self.transform(inpt, params)

        class Darker(Base):
            def transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "base-with-both-and-old-below": """
        class Base(v2.Transform):
            def transform(self, inpt, params):
                return inpt

            def _transform(self, inpt, params):
                return self.transform(inpt, params)

        class Darker(Base):
            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "base-that-calls-old": """
        class Base(v2.Transform):
            def transform(self, inpt, params):
                return self._transform(inpt, params)

        class Darker(Base):
            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "two-classes-with-old": """
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

        class Darkest(Darker):
            def _transform(self, inpt, params):
                return super()._transform(inpt, params) * 0.5

        result = Darkest()(ones).sum().item()
    """,
    "super-of-torchvision": """
        class Twice(v2.RandomRotation):
            def _transform(self, inpt, params):
                return super()._transform(inpt, params) * 2

        result = Twice((90, 90))(ones).sum().item()
    """,
    "helper-that-calls-it": """
        class Darker(v2.Transform):
            def _transform(self, inpt, params):
                return inpt * 0.5

            def twice(self, inpt):
                return self._transform(self._transform(inpt, {}), {})

        darker = Darker()
        result = darker(ones).sum().item() + darker.twice(ones).sum().item()
    """,
    "branch-on-the-version": """
        import torchvision

        class Darker(v2.Transform):
            if tuple(int(part) for part in torchvision.__version__.split(".")[:2]) >= (0, 21):
                def transform(self, inpt, params):
                    return inpt * 0.5
            else:
                def _transform(self, inpt, params):
                    return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "branch-for-one-release-alone": """
        import torchvision

        if tuple(int(part) for part in torchvision.__version__.split(".")[:2]) < (0, 21):
            class Darker(v2.Transform):
                def _transform(self, inpt, params):
                    return inpt * 0.5
        else:
            class Darker(v2.Transform):
                def transform(self, inpt, params):
                    return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "asks-for-the-hook": """
        class Darker(v2.Transform):
            def halve(self, inpt, params):
                return inpt * 0.5

            if hasattr(v2.Transform, "transform"):
                transform = halve
            else:
                _transform = halve

        result = Darker()(ones).sum().item()
    """,
    "forward-of-its-own": """
        class Brighter(v2.Transform):
            def forward(self, *inputs):
                return inputs[0] + 1

            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Brighter()(ones).sum().item()
    """,
    "forward-that-calls-the-hook": """
        class Darker(v2.Transform):
            def forward(self, *inputs):
                return self._transform(inputs[0], {})

            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Darker()(ones).sum().item()
    """,
    "call-that-goes-on": """
        class Darker(v2.RandomHorizontalFlip):
            def _transform(self, inpt, params):
                return inpt * 0.5

            def __call__(self, *inputs):
                return super().forward(*inputs)

        result = Darker(p=1)(ones).sum().item()
    """,
    "mixed-in": """
        class Halving:
            def _transform(self, inpt, params):
                return inpt * 0.5

        class Darker(Halving, v2.RandomHorizontalFlip):
            pass

        result = Darker(p=1)(ones).sum().item()
    """,
    "mixed-in-behind": """
        class Halving:
            def _transform(self, inpt, params):
                return inpt * 0.5

        class Kept(v2.RandomHorizontalFlip, Halving):
            pass

        result = Kept(p=1)(ones).sum().item()
    """,
    "lambda": """
        class Darker(v2.RandomHorizontalFlip):
            _transform = lambda self, inpt, params: inpt * 0.5

        result = Darker(p=1)(ones).sum().item()
    """,
    "function-of-the-module": """
        def halve(self, inpt, params):
            return inpt * 0.5

        class Darker(v2.RandomHorizontalFlip):
            _transform = halve

        result = Darker(p=1)(ones).sum().item()
    """,
    "kernel": """
        class Darker(v2.RandomHorizontalFlip):
            def _call_kernel(self, functional, inpt, *args, **kwargs):
                return inpt * 0.5

        result = Darker(p=1)(ones).sum().item()
    """,
    "another-name": """
        from torchvision.transforms.v2 import RandomHorizontalFlip as Flip

        Base = Flip

        class Darker(Base):
            def _transform(self, inpt, params):
                return inpt * 0.5

        result = Darker(p=1)(ones).sum().item()
    """,
}

FOLDERS = {
    "old-find-classes": """
        class Reversed(ImageFolder):
            def _find_classes(self, dir):
                return ["dog", "cat"], {"dog": 0, "cat": 1}

        result = Reversed(folder).targets
    """,
    "new-find-classes": """
        class Reversed(ImageFolder):
            def find_classes(self, directory):
                return ["dog", "cat"], {"dog": 0, "cat": 1}

        result = Reversed(folder).targets
    """,
    "both-find-classes": """
        class Reversed(ImageFolder):
            def find_classes(self, directory):
                return ["dog", "cat"], {"dog": 0, "cat": 1}

            _find_classes = find_classes

        result = Reversed(folder).targets
    """,
    "found-by-its-constructor": """
        class Mine(ImageFolder):
            def __init__(self, root):
                super().__init__(root)
                self.classes, self.class_to_idx = self._find_classes(root)

            def _find_classes(self, root):
                return ["dog", "cat"], {"dog": 0, "cat": 1}

        result = Mine(folder).classes
    """,
    "called-on-an-instance": """
        result = ImageFolder(folder)._find_classes(folder)[0]
    """,
    "called-on-a-name": """
        images = ImageFolder(folder)
        result = images._find_classes(folder)[0]
    """,
    "new-called-on-a-name": """
        images = ImageFolder(folder)
        result = images.find_classes(folder)[0]
    """,
    "of-the-class": """
        images = ImageFolder(folder)
        result = ImageFolder._find_classes(images, folder)[0]
    """,
    "on-self": """
        class Named(ImageFolder):
            def names(self):
                return self._find_classes(self.root)[0]

        result = Named(folder).names()
    """,
    "on-super": """
        class Named(ImageFolder):
            def names(self):
                return super()._find_classes(self.root)[0]

        result = Named(folder).names()
    """,
    "asked-with-hasattr": """
        class Named(ImageFolder):
            def names(self):
                if hasattr(self, "_find_classes"):
                    return self._find_classes(self.root)[0]
                return self.find_classes(self.root)[0]

        result = Named(folder).names()
    """,
    "asked-with-getattr": """
        images = ImageFolder(folder)
        find = getattr(images, "_find_classes", None) or images.find_classes
        result = find(folder)[0]
    """,
    "caught": """
        images = ImageFolder(folder)
        try:
            result = images._find_classes(folder)[0]
        except AttributeError:
            result = images.find_classes(folder)[0]
    """,
    "members-that-stay": """
        class Counted(ImageFolder):
            def count(self):
                return len(self.samples), len(self.classes), self.class_to_idx, self.targets

        result = Counted(folder).count()
    """,
    "loaded-data": """
        import torch
        from torchvision.datasets import MNIST

        class Fake(MNIST):
            def _check_exists(self):
                return True

            def _load_data(self):
                return torch.zeros(2, 28, 28), torch.zeros(2)

        result = len(Fake(folder))
    """,
}

MEMBERS = {
    "resample": """
        from torchvision.transforms import RandomRotation

        result = RandomRotation(10).resample is not None
    """,
    "resample-of-a-name": """
        from torchvision import transforms

        def describe():
            rotation = transforms.RandomRotation(10)
            return str(rotation.degrees), rotation.resample is not None

        result = describe()
    """,
    "resample-set-by-the-program": """
        from torchvision.transforms import RandomRotation

        rotation = RandomRotation(10)
        rotation.resample = 3
        result = rotation.resample
    """,
    "resample-on-self": """
        from torchvision.transforms import RandomRotation

        class Described(RandomRotation):
            def describe(self):
                return self.resample is not None

        result = Described(10).describe()
    """,
    "resample-of-its-own": """
        from torchvision.transforms import RandomRotation

        class Described(RandomRotation):
            def __init__(self, degrees, resample):
                super().__init__(degrees)
                self.resample = resample

            def describe(self):
                return self.resample

        result = Described(10, 2).describe()
    """,
    "interpolation": """
        from torchvision.transforms import RandomRotation

        result = RandomRotation(10).interpolation is not None
    """,
    "fillcolor": """
        from torchvision.transforms import RandomAffine

        result = RandomAffine(10).fillcolor
    """,
    "fill": """
        from torchvision.transforms import RandomAffine

        result = RandomAffine(10).fill
    """,
    "center": """
        from torchvision.transforms import RandomAffine

        result = RandomAffine(10).center is None
    """,
    "max-size": """
        from torchvision.transforms import Resize

        result = Resize(8).max_size is None
    """,
    "held-by-an-attribute": """
        from torchvision.transforms import Resize

        class Preprocessing:
            def __init__(self):
                self.resize = Resize(8)

            def bound(self):
                return self.resize.max_size is None

        result = Preprocessing().bound()
    """,
    "method-of-anchors": """
        import torch
        from torchvision.models.detection.rpn import AnchorGenerator

        anchors = AnchorGenerator(((32,),), ((1.0,),))
        anchors.set_cell_anchors(torch.float32, torch.device("cpu"))
        sizes = [[2, 2]], [[torch.tensor(8), torch.tensor(8)]]
        result = [list(each.shape) for each in anchors.cached_grid_anchors(*sizes)]
    """,
    "hook-of-anchors": """
        import torch
        from torchvision.models.detection.anchor_utils import AnchorGenerator
        from torchvision.models.detection.image_list import ImageList

        class Counting(AnchorGenerator):
            def cached_grid_anchors(self, grid_sizes, strides):
                return [torch.zeros(1, 4)]

        images = ImageList(torch.zeros(1, 3, 16, 16), [(16, 16)])
        result = list(Counting(((32,),), ((1.0,),))(images, [torch.zeros(1, 8, 2, 2)])[0].shape)
    """,
    "hook-of-anchors-that-stays": """
        import torch
        from torchvision.models.detection.anchor_utils import AnchorGenerator
        from torchvision.models.detection.image_list import ImageList

        class Counting(AnchorGenerator):
            def grid_anchors(self, grid_sizes, strides):
                return [torch.zeros(1, 4)]

        images = ImageList(torch.zeros(1, 3, 16, 16), [(16, 16)])
        result = list(Counting(((32,),), ((1.0,),))(images, [torch.zeros(1, 8, 2, 2)])[0].shape)
    """,
    "initial-weights": """
        import torch
        from torchvision.models import MNASNet

        class Zeros(MNASNet):
            def _initialize_weights(self):
                for parameter in self.parameters():
                    torch.nn.init.zeros_(parameter)

        result = not any((parameter != 0).any().item() for parameter in Zeros(0.1, num_classes=2).parameters())
    """,
    "initial-weights-called-by-the-program": """
        import torch
        from torchvision.models import MNASNet

        class Zeros(MNASNet):
            def __init__(self):
                super().__init__(0.1, num_classes=2)
                self._initialize_weights()

            def _initialize_weights(self):
                for parameter in self.parameters():
                    torch.nn.init.zeros_(parameter)

        result = not any((parameter != 0).any().item() for parameter in Zeros().parameters())
    """,
    "scales-of-the-pooler": """
        import torch
        from torchvision.ops import MultiScaleRoIAlign

        class Counting(MultiScaleRoIAlign):
            calls = 0

            def setup_scales(self, *args, **kwargs):
                Counting.calls += 1
                return super().setup_scales(*args, **kwargs)

        pool = Counting(["0"], 2, 2)
        pool({"0": torch.ones(1, 2, 8, 8)}, [torch.tensor([[0.0, 0.0, 4.0, 4.0]])], [(16, 16)])
        result = Counting.calls
    """,
    "member-of-an-enum": """
        from torchvision.transforms import InterpolationMode

        result = InterpolationMode.NEAREST_EXACT.value
    """,
    "member-of-an-enum-that-stays": """
        from torchvision.transforms import InterpolationMode

        result = InterpolationMode.NEAREST.value
    """,
    "attribute-of-the-detector-transform": """
        from torchvision.models.detection.transform import GeneralizedRCNNTransform

        result = GeneralizedRCNNTransform(8, 16, [0.0], [1.0]).size_divisible
    """,
    "inherited-from-torch": """
        from torchvision.models import MNASNet

        class Net(MNASNet):
            def count(self):
                return len(self.state_dict()), self.training

        result = Net(0.1, num_classes=2).count()
    """,
    "operations-of-autoaugment": """
        from torchvision.transforms import AutoAugment

        result = len(AutoAugment().transforms)
    """,
}


def _programs() -> Dict[str, str]:
    found: Dict[str, str] = {}
    folders = "from torchvision.datasets import ImageFolder\n"
    for start, group in ((ONES, TRANSFORMS), (folders, FOLDERS), ("", MEMBERS)):
        for name, text in group.items():
            assert name not in found
            found[name] = f"{start.lstrip()}{chr(10) if start else ''}{textwrap.dedent(text).strip()}\n"
    return found


# Name -> program.
PROGRAMS = _programs()
