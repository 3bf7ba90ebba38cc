"""The labelled packages: which there are, and how to get them."""

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LABELS = tomllib.loads((Path(__file__).parent / "labels.toml").read_text(encoding="utf-8"))["package"]


def fetch(package):
    """The archive of a package, from the index, by name and digest."""
    import pypi_simple
    import requests

    with pypi_simple.PyPISimple() as index:
        files = index.get_project_page(package["name"]).packages
    (file,) = [file for file in files if file.filename == package["file"]]
    data = requests.get(file.url, timeout=120).content
    assert hashlib.sha256(data).hexdigest() == package["sha256"]
    return data


def unpack(data, folder):
    """The Python files and notebooks of an archive."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist() if name.endswith((".py", ".ipynb"))}
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            members = [member for member in archive.getmembers() if member.isfile()]
            files = {m.name: archive.extractfile(m).read() for m in members if m.name.endswith((".py", ".ipynb"))}
    for name, content in files.items():
        assert ".." not in name
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
