"""Helpers of datasets, as ``torchvision.datasets`` had them."""

import gzip
import lzma
from typing import IO, Callable, Optional, Union, cast

from torchvision.datasets.utils import download_and_extract_archive


def open_maybe_compressed_file(path: Union[str, bytes, IO[bytes]]) -> IO[bytes]:
    """Open a file for reading, decompressed if its name ends in ``.gz`` or ``.xz``; return a file object unchanged."""
    if not isinstance(path, (str, bytes)):
        return path
    name = path.decode() if isinstance(path, bytes) else path
    if name.endswith(".gz"):
        return cast("IO[bytes]", gzip.open(name, "rb"))
    if name.endswith(".xz"):
        return lzma.open(name, "rb")
    return open(name, "rb")


def gen_bar_updater() -> Callable[[int, int, int], None]:
    """Return a function that shows a download's progress, for ``urllib.request.urlretrieve``."""
    from tqdm import tqdm

    bar = tqdm(total=None)

    def update(count: int, block_size: int, total_size: int) -> None:
        if bar.total is None and total_size:
            bar.total = total_size
        bar.update(count * block_size - bar.n)

    return update


def download_extract(url: str, root: str, filename: Optional[str], md5: Optional[str]) -> None:
    """Download an archive and unpack it into ``root``, as ``torchvision.datasets.voc`` of 0.8 did."""
    download_and_extract_archive(url, root, filename=filename, md5=md5)
