"""``tvcompat audit``: what ``nox -s audit`` runs."""

import argparse

from tvcompat.commands.output import add_format
from tvcompat.errors import MissingToolError

EXAMPLES = """examples (inside a checkout of tvcompat):
  nox -s audit                                    do what is missing, write the report
  nox -s audit -- --runtime                       measure missing releases in real installs as well
  nox -s audit -- --release 0.12.0 --refresh      one release again, sources and install
  nox -s audit -- --static --refresh              the sources of all releases again
  nox -s "matrix(0.12.0)"                         the same, as one nox session a release
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release", action="append", default=[], metavar="X.Y.Z", help="only this release; may be repeated"
    )
    parser.add_argument("--runtime", action="store_true", help="measure missing run-time facts in real installs")
    parser.add_argument("--static", action="store_true", help="never install anything")
    parser.add_argument("--refresh", action="store_true", help="measure again what is recorded already")
    parser.add_argument("--compare", action="store_true", help="measure again, compare with the record, write nothing")
    parser.add_argument("--verify", action="store_true", help="run the shim inside releases not verified yet")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when catalog or report are behind")
    parser.add_argument("--offline", action="store_true", help="do not ask the package index")
    parser.add_argument("--torch-backend", metavar="NAME", help="torch builds that uv selects: cpu, cu126, auto, ...")
    parser.add_argument("--keep-facts", metavar="FOLDER", help="keep the probe's raw output there")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        from tvcompat.audit.run import Options, main
    except ImportError as error:
        raise MissingToolError(error.name or "a library", "audit", "the audit") from error
    return main(
        Options(
            releases=tuple(arguments.release),
            runtime=arguments.runtime,
            static=arguments.static,
            refresh=arguments.refresh,
            verify=arguments.verify,
            check=arguments.check,
            compare=arguments.compare,
            offline=arguments.offline,
            torch_backend=arguments.torch_backend,
            keep_facts=arguments.keep_facts,
            as_json=arguments.format == "json",
        )
    )
