"""The maintainers' command line, ``python -m matrix``: what the nox sessions that measure releases run."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tvcompat.commands.output import add_format
from tvcompat.errors import TVCompatError

AUDIT_EXAMPLES = """examples (inside a checkout of tvcompat):
  nox -s audit                                    do what is missing, write the report
  nox -s audit -- --runtime                       measure missing releases in real installs as well
  nox -s audit -- --release 0.12.0 --refresh      one release again, sources and install
  nox -s audit -- --static --refresh              the sources of all releases again
  nox -s "matrix(0.12.0)"                         the same, as one nox session a release
"""


def add_audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release", action="append", default=[], metavar="X.Y.Z", help="only this release; may be repeated"
    )
    parser.add_argument("--runtime", action="store_true", help="measure missing run-time facts in real installs")
    parser.add_argument("--static", action="store_true", help="never install anything")
    parser.add_argument("--refresh", action="store_true", help="measure again what is recorded already")
    parser.add_argument("--compare", action="store_true", help="measure again, compare with the record, write nothing")
    parser.add_argument("--verify", action="store_true", help="run the shim inside releases not verified yet")
    parser.add_argument("--behaviour", action="store_true", help="evaluate the recipes in releases that lack them")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a generated file is out of date")
    parser.add_argument("--offline", action="store_true", help="do not ask the package index")
    parser.add_argument("--torch-backend", metavar="NAME", help="torch builds that uv selects: cpu, cu126, auto, ...")
    parser.add_argument("--keep-facts", metavar="FOLDER", help="keep the probe's raw output there")
    add_format(parser)


def run_audit(arguments: argparse.Namespace) -> int:
    from matrix.run.audit import main
    from matrix.run.options import Options

    return main(
        Options(
            releases=tuple(arguments.release),
            runtime=arguments.runtime,
            static=arguments.static,
            refresh=arguments.refresh,
            verify=arguments.verify,
            behaviour=arguments.behaviour,
            check=arguments.check,
            compare=arguments.compare,
            offline=arguments.offline,
            torch_backend=arguments.torch_backend,
            keep_facts=arguments.keep_facts,
            as_json=arguments.format == "json",
        )
    )


def add_merge_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="holds a folder of records for each machine that measured")


def run_merge(arguments: argparse.Namespace) -> int:
    from matrix.merge_records import main

    return main(arguments.folder)


def add_references_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--release", required=True, metavar="X.Y.Z", help="the release that is measured")
    parser.add_argument("canonical", type=Path, help="the file for the state-dict schemas of the newest release")
    parser.add_argument("reference", type=Path, help="the file for what verifying the newest release found")


def run_references(arguments: argparse.Namespace) -> int:
    from matrix import paths
    from matrix.run.references import write_references

    write_references(paths.repository(), arguments.release, arguments.canonical, arguments.reference)
    return 0


def add_new_releases_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", type=Path, default=Path("change.md"), help="the file for the text")


def run_new_releases(arguments: argparse.Namespace) -> int:
    from matrix.new_releases import main

    return main(arguments.write.absolute())


class Command(NamedTuple):
    """A command: its help text, its options and the function that runs it."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    examples: str | None = None


COMMANDS = {
    "audit": Command(
        "measure what is missing, compile the catalog, write the report",
        add_audit_arguments,
        run_audit,
        AUDIT_EXAMPLES,
    ),
    "merge-records": Command("merge the records that several machines measured", add_merge_arguments, run_merge),
    "new-releases": Command(
        "list and measure releases that are newer than the list, and write what they changed",
        add_new_releases_arguments,
        run_new_releases,
    ),
    "write-references": Command(
        "write what the probe and the verification of a release are given of the newest one",
        add_references_arguments,
        run_references,
    ),
}


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matrix", description="Measure torchvision releases.")
    parser.add_argument("--verbose", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for name, command in COMMANDS.items():
        child = commands.add_parser(
            name,
            help=command.help,
            description=command.help[0].upper() + command.help[1:] + ".",
            epilog=command.examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(child)
        child.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 2 for a usage error or a failure, 130 after Ctrl-C."""
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        if arguments.verbose:
            raise
        print(
            f"matrix: {arguments.command} needs {error.name}, which is not installed. "
            f"Run it as a nox session, or install the dependency group: pip install --group matrix",
            file=sys.stderr,
        )
        return 2
    except (TVCompatError, FileNotFoundError) as error:
        if arguments.verbose:
            raise
        print(f"matrix: {error}", file=sys.stderr)
        return 2
