"""Replacing the downloaders by one that records what was requested, so that no checkpoint is downloaded."""

import contextlib
import socket
import sys
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .schemas import Schema, schema_of


class RequestedCheckpoint(Dict[str, Any]):
    """Stands in for the state dict of a checkpoint that was requested but not fetched."""

    url: str = ""


class Downloads:
    """Replaces every downloader of torch and torchvision, and records the requested addresses."""

    def __init__(self) -> None:
        self.urls: List[str] = []
        self.loads: List[Tuple[Optional[str], Schema]] = []
        self.original: Callable[..., Any] = lambda *args, **kwargs: None

    def load_state_dict_from_url(self, url: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(url, str):
            # Some releases look up an address that does not exist. This fails before the network is needed, with the
            # error message of the installed torch.
            return self.original(url, *args, **kwargs)
        self.urls.append(url)
        requested = RequestedCheckpoint()
        requested.url = url
        return requested

    def install(self) -> None:
        import torch

        self.original = torch.hub.load_state_dict_from_url
        torch.hub.load_state_dict_from_url = self.load_state_dict_from_url
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] == "torchvision" and "load_state_dict_from_url" in vars(module):
                vars(module)["load_state_dict_from_url"] = self.load_state_dict_from_url

        original = torch.nn.Module.load_state_dict
        downloads = self

        def load_state_dict(module: Any, state_dict: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(state_dict, RequestedCheckpoint):
                downloads.loads.append((getattr(state_dict, "url", None), schema_of(module)))
                return None
            return original(module, state_dict, *args, **kwargs)

        torch.nn.Module.load_state_dict = load_state_dict

        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise OSError("the probe has no network")

        socket.socket.connect = refuse  # type: ignore[method-assign]
        socket.create_connection = refuse

    @contextlib.contextmanager
    def noted(self) -> "Iterator[Downloads]":
        self.urls, self.loads = [], []
        yield self
