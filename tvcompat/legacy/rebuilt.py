"""Things that torchvision dropped and that nothing took the place of, built again with their old interface.

What each took and did is in the records of the releases that had it.
"""

import gzip
import lzma
import re
from typing import IO, TYPE_CHECKING, Callable, Dict, List, Optional, Union, cast

import PIL.Image
from torch import Tensor, nn
from torchvision import transforms
from torchvision.datasets.utils import download_and_extract_archive

from tvcompat.catalog import catalog
from tvcompat.legacy.twins import made_for_each

if TYPE_CHECKING:
    # torchvision tells nothing of its types: these are what its classes are made of.
    class Resize(nn.Module):  # type: ignore[misc]
        def __init__(self, *args: object, **kwargs: object) -> None: ...

    class RandomResizedCrop(nn.Module):  # type: ignore[misc]
        def __init__(self, *args: object, **kwargs: object) -> None: ...

    class Kinetics:
        def __init__(self, *args: object, **kwargs: object) -> None: ...

else:
    from torchvision.datasets import Kinetics
    from torchvision.transforms import RandomResizedCrop, Resize

# Blocks of models


class ConvBNActivation(nn.Sequential):  # type: ignore[misc]
    """Convolution, norm and activation, as ``torchvision.models.mobilenetv2`` had it up to 0.13.

    Parameters are called ``0.weight``, ``1.weight``, ... Takes and returns ``(N, C, H, W)``.

    Args:
        in_planes, out_planes: channels.
        kernel_size, stride, groups, dilation: of the convolution, which is padded to keep the size.
        norm_layer, activation_layer: classes; batch norm and ReLU6 where none is given.
    """

    def __init__(
        self,
        in_planes: int,
        out_planes: int,
        kernel_size: int = 3,
        stride: int = 1,
        groups: int = 1,
        norm_layer: Optional[Callable[..., nn.Module]] = None,
        activation_layer: Optional[Callable[..., nn.Module]] = None,
        dilation: int = 1,
    ) -> None:
        norm, activation = norm_layer or nn.BatchNorm2d, activation_layer or nn.ReLU6
        convolution = nn.Conv2d(
            in_planes,
            out_planes,
            kernel_size,
            stride,
            padding=(kernel_size - 1) // 2 * dilation,
            dilation=dilation,
            groups=groups,
            bias=False,
        )
        super().__init__(convolution, norm(out_planes), activation(inplace=True))
        self.out_channels = out_planes


ConvBNReLU = ConvBNActivation


class SqueezeExcitation(nn.Module):  # type: ignore[misc]
    """Weighs channels by what they hold, as ``torchvision.models.mobilenetv3`` had it up to 0.13.

    Parameters are called ``fc1.weight``, ``fc1.bias``, ``fc2.weight`` and ``fc2.bias``. Takes and returns
    ``(N, C, H, W)``.

    Args:
        input_channels: C.
        squeeze_factor: by how much fewer channels there are in between, rounded to a multiple of eight.
    """

    def __init__(self, input_channels: int, squeeze_factor: int = 4) -> None:
        super().__init__()
        wanted = input_channels // squeeze_factor
        between = max(8, int(wanted + 4) // 8 * 8)
        if between < 0.9 * wanted:
            between += 8
        self.fc1: nn.Conv2d = nn.Conv2d(input_channels, between, 1)
        self.relu: nn.ReLU = nn.ReLU(inplace=True)
        self.fc2: nn.Conv2d = nn.Conv2d(between, input_channels, 1)

    def forward(self, input: Tensor) -> Tensor:
        pooled = nn.functional.adaptive_avg_pool2d(input, 1)
        # Models pickled by 0.11 to 0.13 call it otherwise.
        activation = self.relu if hasattr(self, "relu") else self.activation
        weights = self.fc2(activation(self.fc1(pooled)))
        return nn.functional.hardsigmoid(weights) * input


def smooth_l1_loss(input: Tensor, target: Tensor, beta: float = 1.0 / 9, size_average: bool = True) -> Tensor:
    """Smooth L1 loss with its turning point at ``beta``, averaged or summed, as 0.9 had it."""
    loss: Tensor = nn.functional.smooth_l1_loss(input, target, beta=beta, reduction="mean" if size_average else "sum")
    return loss


# Addresses


@made_for_each
def addresses(path: str) -> Dict[str, Optional[str]]:
    """A table such as ``torchvision.models.resnet.model_urls``: the old keys with the newest release's files.

    Keys and values are text; a value is ``None`` where the old table had none. ``backbone_urls`` likewise.
    """
    # 0.8 had the tables of mobilenetv2 in modules called mobilenet.
    place = re.sub(r"\.mobilenet\.", ".mobilenetv2.", path)
    return dict(catalog().legacy.addresses(place))


# Operators


def _new_empty_tensor(x: Tensor, shape: List[int]) -> Tensor:
    """A tensor of ``shape`` and of the type of ``x``, not filled; ``torchvision.ops._new_empty_tensor`` of 0.8."""
    return x.new_empty(shape)


new_empty_tensor = _new_empty_tensor


# Transforms


# None: images are smoothed, tensors are not, as long as these names were there.
class Scale(Resize):
    """``torchvision.transforms.Resize`` under its old name."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("antialias", None)
        super().__init__(*args, **kwargs)


class RandomSizedCrop(RandomResizedCrop):
    """``torchvision.transforms.RandomResizedCrop`` under its old name."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("antialias", None)
        super().__init__(*args, **kwargs)


def scale(*args: object, **kwargs: object) -> object:
    """``torchvision.transforms.functional.resize`` under its old name."""
    kwargs.setdefault("antialias", None)
    return transforms.functional.resize(*args, **kwargs)


def resize_tensor(
    img: Tensor,
    size: object,
    interpolation: str = "bilinear",
    max_size: Optional[int] = None,
    antialias: Optional[bool] = None,
) -> Tensor:
    """``torchvision.transforms.functional_tensor.resize``: ``(..., H, W)``, not smoothed unless it is told to."""
    if isinstance(max_size, bool):
        # From 0.13 on `antialias` stood in this place.
        max_size, antialias = None, max_size
    mode = transforms.InterpolationMode(interpolation)
    resized: Tensor = transforms.functional.resize(img, size, mode, max_size, bool(antialias))
    return resized


class _PillowConstants:
    """Constants of Pillow under their old and new places, ``torchvision.transforms._pil_constants``."""

    def __getattr__(self, name: str) -> object:
        for holder in ("Resampling", "Transpose", "Transform"):
            found = getattr(getattr(PIL.Image, holder, None), name, None)
            if found is not None:
                return found
        # LINEAR is an old name of BILINEAR, which Pillow 10 dropped.
        return self.BILINEAR if name == "LINEAR" else getattr(PIL.Image, name)


pil_constants: _PillowConstants = _PillowConstants()


# Datasets


class Kinetics400(Kinetics):
    """``torchvision.datasets.Kinetics`` for the 400 classes in a folder laid out by class, as up to 0.13.

    Args:
        root: folder with a folder for each class.
        frames_per_clip, **options: as ``Kinetics`` takes them.
    """

    def __init__(self, root: str, frames_per_clip: int, *args: object, **options: object) -> None:
        names = ("step_between_clips", "frame_rate", "extensions", "transform", "_precomputed_metadata", "num_workers")
        options.update(zip(names, args))
        super().__init__(root, frames_per_clip, num_classes="400", _legacy=True, **options)


def open_maybe_compressed_file(path: Union[str, bytes, IO[bytes]]) -> IO[bytes]:
    """A file open for reading bytes, unpacked where its name ends in ``.gz`` or ``.xz``; not a path: itself."""
    if not isinstance(path, (str, bytes)):
        return path
    name = path.decode() if isinstance(path, bytes) else path
    if name.endswith(".gz"):
        return cast("IO[bytes]", gzip.open(name, "rb"))
    if name.endswith(".xz"):
        return lzma.open(name, "rb")
    return open(name, "rb")


def gen_bar_updater() -> Callable[[int, int, int], None]:
    """A function that shows a download's progress, for ``urllib.request.urlretrieve``."""
    from tqdm import tqdm

    bar = tqdm(total=None)

    def update(count: int, block_size: int, total_size: int) -> None:
        if bar.total is None and total_size:
            bar.total = total_size
        bar.update(count * block_size - bar.n)

    return update


def download_extract(url: str, root: str, filename: Optional[str], md5: Optional[str]) -> None:
    """Fetch an archive and unpack it into ``root``; ``torchvision.datasets.voc`` of 0.8."""
    download_and_extract_archive(url, root, filename=filename, md5=md5)
