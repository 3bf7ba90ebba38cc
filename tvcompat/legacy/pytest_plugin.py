"""``pytest --tvcompat=record``: tests under the guard. Without the option nothing happens and nothing is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generator, List

import pytest

if TYPE_CHECKING:
    from tvcompat.ledger import Use
    from tvcompat.legacy.guard import Guard


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tvcompat", "legacy names of torchvision")
    group.addoption(
        "--tvcompat",
        choices=("off", "record", "error"),
        default="off",
        help="run tests with the guard of tvcompat: `record` ends with what legacy names of torchvision were used, "
        "`error` fails the tests that use one (default: off)",
    )
    group.addoption("--tvcompat-ledger", metavar="FILE", help="write the ledger into a file (JSON)")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    mode = getattr(early_config.known_args_namespace, "tvcompat", "off")
    if mode == "off":
        return
    from tvcompat import legacy

    guard = legacy.enable(warn=False)
    early_config.pluginmanager.register(Session(guard, mode, early_config), "tvcompat-session")


class Session:
    """One run of pytest with the guard on."""

    def __init__(self, guard: Guard, mode: str, config: pytest.Config) -> None:
        self.guard: Guard = guard
        self.mode: str = mode
        self.config: pytest.Config = config
        self._uses: List[Use] = []
        self._by_nobody = 0
        guard.on_use = self._uses.append

    def _taken(self) -> List[Use]:
        """Return the uses since the last call."""
        found, self._uses[:] = self._uses[:], []
        return found

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, None]:
        self._by_nobody += len(self._taken())
        outcome = yield
        uses = self._taken()
        report = outcome.get_result()
        if self.mode == "error" and uses and report.passed:
            report.outcome = "failed"
            report.longrepr = described(uses)
            report.result = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, None]:
        self._by_nobody += len(self._taken())
        yield from self._phase()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, None]:
        yield from self._phase()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, None]:
        yield from self._phase()

    def _phase(self) -> Generator[None, Any, None]:
        outcome = yield
        uses = self._taken()
        if self.mode == "error" and uses and outcome.excinfo is None:
            outcome.force_exception(pytest.fail.Exception(described(uses), pytrace=False))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        worker = getattr(self.config, "workeroutput", None)
        if worker is not None:
            worker["tvcompat"] = [tuple(use) for use in self.guard.ledger.uses]
        elif self.mode == "error" and self._by_nobody and session.exitstatus == 0:
            session.exitstatus = 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object, error: object) -> None:
        from tvcompat.ledger import Use

        self.guard.ledger.extend(Use(*row) for row in getattr(node, "workeroutput", {}).get("tvcompat", ()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("legacy names of torchvision")
        terminalreporter.write(self.guard.ledger.summary())
        if self.mode == "error" and self._by_nobody:
            terminalreporter.write_line("Some were used by no test: while a conftest was imported, or between tests.")
        path = self.config.getoption("tvcompat_ledger")
        if path:
            self.guard.ledger.write(path)

    def pytest_unconfigure(self) -> None:
        from tvcompat import legacy

        self.guard.on_use = None
        legacy.disable()


def described(uses: List[Use]) -> str:
    """Return a description of the legacy names that a test used."""
    lines = dict.fromkeys(f"{use.file}:{use.line}: {use.text}" for use in uses)
    return "legacy names of torchvision were used:\n" + "\n".join(lines)
