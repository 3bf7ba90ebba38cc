"""``tvcompat startup``: the guard for processes you do not start yourself."""

import argparse

EXAMPLES = """examples:
  tvcompat startup install        from then on TVCOMPAT_LEGACY=1 turns the guard on in any process of this Python
  TVCOMPAT_LEGACY=1 jupyter lab
  tvcompat startup remove

It puts a file of one line into site-packages. Without the variable that line does nothing and imports nothing.
TVCOMPAT_LEGACY=forward gives names and arguments of newer releases, too; TVCOMPAT_LEDGER=FILE writes the ledger."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("install", "remove", "status"), help="what to do")


def run(arguments: argparse.Namespace) -> int:
    from tvcompat.legacy import startup

    if arguments.action == "install":
        print(f"{startup.install()} is there; TVCOMPAT_LEGACY=1 turns the guard on")
    elif arguments.action == "remove":
        print(f"{startup.place()} {'is gone' if startup.remove() else 'was not there'}")
    else:
        there = startup.place().is_file()
        print(f"{startup.place()} {'is there' if there else 'is not there'}")
        return 0 if there else 1
    return 0
