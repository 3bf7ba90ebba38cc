"""The command line: its commands, and how errors are shown."""

import argparse
import os
import sys
from importlib import import_module
from typing import Dict, List, NamedTuple, Optional

from tvcompat.errors import TVCompatError


class Command(NamedTuple):
    """Where a command lives and how it is introduced.

    Attributes:
        module: below ``tvcompat.commands``; imported only when the command is used.
        help: one line.
        arguments, run, examples: names in that module.
    """

    module: str
    help: str
    arguments: str = "add_arguments"
    run: str = "run"
    examples: str = "EXAMPLES"


COMMANDS: Dict[str, Command] = {
    "show": Command("show", "one name: since when, until when, signatures by release, weights"),
    "models": Command("lists", "the models of a release", "add_models_arguments", "run_models", "MODELS_EXAMPLES"),
    "weights": Command(
        "lists", "the weights entries of a release", "add_weights_arguments", "run_weights", "WEIGHTS_EXAMPLES"
    ),
    "diff": Command("diff", "what changed between two releases"),
    "check": Command("check", "which lines of a program do not work on the releases asked for"),
    "fix": Command("fix", "rewrite what does not work on the releases asked for, as far as that can be done"),
    "range": Command("range", "the releases that a program supports, and the line that sets each end"),
    "rule": Command("rule", "what a rule of the checker finds, and what to write instead"),
    "run": Command("run", "run a program written for older releases on the installed one (the guard)"),
    "startup": Command(
        "startup", "let an environment variable turn the guard on, for processes one can't start oneself"
    ),
    "doctor": Command("doctor", "whether the installed torch, torchvision and Python fit, and what to install if not"),
    "completion": Command("completion", "a script that lets a shell complete commands and options"),
}


def build_parser(chosen: Optional[str], *, whole: bool = False) -> argparse.ArgumentParser:
    """Return the parser. Only the chosen command's own arguments are loaded, unless all are asked for."""
    parser = argparse.ArgumentParser(
        prog="tvcompat",
        description="What exists in which torchvision release, what breaks between two, and what to write instead.",
        epilog="`tvcompat COMMAND --help` shows examples.",
    )
    parser.add_argument("--version", action="store_true", help="the version of tvcompat and the releases it knows")
    parser.add_argument("--verbose", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, command in COMMANDS.items():
        if name != chosen and not whole:
            commands.add_parser(name, help=command.help, add_help=False)
            continue
        module = import_module(f"tvcompat.commands.{command.module}")
        child = commands.add_parser(
            name,
            help=command.help,
            description=command.help[0].upper() + command.help[1:] + ".",
            epilog=getattr(module, command.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        getattr(module, command.arguments)(child)
        child.set_defaults(run=getattr(module, command.run))
    return parser


def main(argv: Optional[List[str]] = None) -> int:
    """Run one command and return the exit code: 2 for a usage error, 130 after Ctrl-C."""
    argv = sys.argv[1:] if argv is None else argv
    chosen = next((word for word in argv if word in COMMANDS), None)
    parser = build_parser(chosen)
    arguments = parser.parse_args(argv)
    if arguments.version:
        from tvcompat._version import __version__
        from tvcompat.catalog import catalog

        releases = catalog().releases
        print(f"tvcompat {__version__}, which knows torchvision {releases[0]} to {releases[-1]}")
        return 0
    if not arguments.command:
        parser.print_help()
        return 2
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has closed the pipe; Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (TVCompatError, FileNotFoundError) as error:
        if arguments.verbose:
            raise
        print(f"tvcompat: {error}", file=sys.stderr)
        return 2
