"""What a contributor does, as nox sessions. `nox` alone runs the tests; `nox -s audit` measures and reports."""

import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "tests", "current", "remeasure"]

sys.path.insert(0, str(Path(__file__).parent))
PROJECT = nox.project.load_toml("pyproject.toml")
RELEASES = [
    entry["version"] for entry in nox.project.load_toml("matrix/releases.toml")["release"] if not entry.get("yanked")
]

# The oldest and the newest Python the package supports run the unit tests.
PYTHONS = nox.project.python_versions(PROJECT)
OLDEST_PYTHON, NEWEST_PYTHON = PYTHONS[0], PYTHONS[-1]


def interpreter(version: str) -> str:
    """A Python that PATH, pyenv or uv has; nox itself would look at PATH alone, or download one."""
    try:
        from tvcompat.audit.interpreters import find_interpreter

        return find_interpreter(version)
    except Exception:
        # nox says which interpreter is missing when the session runs, and goes on with the other sessions.
        return version


@nox.session(reuse_venv=True)
def audit(session: nox.Session) -> None:
    """Measure what is missing, compile the catalog, write the report. Options: see `-- --help`."""
    session.install("-e", ".[audit]", silent=True)
    session.run("tvcompat", "audit", *session.posargs)


@nox.session(reuse_venv=True, venv_location=".nox/matrix")
@nox.parametrize("release", RELEASES, ids=RELEASES)
def matrix(session: nox.Session, release: str) -> None:
    """Install one torchvision release in a fresh environment, measure it there, record it, remove it."""
    session.install("-e", ".[audit]", silent=True)
    mode = [] if "--compare" in session.posargs else ["--runtime", "--refresh"]
    session.run("tvcompat", "audit", *mode, "--release", release, *session.posargs)


@nox.session(reuse_venv=True)
def lint(session: nox.Session) -> None:
    """ruff and strict mypy."""
    session.install("-e", ".[audit]", *nox.project.dependency_groups(PROJECT, "lint", "tests"), "nox", silent=True)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(python=[interpreter(OLDEST_PYTHON), interpreter(NEWEST_PYTHON)], reuse_venv=True)
def tests(session: nox.Session) -> None:
    """Unit tests in parallel, on the oldest and the newest Python; the oldest with the core alone."""
    extra = ".[audit]" if session.python == interpreter(NEWEST_PYTHON) else "."
    session.install("-e", extra, *nox.project.dependency_groups(PROJECT, "tests"), silent=True)
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session(reuse_venv=True, venv_location=".nox/audit")
def current(session: nox.Session) -> None:
    """Fail when the catalog or the report is behind the records."""
    session.install("-e", ".[audit]", silent=True)
    session.run("tvcompat", "audit", "--check", *session.posargs)


@nox.session(reuse_venv=True, venv_location=".nox/audit")
def remeasure(session: nox.Session) -> None:
    """Measure the oldest and the newest release again, in real installs, and compare with their records."""
    session.install("-e", ".[audit]", silent=True)
    chosen = [argument for release in (RELEASES[0], RELEASES[-1]) for argument in ("--release", release)]
    session.run("tvcompat", "audit", "--compare", *chosen, *session.posargs)
