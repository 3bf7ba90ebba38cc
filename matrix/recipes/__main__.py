"""Evaluate the recipes in the torchvision that is installed here, and write what they gave as JSON.

The process that is started watches another one that evaluates: a recipe that hangs, or ends the interpreter, costs its
own entry and no other.
"""

import argparse
import importlib
import json
import os
import select
import subprocess
import sys
import time
import types
from typing import Any, Dict, List

# Seconds until a recipe that does not heed its own limit is killed, the import of torch before the first one included.
PATIENCE_SECONDS = 90


def recipe_module(name: str) -> Any:
    """Import a module of this folder, which is no part of any package when the file is run by its path."""
    package = __package__
    if not package:
        # The folder above becomes a package without any code, since the probe beside this folder is used as well.
        package = "tvcompat_matrix.recipes"
        if "tvcompat_matrix" not in sys.modules:
            above = types.ModuleType("tvcompat_matrix")
            above.__path__ = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
            sys.modules["tvcompat_matrix"] = above
    return importlib.import_module(f"{package}.{name}")


def evaluate(arguments: argparse.Namespace) -> None:
    """Evaluate the recipes from one on, and write a line of JSON for each."""
    if arguments.package:
        sys.path.insert(0, arguments.package)
    # What recipes print is not to stand between the lines.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    recipe_module("warners").install()
    import torch
    import torchvision

    torch.set_num_threads(1)
    # Some warnings of torch come once a process; here each recipe is to tell of them, in whatever order they run.
    if hasattr(torch, "set_warn_always"):
        torch.set_warn_always(True)
    evaluator = recipe_module("evaluate").Evaluator(arguments.keep, arguments.compare_with)
    recipes = recipe_module("tables").load()
    home = os.path.dirname(os.path.dirname(torchvision.__file__))
    out.write(json.dumps({"torchvision": torchvision.__version__, "home": home, "recipes": len(recipes)}) + "\n")
    out.flush()
    for number in range(arguments.first, len(recipes)):
        recipe = recipes[number]
        if arguments.only and arguments.only not in recipe.key:
            found = None
        else:
            found = {"key": recipe.key, "outcome": evaluator.run(number, recipe)}
            made = None if arguments.compare_with or recipe.alone else evaluator.instance(recipe)
            if made is not None:
                found["class"], found["attributes"] = made
        out.write(json.dumps({"number": number, "found": found}) + "\n")
        out.flush()
    recipe_module("inputs").clear()
    if not arguments.compare_with:
        out.write(json.dumps({"members": recipe_module("members").measure_members()}) + "\n")
        out.flush()


def watch(arguments: argparse.Namespace) -> Dict[str, Any]:
    """Evaluate all recipes, with another process after each one that was lost."""
    recipes = recipe_module("tables").load()
    found: Dict[str, Any] = {"outcomes": {}, "attributes": {}}
    number, head = arguments.first, None
    started = time.time()
    while number < len(recipes):
        command = [sys.executable, "-I", os.path.abspath(__file__), "--evaluate", "--first", str(number)]
        for option in ("package", "keep", "compare_with", "only"):
            if getattr(arguments, option):
                command += ["--" + option.replace("_", "-"), getattr(arguments, option)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            lines, reason = Lines(process), ""
            for line in lines:
                entry = json.loads(line)
                if "members" in entry:
                    found["members"] = entry["members"]
                    continue
                if "number" not in entry:
                    head = entry
                    continue
                number = entry["number"] + 1
                if entry["found"] is not None:
                    remember(found, entry["found"])
            reason = lines.reason
        if process.returncode == 0:
            break
        if head is None:
            raise SystemExit("torchvision can't be imported: " + lines.errors.decode(errors="replace")[-1500:])
        if process.returncode == 1:
            # No recipe does that: an exception of ours was not caught.
            raise SystemExit("evaluating failed: " + lines.errors.decode(errors="replace")[-1500:])
        if number < len(recipes):
            what = reason or f"the interpreter ended with {process.returncode}"
            remember(found, {"key": recipes[number].key, "outcome": {"error": "lost: " + what}})
            print(f"{time.time() - started:6.1f} s  {recipes[number].key}: {what}", file=sys.stderr)
            number += 1
    found["torchvision"] = (head or {}).get("torchvision")
    found["home"] = (head or {}).get("home")
    found["attributes"] = {name: sorted(names) for name, names in sorted(found["attributes"].items())}
    print("{:6.1f} s  {} recipes".format(time.time() - started, len(found["outcomes"])), file=sys.stderr)
    return found


def remember(found: Dict[str, Any], entry: Dict[str, Any]) -> None:
    """Add what one recipe gave."""
    found["outcomes"][entry["key"]] = entry["outcome"]
    if "class" in entry:
        known = found["attributes"].setdefault(entry["class"], set())
        known.update(entry["attributes"])


class Lines:
    """The lines that a process writes, until it ends or says nothing for too long; then it is killed.

    Attributes:
        reason: why it was killed, ``""`` where it ended by itself.
        errors: the end of what it wrote to standard error.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.reason = ""
        self.errors = b""

    def __iter__(self) -> Any:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        out, error = self.process.stdout.fileno(), self.process.stderr.fileno()
        pending, streams = b"", [out, error]
        while streams:
            ready = select.select(streams, [], [], PATIENCE_SECONDS)[0]
            if not ready:
                self.reason = f"it took longer than {PATIENCE_SECONDS} s and was killed"
                self.process.kill()
                break
            for stream in ready:
                data = os.read(stream, 65536)
                if not data:
                    streams.remove(stream)
                elif stream == error:
                    self.errors = (self.errors + data)[-4000:]
                else:
                    pending += data
            *lines, pending = pending.split(b"\n")
            yield from lines
        self.process.wait()


def main(argv: "List[str] | None" = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", help="where to write the outcomes")
    parser.add_argument("--package", default="", help="a folder whose torchvision is used instead of the installed one")
    parser.add_argument("--keep", default="", help="a folder to keep the arrays of all results in")
    parser.add_argument("--compare-with", default="", help="a folder of such arrays, to tell how far results are apart")
    parser.add_argument("--only", default="", help="only recipes whose name contains this")
    parser.add_argument("--uncalled", action="store_true", help="list the public functions and classes left out")
    parser.add_argument("--evaluate", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.evaluate:
        evaluate(arguments)
        return
    found = watch(arguments)
    if arguments.uncalled:
        coverage = recipe_module("uncalled")
        left = coverage.uncalled(recipe_module("tables").load(), found["outcomes"])
        for module in coverage.NAMESPACES:
            names = left.get(module, [])
            print("{}: {} of {} not called: {}".format(module, len(names), coverage.count(module), ", ".join(names)))
        return
    text = json.dumps(found, indent=1)
    if not arguments.out:
        print(text)
        return
    with open(arguments.out + ".part", "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(arguments.out + ".part", arguments.out)


if __name__ == "__main__":
    main()
