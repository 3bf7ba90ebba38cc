"""``tvcompat rule``: what a rule of the checker finds, why, and what to write instead."""

import argparse

from tvcompat.check.rules import Rule, rules
from tvcompat.commands.output import print_json, table
from tvcompat.errors import UnknownRuleError

EXAMPLES = """examples:
  tvcompat rule            all rules
  tvcompat rule TVC201     one of them"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", help="a code, TVC201, or the name of a rule; all when not given")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (the default) or json")


def run(arguments: argparse.Namespace) -> int:
    known = rules()
    if arguments.code is None:
        if arguments.format == "json":
            print_json([described(rule) for rule in known.values()])
        else:
            print(table(["code", "name", "finds"], [[r.code, r.name, r.summary] for r in known.values()]))
        return 0
    rule = next((r for r in known.values() if arguments.code.upper() == r.code or arguments.code == r.name), None)
    if rule is None:
        raise UnknownRuleError(arguments.code, list(known))
    if arguments.format == "json":
        print_json(described(rule))
    else:
        print(f"{rule.code} {rule.name}\n{rule.summary}\n\n{rule.explanation}")
        print(f"\n    {rule.bad}\n\nInstead:\n\n    {rule.good}")
        if rule.link:
            print(f"\nWhat made it necessary: {rule.link}")
    return 0


def described(rule: Rule) -> "dict[str, str]":
    keys = ("code", "name", "summary", "explanation", "bad", "good", "link")
    return {key: getattr(rule, key) for key in keys}
