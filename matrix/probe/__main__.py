"""Measure the torchvision release that is installed here, and write the facts as JSON."""

import argparse
import importlib
import importlib.util
import json
import os
import sys
import warnings
from typing import Any


def probe_module(name: str) -> Any:
    """Import a module of this folder, which belongs to no package when the file is run by its path.

    The folder is loaded as its own package instead of being added to ``sys.path``, where its ``modules`` or
    ``weights`` could shadow other modules.
    """
    package = __package__
    if not package:
        package = "tvcompat_probe"
        folder = os.path.dirname(os.path.abspath(__file__))
        spec = importlib.util.spec_from_file_location(
            package, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(f"{package}.{name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="where to write the facts")
    parser.add_argument("--canonical", help="builder path -> schema whose parameter names the outputs are filled by")
    arguments = parser.parse_args()
    canonical = {}
    if arguments.canonical:
        with open(arguments.canonical, encoding="utf-8") as stream:
            canonical = json.load(stream)
    warnings.simplefilter("ignore")

    def note(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    facts = probe_module("measuring").measure(canonical, note)
    # Write to a device or a pipe directly; replacing it would turn it into a file.
    is_file = not os.path.exists(arguments.out) or os.path.isfile(arguments.out)
    temporary = arguments.out + ".part" if is_file else arguments.out
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(facts, stream)
    if is_file:
        os.replace(temporary, arguments.out)


if __name__ == "__main__":
    main()
