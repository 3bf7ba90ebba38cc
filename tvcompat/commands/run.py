"""``tvcompat run``: run a program with the guard on."""

import argparse
import os
import runpy
import sys
from pathlib import Path
from types import TracebackType
from typing import List, Optional

EXAMPLES = """examples:
  tvcompat run train.py --epochs 3            a script
  tvcompat run -m pytest tests                a module, with its arguments
  tvcompat run --summary --ledger used.json train.py

The options of tvcompat come first; all that follows the script or module is the program's. Its exit code is that of
the command."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ledger", type=Path, metavar="FILE", help="write what legacy names it used into a file (JSON)"
    )
    parser.add_argument("--summary", action="store_true", help="print what legacy names it used in the end")
    parser.add_argument(
        "--forward", action="store_true", help="give names and arguments of newer releases on an older one, too"
    )
    parser.add_argument("--no-warnings", action="store_true", help="no warning at the places that use legacy names")
    parser.add_argument("-m", dest="module", nargs=argparse.REMAINDER, metavar="...", help="a module and its arguments")
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="...", help="a script and its arguments")


def run(arguments: argparse.Namespace) -> int:
    from tvcompat.legacy import startup

    program: List[str] = arguments.module if arguments.module is not None else arguments.program
    if not program:
        print("tvcompat run: a script, or -m and a module, is missing", file=sys.stderr)
        return 2
    if arguments.module is None and not os.path.exists(program[0]):
        print(f"tvcompat run: there is no file {program[0]!r}", file=sys.stderr)
        return 2
    startup.begin(
        forward=arguments.forward,
        warn=not arguments.no_warnings,
        ledger=arguments.ledger,
        summary=arguments.summary,
    )
    sys.argv[:] = program
    if not getattr(sys.flags, "safe_path", False):
        # As Python itself does: the folder of a script, or where a module is run from.
        sys.path[0] = os.getcwd() if arguments.module is not None else os.path.dirname(os.path.abspath(program[0]))
    try:
        if arguments.module is not None:
            runpy.run_module(program[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(program[0], run_name="__main__")
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        error.__traceback__ = _of_the_program(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _of_the_program(trace: Optional[TracebackType]) -> Optional[TracebackType]:
    """Return a traceback without the frames that only started the program."""
    while trace is not None and trace.tb_frame.f_globals.get("__name__") in (__name__, "runpy"):
        trace = trace.tb_next
    return trace
