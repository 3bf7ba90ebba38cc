"""Write the files beside this one: ``python tests/shim/installed/saved/make.py``, once with each torch.

They are a small state dict as ``torch.save`` of that release writes it, in both formats it has. Names of records differ
from run to run up to torch 1.8, which puts addresses into them.
"""

import io
from collections import OrderedDict
from pathlib import Path

import torch
from torch.nn.quantized import Linear


def state():
    """Return what is in the files: what checkpoints of torchvision hold, quantized ones included."""
    packed = Linear(2, 3)
    weight = torch.quantize_per_channel(
        torch.arange(6.0).reshape(3, 2), torch.tensor([0.1, 0.2, 0.3]), torch.tensor([0, 0, 0]), 0, torch.qint8
    )
    packed.set_weight_bias(weight, torch.arange(3.0))
    found = OrderedDict((f"fc.{name}", value) for name, value in packed.state_dict().items())
    found["weight"] = torch.arange(6.0).reshape(2, 3)
    found["transposed"] = found["weight"].t()
    found["half"] = torch.arange(4.0).half()
    found["num_batches_tracked"] = torch.tensor(7)
    found["nothing"] = torch.zeros(0)
    found["part"] = torch.arange(10)[2:5]
    found["quantized"] = torch.quantize_per_tensor(torch.ones(3), 0.1, 2, torch.quint8)
    found["parameter"] = torch.nn.Parameter(torch.ones(2), requires_grad=False)
    found._metadata = OrderedDict([("", {"version": 1})])
    return found


if __name__ == "__main__":
    folder = Path(__file__).parent
    release = torch.__version__.partition("+")[0]
    buffer = io.BytesIO()
    torch.save(state(), buffer)
    (folder / f"zip-{release}.pth").write_bytes(buffer.getvalue())
    with open(folder / f"legacy-{release}.pth", "wb") as stream:
        torch.save(state(), stream, _use_new_zipfile_serialization=False)
