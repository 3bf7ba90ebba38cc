"""What a contributor does, as nox sessions. `nox` alone runs the tests; `nox -s audit` measures and reports."""

import json
import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
# Where Python is told to write no bytecode, each of the hundreds of processes that the tests start compiles torch anew,
# which takes eight seconds. What is written stays in the environments of nox.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
LISTED = nox.project.load_toml("matrix/releases.toml")
RELEASES = [entry["version"] for entry in LISTED["release"] if not entry.get("yanked")]

# The oldest and the newest Python the package supports run the unit tests.
PYTHONS = nox.project.python_versions(PROJECT)
OLDEST_PYTHON, NEWEST_PYTHON = PYTHONS[0], PYTHONS[-1]

# What measures releases is not shipped, so its Python and its libraries are newer than the package's.
MEASURING_PYTHON = (3, 11)
MEASURING = nox.project.dependency_groups(PROJECT, "matrix")

# Between them, 0.13.1, where the eras meet: builders take both arguments, and some ignore the old one.
MIDDLE_PYTHON, MIDDLE = "3.10", "0.13.1"

# And 0.17.2, for torch 2.2, whose torch.load runs the code of TorchScript archives in spite of weights_only=True.
LOADING_PYTHON, LOADING = "3.11", "0.17.2"

TESTED = {
    OLDEST_PYTHON: (RELEASES[0], "0.10.1"),
    MIDDLE_PYTHON: (MIDDLE, "0.12.0"),
    LOADING_PYTHON: (LOADING, "0.15.2"),
    NEWEST_PYTHON: (RELEASES[-1], "0.28.0"),
}

# Where not all tests are run.
PARTS = {
    MIDDLE_PYTHON: ["tests/shim", "tests/legacy", "tests/test_doctor.py"],
    LOADING_PYTHON: [
        "tests/shim/test_checkpoints.py",
        "tests/shim/installed/test_archives.py",
        "tests/shim/installed/test_quirks.py",
    ],
}

nox.options.sessions = ["lint", *(f"tests-{version}" for version in TESTED), "check-generated", "remeasure"]


def interpreter(version: str) -> str:
    """A Python that PATH, pyenv or uv has; nox itself would look at PATH alone, or try to download one."""
    sys.path.insert(0, str(ROOT))
    try:
        from matrix.errors import InterpreterNotFoundError
        from matrix.install.interpreters import find_interpreter
    finally:
        sys.path.remove(str(ROOT))
    try:
        return find_interpreter(version)
    except InterpreterNotFoundError:
        # nox says which one is missing when the session is asked for.
        return version


def find_uv() -> "str | None":
    """uv on PATH, or the one that came with nox."""
    try:
        import uv

        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def measuring_environment(session: nox.Session) -> Path:
    """The interpreter of the one environment that all measuring sessions share; forty would be a waste."""
    base = sys.executable if sys.version_info >= MEASURING_PYTHON else interpreter(NEWEST_PYTHON)
    return environment(session, ROOT / ".nox" / "measuring", base, "-e", str(ROOT), *MEASURING)


def environment(
    session: nox.Session, folder: Path, base: str, *requirements: str, env: "dict[str, str] | None" = None
) -> Path:
    """The interpreter of a virtual environment beside those of nox, with what it needs; it is kept where it exists."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = find_uv()
    if not python.exists():
        create = [uv, "venv", "--quiet", "--python", base] if uv else [base, "-m", "venv"]
        session.run_install(*create, str(folder), external=True, silent=True)
    install = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    session.run_install(*install, "--quiet", *requirements, external=True, silent=True, env=env)
    return python


def measuring(session: nox.Session, *arguments: str) -> None:
    """Run `python -m matrix audit`."""
    run_measuring(session, "-m", "matrix", "audit", *arguments)


def run_measuring(session: nox.Session, *arguments: str, env: "dict[str, str] | None" = None) -> None:
    """Run the interpreter of the measuring sessions, with the uv that was found."""
    python, uv = measuring_environment(session), find_uv()
    session.run(str(python), *arguments, external=True, env={**(env or {}), **({"UV": uv} if uv else {})})


def requirements(release: str) -> "list[str]":
    """What a release is installed with, as `matrix/releases.toml` says."""
    entry = next(entry for entry in LISTED["release"] if entry["version"] == release)
    pins = [LISTED["pins"][name]["requirement"] for name in entry.get("pins", [])]
    return [f"torchvision=={release}", f"torch=={entry['torch']}", *pins]


def sharing_cache(session: nox.Session) -> "dict[str, str]":
    """The cache of the measuring sessions, so that gigabytes of torch are fetched once and not twice."""
    python = measuring_environment(session)
    code = "from matrix import paths; print(paths.cache() / 'uv')"
    found = session.run(str(python), "-c", code, external=True, silent=True)
    # With --install-only nothing is run, and nothing is said.
    return {"UV_CACHE_DIR": str(found).strip()} if find_uv() and found else {}


@nox.session(venv_backend="none")
def audit(session: nox.Session) -> None:
    """Measure what is missing, compile the catalog, write the report. Options: see `-- --help`."""
    measuring(session, *session.posargs)


@nox.session(venv_backend="none")
@nox.parametrize("release", RELEASES, ids=RELEASES)
def matrix(session: nox.Session, release: str) -> None:
    """Install one torchvision release in a fresh environment, measure it there, record it, remove it."""
    mode = [] if "--compare" in session.posargs else ["--runtime", "--refresh"]
    measuring(session, *mode, "--release", release, *session.posargs)


@nox.session(name="list-matrix", venv_backend="none")
def list_matrix(session: nox.Session) -> None:
    """Print the sessions of the matrix for machines that share it, as `sessions=JSON`: `-- 0.12.0 0.29.2` for some."""
    command = [sys.executable, "-m", "nox", "--list", "--json", "--session", "matrix"]
    listed = json.loads(str(session.run(*command, external=True, silent=True, stderr=None)))
    pythons = {entry["version"]: entry["python"] for entry in LISTED["release"]}
    found = [
        {"session": entry["session"], "release": release, "python": pythons[release]}
        for entry in listed
        for release in [entry["session"].partition("(")[2].rstrip(")").strip("'\"")]
        if not session.posargs or release in session.posargs
    ]
    print(f"sessions={json.dumps(found)}")


@nox.session(name="merge-records", venv_backend="none")
def merge_records(session: nox.Session) -> None:
    """Merge the records that several machines measured: `-- FOLDER`."""
    run_measuring(session, "-m", "matrix", "merge-records", *session.posargs)


@nox.session(name="new-releases", venv_backend="none")
def new_releases(session: nox.Session) -> None:
    """List and measure releases newer than the list, and write what they changed: `-- --write change.md`."""
    run_measuring(session, "-m", "matrix", "new-releases", *session.posargs)


@nox.session(venv_backend="none")
def verify(session: nox.Session) -> None:
    """Run the shim inside releases where that was not done yet, or `-- --refresh --release 0.12.0`."""
    measuring(session, "--verify", *session.posargs)


@nox.session(reuse_venv=True)
def lint(session: nox.Session) -> None:
    """ruff, strict mypy, and the workflows against their schema and what zizmor knows of their safety."""
    session.install(
        "-e", ".[check]", *nox.project.dependency_groups(PROJECT, "lint", "matrix", "tests"), "nox", silent=True
    )
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    workflows = sorted(map(str, Path(".github", "workflows").glob("*.yml")))
    for schema, files in (
        ("github-workflows", workflows),
        ("github-actions", ["action.yml"]),
        ("dependabot", [".github/dependabot.yml"]),
    ):
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    session.run("zizmor", "--offline", "--quiet", "action.yml", ".github")


def tests(session: nox.Session) -> None:
    """Unit tests in parallel, with a real torchvision: the oldest Python with the oldest, the newest with the newest.

    On the oldest Python the core is installed alone, without what the tools need. In the middle, where both eras meet,
    only what runs models is of interest, and with torch 2.2 only what loads checkpoints.
    """
    version = session.name.rpartition("-")[2]
    release, other = TESTED[version]
    shared = sharing_cache(session)
    session.install(*requirements(release), silent=True, env=shared)
    extra = "." if version in (OLDEST_PYTHON, LOADING_PYTHON) else ".[check]"
    groups = ["tests", "types", "matrix"] if version == NEWEST_PYTHON else ["tests"]
    session.install("-e", extra, *nox.project.dependency_groups(PROJECT, *groups), silent=True)
    # A torchvision for another torch, to see what is said of that.
    mismatched = Path(session.virtualenv.location) / "mismatched"
    if not mismatched.exists():
        session.install("--no-deps", "--target", str(mismatched), f"torchvision=={other}", silent=True, env=shared)
    told = {"TVCOMPAT_TEST_TORCHVISION": release, "TVCOMPAT_TEST_MISMATCHED": str(mismatched)}
    if version == MIDDLE_PYTHON:
        # This torch was compiled against numpy 1, and numpy 2 is there for this Python.
        numpy = Path(session.virtualenv.location) / "numpy2"
        if not numpy.exists():
            session.install("--no-deps", "--target", str(numpy), "numpy>=2", silent=True)
        told["TVCOMPAT_TEST_NUMPY2"] = str(numpy)
    uv = find_uv()
    if uv:
        told["UV"] = uv
    if version == NEWEST_PYTHON:
        # Where FFmpeg is missing, it is tried how TorchCodec that does not work is replaced.
        session.install("--no-deps", "torchcodec", silent=True)
    if "--coverage" in session.posargs:
        covered(session, release, told, PARTS.get(version))
        return
    chosen = session.posargs or PARTS.get(version, [])
    session.run("pytest", "-n", "auto", "--dist", "worksteal", *chosen, env=told)


def covered(session: nox.Session, release: str, told: "dict[str, str]", part: "list[str] | None") -> None:
    """The tests, and what measures and verifies a release inside of it, with what of them is run."""
    session.install("coverage", silent=True)
    # On 3.8 coverage does not follow into other processes.
    workers = [] if release == RELEASES[0] else ["-n", "auto"]
    session.run("coverage", "run", "-m", "pytest", *workers, *(part or []), env=told)
    found = Path(session.create_tmp())
    canonical, reference = (str(found / f"{name}.json") for name in ("canonical", "reference"))
    run_measuring(session, "-m", "matrix", "write-references", "--release", release, canonical, reference)
    older = release != RELEASES[-1]
    probing = ["matrix/probe/__main__.py", *(["--canonical", canonical] if older else [])]
    session.run("coverage", "run", *probing, "--out", str(found / "facts.json"))
    verifying = ["-m", "matrix.verify", *(["--reference", reference] if older else [])]
    session.run("coverage", "run", *verifying, "--out", str(found / "verification.json"))


for version in TESTED:
    nox.session(name=f"tests-{version}", python=interpreter(version), reuse_venv=True)(tests)


@nox.session(venv_backend="none")
def coverage(session: nox.Session) -> None:
    """How much of the package is run, branches included: by all tests, inside releases, and by measuring some again."""
    for left in ROOT.glob(".coverage*"):
        left.unlink()
    names = [f"tests-{version}" for version in TESTED]
    session.run(sys.executable, "-m", "nox", "-s", *names, "--", "--coverage", external=True)
    python = measuring_environment(session)
    environment(session, python.parents[1], sys.executable, "coverage>=7.10")
    audited = ["-m", "coverage", "run", "-m", "matrix", "audit"]
    run_measuring(session, *audited, "--compare", "--release", RELEASES[0])
    # What writes records is run in a copy, whose records nobody keeps.
    copy = Path(session.create_tmp()) / "checkout"
    shutil.rmtree(copy, ignore_errors=True)
    session.run("git", "clone", "--quiet", str(ROOT), str(copy), external=True)
    inside = {"COVERAGE_FILE": str(ROOT / ".coverage.copy")}
    with session.chdir(copy):
        for wanted in (["--runtime", "--release", MIDDLE], ["--verify", "--release", RELEASES[0]]):
            run_measuring(session, *audited, *wanted, "--refresh", env=inside)
    shutil.rmtree(copy)
    # Tests kill processes, whose files are no data.
    session.run(str(python), "-m", "coverage", "combine", "--quiet", external=True, success_codes=[0, 1])
    session.run(str(python), "-m", "coverage", "report", *(session.posargs or ["--fail-under=95"]), external=True)


@nox.session(python=interpreter(NEWEST_PYTHON), reuse_venv=True)
def mutants(session: nox.Session) -> None:
    """Change name resolution and the translation of weights in thousands of places: what does no test notice?"""
    # The package itself is not installed: the changed one is to be found.
    session.install(
        "mutmut", "packaging", "pathspec", "pytest", "hypothesis", "jsonschema", "shtab", "tokenize-rt", silent=True
    )
    copy = Path(session.create_tmp()) / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    session.run("git", "clone", "--quiet", str(ROOT), str(copy), external=True)
    with session.chdir(copy):
        session.run("mutmut", "run", *session.posargs)
        session.run("mutmut", "results")


@nox.session(name="check-generated", venv_backend="none")
def check_generated(session: nox.Session) -> None:
    """Fail when the catalog or the report is out of date."""
    measuring(session, "--check", *session.posargs)


@nox.session(venv_backend="none")
def remeasure(session: nox.Session) -> None:
    """Measure the oldest, the newest and a release between again, in real installs, and compare with the records."""
    releases = [RELEASES[0], "0.14.1", RELEASES[-1]]
    chosen = [argument for release in releases for argument in ("--release", release)]
    measuring(session, "--compare", *chosen, *session.posargs)


# The releases whose whole models are pickled for `legacy`.
PICKLING = ["0.9.0", "0.10.1", "0.11.3", "0.12.0"]


@nox.session(python=interpreter("3.11"), reuse_venv=True)
def legacy(session: nox.Session) -> None:
    """The guard on the newest release: published packages as they are, and whole models of four old releases.

    The packages are those of `tests/legacy/packages.toml`; the models are pickled in real installs, which are removed.
    """
    shared = sharing_cache(session)
    packages = nox.project.load_toml("tests/legacy/packages.toml")["package"]
    session.install(*requirements(RELEASES[-1]), silent=True, env=shared)
    session.install("-e", ".", *nox.project.dependency_groups(PROJECT, "tests"), silent=True)
    needs = sorted({need for package in packages for need in package["needs"] if "==" not in need})
    session.install("numpy", "setuptools<81", "wheel", "cython", *needs, silent=True)
    pinned = {f"{package['package']}=={package['version']}" for package in packages}
    pinned |= {need for package in packages for need in package["needs"] if "==" in need}
    session.install("--no-deps", "--no-build-isolation", *sorted(pinned), silent=True)
    folder = Path(session.create_tmp()) / "pickles"
    for release in PICKLING:
        if not (folder / release).exists():
            pickle_models(session, release, folder / release, shared)
    wanted = {"TVCOMPAT_TEST_PACKAGES": "1", "TVCOMPAT_PICKLES": str(folder.absolute())}
    chosen = ["tests/legacy/installed/test_packages.py", "tests/legacy/installed/test_pickles.py"]
    session.run("pytest", "-n", "2", *chosen, *session.posargs, env=wanted)


def pickle_models(session: nox.Session, release: str, folder: Path, shared: "dict[str, str]") -> None:
    """Run an old release in an environment of its own, which is removed afterwards."""
    place = Path(session.create_tmp()) / f"release-{release}"
    entry = next(entry for entry in LISTED["release"] if entry["version"] == release)
    try:
        python = environment(session, place, interpreter(entry["python"]), *requirements(release), env=shared)
        session.run(str(python), "tests/legacy/installed/pickled.py", str(folder), external=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@nox.session(python=interpreter(NEWEST_PYTHON), reuse_venv=True)
def bench(session: nox.Session) -> None:
    """The speed and size goals, each beside what it is compared with in the same run; `-- --write` for the docs."""
    session.install(*requirements(RELEASES[-1]), silent=True, env=sharing_cache(session))
    session.install("-e", ".[check]", *MEASURING, "build", "nox[uv]", "playwright", "ruff", "torchfix", silent=True)
    session.run("python", "-m", "tests.bench", *session.posargs)


@nox.session(python=interpreter(NEWEST_PYTHON), reuse_venv=True)
def images(session: nox.Session) -> None:
    """torchvision's image functions and TorchCodec's on the same files; `-- --write` for the checker and the docs."""
    session.install(*requirements(RELEASES[-1]), silent=True, env=sharing_cache(session))
    session.install("--no-deps", "torchcodec", silent=True)
    session.install("-e", ".[check]", "pytest", silent=True)
    session.run("python", "-m", "tests.images", *session.posargs)


@nox.session(venv_backend="none")
def pages(session: nox.Session) -> None:
    """A documentation page for each rule of the checker, made from the rule itself."""
    python = measuring_environment(session)
    session.run(str(python), "-m", "tvcompat.check.pages", "docs/rules", external=True)
    session.run(str(python), "docs/pages.py", external=True)


@nox.session(python=interpreter("3.11"), reuse_venv=True)
def docs(session: nox.Session) -> None:
    """Build the documentation strictly: every link and anchor leads somewhere. `-- serve` shows it while you write."""
    session.install("-e", ".[check,completion]", *nox.project.dependency_groups(PROJECT, "docs"))
    session.run("mkdocs", *(session.posargs or ["build", "--strict"]))


@nox.session(venv_backend="none")
def package(session: nox.Session) -> None:
    """Build wheel and sdist, and use both in clean environments of four Pythons: the core alone, and each extra."""
    build = environment(session, ROOT / ".nox" / "build", sys.executable, "build[uv]", "twine")
    shutil.rmtree("dist", ignore_errors=True)
    session.run(str(build), "-m", "build", "--installer", "uv" if find_uv() else "pip", external=True, silent=True)
    files = sorted(Path("dist").iterdir())
    session.run(str(build), "-m", "twine", "check", "--strict", *map(str, files), external=True)
    for version in ("3.8", "3.9", "3.11", "3.13"):
        for file in files:
            for extra in EXTRAS if version == "3.13" else EXTRAS[:1]:
                use_package(session, version, file, extra)


# What is installed beside the core, one environment each.
EXTRAS = ["", "[check]", "[completion]"]


def use_package(session: nox.Session, version: str, file: Path, extra: str) -> None:
    """Install a distribution into an environment that has nothing else, and use it there."""
    session.log(f"Python {version}, {file.name}{extra}")
    place = Path(session.create_tmp()) / "clean"
    shutil.rmtree(place, ignore_errors=True)
    python = environment(session, place, interpreter(version), f"tvcompat{extra} @ {file.absolute().as_uri()}")
    session.run(str(python), "tests/installed_package.py", extra.strip("[]"), external=True)
    shutil.rmtree(place)
