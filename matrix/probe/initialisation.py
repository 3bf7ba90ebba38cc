"""Skipping the initialisation of parameters, so that building a model takes little time or memory."""

import sys
import types
from typing import Any


class Initialisation:
    """Replaces the functions of ``torch.nn.init``, so that building a model writes to none of its parameters.

    With ``zero`` set they write zeros: needed if a model computes with its new parameters while it is built, as
    quantized models do.
    """

    def __init__(self) -> None:
        self.zero = False

    def install(self) -> None:
        import torch

        names = [n for n in vars(torch.nn.init) if n.endswith("_") and not n.startswith("_")]
        originals = {vars(torch.nn.init)[n] for n in names}
        # A model module may have imported an initialiser by name.
        for module_name, module in list(sys.modules.items()):
            if module_name.split(".")[0] not in ("torch", "torchvision") or not isinstance(module, types.ModuleType):
                continue
            for name, value in list(vars(module).items()):
                if isinstance(value, types.FunctionType) and value in originals:
                    setattr(module, name, self.skip)
        # In the first releases googlenet and inception_v3 sample from scipy, one slow value at a time.
        try:
            import numpy
            from scipy import stats
        except ImportError:
            return

        class Zeros:
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                pass

            def rvs(self, size: Any) -> Any:
                return numpy.zeros(size)

        stats.truncnorm = Zeros

    def skip(self, tensor: Any, *args: Any, **kwargs: Any) -> Any:
        if self.zero:
            import torch

            with torch.no_grad():
                tensor.zero_()
        return tensor
