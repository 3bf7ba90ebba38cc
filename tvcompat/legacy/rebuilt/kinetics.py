"""``Kinetics400``, which became ``Kinetics``; older releases have it themselves."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # torchvision tells nothing of its types: this is what its class is made of.
    class Kinetics:
        def __init__(self, *args: object, **kwargs: object) -> None: ...

else:
    from torchvision.datasets import Kinetics


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
