"""An unpickler for ``torch.load`` that makes tensors and the containers of a state dict, and nothing else.

For torch before 1.13, which has no ``weights_only``, and up to 2.3, whose own knows no quantized tensors. Passed as
``pickle_module``, of which torch uses what is defined here.
"""

import pickle
from types import ModuleType
from typing import IO, Any

# Modules of torch from which functions may be called, those that put a tensor together.
REBUILDERS = {"torch._utils": "_rebuild_"}

OTHERS = {
    ("collections", "OrderedDict"),
    ("torch", "Size"),
    ("torch", "device"),
    ("torch.nn.parameter", "Parameter"),
    ("torch.serialization", "_get_layout"),
}


class Unpickler(pickle.Unpickler):
    """Refuses every global that is not part of a tensor."""

    def find_class(self, module: str, name: str) -> object:
        """The object of a name.

        Raises:
            UnpicklingError: no state dict needs it; loading it could run code.
        """
        import torch

        found = super().find_class(module, name) if self._is_harmless(module, name, torch) else None
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a state dict, and was not loaded")
        return found

    @staticmethod
    def _is_harmless(module: str, name: str, torch: ModuleType) -> bool:
        if (module, name) in OTHERS or name.startswith(REBUILDERS.get(module, "\0")):
            return True
        if module in ("torch", "torch.storage"):
            found = getattr(torch, name, None)
            kinds = (torch.dtype, torch.qscheme, torch.memory_format, torch.layout)
            return isinstance(found, kinds) or name.endswith("Storage") or name == "_UntypedStorage"
        return False


def load(file: IO[bytes], **options: Any) -> object:
    """As ``pickle.load``, with this module's unpickler."""
    return Unpickler(file, **options).load()
