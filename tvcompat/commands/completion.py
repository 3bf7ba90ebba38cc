"""``tvcompat completion``: print a completion script for a shell."""

import argparse

from tvcompat.errors import MissingToolError

EXAMPLES = """examples:
  tvcompat completion bash > ~/.local/share/bash-completion/completions/tvcompat
  tvcompat completion zsh > ~/.zfunc/_tvcompat      with ~/.zfunc in fpath

needs the extra: pip install "tvcompat[completion]\""""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def run(arguments: argparse.Namespace) -> int:
    """Print the script.

    Raises:
        MissingToolError: shtab is not installed.
    """
    from tvcompat.cli import build_parser

    try:
        import shtab
    except ImportError as error:
        raise MissingToolError("shtab", "completion", "tvcompat completion") from error
    print(shtab.complete(build_parser(None, whole=True), shell=arguments.shell))
    return 0
