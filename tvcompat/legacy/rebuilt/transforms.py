"""Transforms and constants under their old names; as before, they antialias images but not tensors."""

from typing import TYPE_CHECKING, Optional

import PIL.Image
from torch import Tensor, nn
from torchvision import transforms

if TYPE_CHECKING:
    # torchvision tells nothing of its types: these are what its classes are made of.
    class Resize(nn.Module):  # type: ignore[misc]
        def __init__(self, *args: object, **kwargs: object) -> None: ...

    class RandomResizedCrop(nn.Module):  # type: ignore[misc]
        def __init__(self, *args: object, **kwargs: object) -> None: ...

else:
    from torchvision.transforms import RandomResizedCrop, Resize


# None: while these names existed, images were antialiased and tensors were not.
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
    """Call ``torchvision.transforms.functional.resize``, whose old name this is."""
    kwargs.setdefault("antialias", None)
    return transforms.functional.resize(*args, **kwargs)


def resize_tensor(
    img: Tensor,
    size: object,
    interpolation: str = "bilinear",
    max_size: Optional[int] = None,
    antialias: Optional[bool] = None,
) -> Tensor:
    """Resize ``(..., H, W)`` like the old ``torchvision.transforms.functional_tensor``: not antialiased by default."""
    if isinstance(max_size, bool):
        # From 0.13 on, `antialias` had this position.
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
        # LINEAR is an old name of BILINEAR, which Pillow 10 removed.
        return self.BILINEAR if name == "LINEAR" else getattr(PIL.Image, name)


pil_constants: _PillowConstants = _PillowConstants()
