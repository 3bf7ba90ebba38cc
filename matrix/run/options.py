"""The options of an audit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What an audit is asked for.

    Attributes:
        releases: releases to measure, including run-time facts; all of the list if empty.
        runtime: measure missing run-time facts of every requested release in real installs, and nothing else.
        static: never install anything.
        refresh: measure again what is recorded already.
        verify: run the shim inside releases that were not verified yet, and nothing else.
        behaviour: evaluate the recipes in releases where that was not done yet, and nothing else.
        check: write nothing; fail when a generated file is out of date.
        compare: measure again and compare with the record, without writing anything.
        offline: do not contact the package index.
        torch_backend: uv's name for the torch builds to install, such as ``cpu``.
        keep_facts: folder for the probe's raw output.
        as_json: print what was done as JSON instead of a table.
    """

    releases: tuple[str, ...] = ()
    runtime: bool = False
    static: bool = False
    refresh: bool = False
    verify: bool = False
    behaviour: bool = False
    check: bool = False
    compare: bool = False
    offline: bool = False
    torch_backend: str | None = None
    keep_facts: str | None = None
    as_json: bool = False
