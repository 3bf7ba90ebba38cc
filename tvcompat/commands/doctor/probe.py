"""Import torch and torchvision, use them, and print what works.

``trial`` runs the text of this file in a process of its own. Each attempt is announced before it is made, so that one
that ends the process is known.
"""

import json
import warnings
from functools import partial
from typing import Any, Callable, Tuple

# Lines of this program begin with this; all other output comes from the packages.
MARK = "tvcompat-doctor "


def say(**facts: object) -> None:
    print("\n" + MARK + json.dumps(facts), flush=True)


def attempt(name: str, function: Callable[[], object]) -> None:
    say(trying=name)
    try:
        function()
        say(tried=name, error="")
    except Exception as error:
        text = (str(error).strip().splitlines() or [""])[0]
        say(tried=name, error=f"{type(error).__name__}: {text[:300]}")


def require(condition: object, what: str) -> None:
    if not condition:
        raise RuntimeError(what)


def nms(device: str) -> Any:
    import torch
    import torchvision

    boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0]], device=device)
    return torchvision.ops.nms(boxes, torch.tensor([1.0], device=device), 0.5).tolist()


def nms_works(device: str) -> None:
    require(nms(device) == [0], "nms gives other values")


def with_numpy() -> None:
    import numpy
    import torch

    array = numpy.array([1.0, 2.0], dtype="float32")
    require(torch.from_numpy(array).tolist() == [1.0, 2.0], "torch.from_numpy gives other values")
    require((torch.tensor([1.0, 2.0]).numpy() == array).all(), "Tensor.numpy gives other values")


def to_tensor() -> None:
    from PIL import Image
    from torchvision import transforms

    found = transforms.ToTensor()(Image.new("RGB", (3, 2), (255, 0, 0)))
    require(tuple(found.shape) == (3, 2, 3) and found[0].min() == 1, "ToTensor gives other values")
    require(transforms.ToPILImage()(found).getpixel((0, 0)) == (255, 0, 0), "ToPILImage gives other values")


def an_image() -> Any:
    import torch

    return torch.arange(48, dtype=torch.uint8).reshape(3, 4, 4)


def png() -> None:
    import torch
    import torchvision

    found = torchvision.io.decode_png(torchvision.io.encode_png(an_image()))
    require(torch.equal(found, an_image()), "decoding gives another image")


def jpeg() -> None:
    import torchvision

    found = torchvision.io.decode_jpeg(torchvision.io.encode_jpeg(an_image()))
    require(found.shape == an_image().shape, "decoding gives another image")


def torchvision_cuda() -> Any:
    import torch
    import torchvision

    found = getattr(torchvision.version, "cuda", None)
    if not found and not torchvision.__version__.endswith("+cpu"):
        found = max(torch.ops.torchvision._cuda_version(), 0)
    return found or 0


def versions() -> None:
    import numpy

    say(numpy=numpy.__version__)


def cuda() -> None:
    import torch

    say(torch_cuda=torch.version.cuda or "", hip=bool(getattr(torch.version, "hip", None)))
    say(torchvision_cuda=torchvision_cuda())


def devices() -> Tuple[str, ...]:
    """Return the available devices other than the CPU."""
    import torch

    found = [f"cuda:{number}" for number in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    for name in ("mps", "xpu"):
        backend = getattr(torch.backends, name, None) or getattr(torch, name, None)
        if backend is not None and hasattr(backend, "is_available") and backend.is_available():
            found.append(name)
    return tuple(found)


def main() -> None:
    import torch

    print("torch", torch.__version__, torch.version.cuda)
    import torchvision

    print("torchvision", torchvision.__version__)
    warnings.simplefilter("ignore")
    print("nms", nms("cpu"))
    for function in (versions, cuda):
        try:
            function()
        except Exception:
            pass
    attempt("numpy", with_numpy)
    attempt("ToTensor", to_tensor)
    for name, function in (("png", png), ("jpeg", jpeg)):
        if hasattr(torchvision.io, "decode_" + name):
            attempt(name, function)
    for device in devices():
        attempt("nms on " + device, partial(nms_works, device))


if __name__ == "__main__":
    main()
