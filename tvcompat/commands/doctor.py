"""``tvcompat doctor``: do the installed torch, torchvision and Python fit, and what to install if they do not.

Both packages are looked at from outside first (their metadata and ``version.py``), then imported and used in a process
of its own, so that a crash there is an answer and not the end of this program. Importing alone proves little: torch
imports beside a numpy it can't use, and torchvision without its image extension.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from importlib import metadata
from importlib.util import find_spec
from typing import Any, Dict, List, Optional

from packaging.requirements import Requirement
from packaging.version import Version

from tvcompat.catalog.queries import Catalog, catalog
from tvcompat.catalog.torch_pairs import satisfies, torchvision_for
from tvcompat.commands.output import add_format, print_json
from tvcompat.releases import OLDEST_SUPPORTED, base_version

EXAMPLES = """examples:
  tvcompat doctor
  python -m tvcompat doctor --format json      in the environment that python belongs to
"""

# The probe imports both packages and uses them; the first import of a large torch can take long.
IMPORT_SECONDS = 180
# What torchvision warns of where an extension does not load, in the words of all releases.
NOT_LOADED = re.compile(
    r"Failed to load (?:image Python extension: '?|'image\w*' extension: )(.*?)'?(?:If you don't plan on.*)?$"
)
# What the probe has to say stands on lines that begin so; anything else is said by the packages.
MARK = "tvcompat-doctor "
CHECK = """
import json, warnings

def say(**facts):
    print("\\n" + MARK + json.dumps(facts), flush=True)

import torch
print("torch", torch.__version__, torch.version.cuda)
import torchvision
print("torchvision", torchvision.__version__)
warnings.simplefilter("ignore")

def nms(device):
    boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0]], device=device)
    return torchvision.ops.nms(boxes, torch.tensor([1.0], device=device), 0.5).tolist()

print("nms", nms("cpu"))

def attempt(name, function):
    say(trying=name)
    try:
        function()
        say(tried=name, error="")
    except Exception as error:
        text = (str(error).strip().splitlines() or [""])[0]
        say(tried=name, error=f"{type(error).__name__}: {text[:300]}")

def require(condition, what):
    if not condition:
        raise RuntimeError(what)

def with_numpy():
    import numpy
    array = numpy.array([1.0, 2.0], dtype="float32")
    require(torch.from_numpy(array).tolist() == [1.0, 2.0], "torch.from_numpy gives other values")
    require((torch.tensor([1.0, 2.0]).numpy() == array).all(), "Tensor.numpy gives other values")

def to_tensor():
    from PIL import Image
    from torchvision import transforms
    found = transforms.ToTensor()(Image.new("RGB", (3, 2), (255, 0, 0)))
    require(tuple(found.shape) == (3, 2, 3) and found[0].min() == 1, "ToTensor gives other values")
    require(transforms.ToPILImage()(found).getpixel((0, 0)) == (255, 0, 0), "ToPILImage gives other values")

image = torch.arange(48, dtype=torch.uint8).reshape(3, 4, 4)

def png():
    found = torchvision.io.decode_png(torchvision.io.encode_png(image))
    require(torch.equal(found, image), "decoding gives another image")

def jpeg():
    found = torchvision.io.decode_jpeg(torchvision.io.encode_jpeg(image))
    require(found.shape == image.shape, "decoding gives another image")

def torchvision_cuda():
    found = getattr(torchvision.version, "cuda", None)
    if not found and not torchvision.__version__.endswith("+cpu"):
        found = max(torch.ops.torchvision._cuda_version(), 0)
    return found or 0

def versions():
    import numpy
    say(numpy=numpy.__version__)

def cuda():
    say(torch_cuda=torch.version.cuda or "", hip=bool(getattr(torch.version, "hip", None)))
    say(torchvision_cuda=torchvision_cuda())

for function in (versions, cuda):
    try:
        function()
    except Exception:
        pass

attempt("numpy", with_numpy)
attempt("ToTensor", to_tensor)
for name, function in (("png", png), ("jpeg", jpeg)):
    if hasattr(torchvision.io, "decode_" + name):
        attempt(name, function)
devices = [f"cuda:{number}" for number in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
for name in ("mps", "xpu"):
    backend = getattr(torch.backends, name, None) or getattr(torch, name, None)
    if hasattr(backend, "is_available") and backend.is_available():
        devices.append(name)
for device in devices:
    attempt("nms on " + device, lambda: require(nms(device) == [0], "nms gives other values"))

"""


@dataclass
class Package:
    """One of the two packages as its files describe it.

    Attributes:
        version: from the metadata, ``None`` when it is not installed.
        build: ``cpu``, ``cu121``, ... as ``version.py`` says, empty where it says nothing.
        requires_torch: torchvision only: the torch its metadata asks for.
    """

    version: Optional[str] = None
    build: str = ""
    requires_torch: str = ""


@dataclass
class Tried:
    """What importing and using both packages gave.

    Attributes:
        works: whether both import and a compiled operator runs.
        error: the line that says why not.
        errors: what was tried -> what went wrong, empty where nothing did: ``numpy``, ``ToTensor``, ``png``, ``jpeg``,
            ``nms on cuda:0``.
        extension: why the image extension does not load, as torchvision says it.
        facts: ``numpy`` (its version), ``torch_cuda`` (``12.1``, empty for a build without), ``torchvision_cuda``
            (``12010``, 0 for a build without) and ``hip``.
    """

    works: bool = False
    error: str = ""
    errors: Dict[str, str] = field(default_factory=dict)
    extension: str = ""
    facts: Dict[str, Any] = field(default_factory=dict)


@dataclass
class Diagnosis:
    """What was found.

    Attributes:
        fits: whether code that uses torchvision runs here.
        problem: what is wrong, in a sentence; empty when nothing is.
        remedy: the command that mends it; several lines where it takes more than one.
        error: the last line of what importing said, where it failed.
        checks: what was tried -> what went wrong, empty where nothing did.
        notes: what else is worth knowing.
    """

    python: str
    torch: Package
    torchvision: Package
    fits: bool = True
    problem: str = ""
    remedy: str = ""
    error: str = ""
    checks: Dict[str, str] = field(default_factory=dict)
    notes: List[str] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    found = diagnose(catalog())
    if arguments.format == "json":
        print_json(asdict(found))
    else:
        print("\n".join(text(found)))
    return 0 if found.fits else 1


def text(found: Diagnosis) -> List[str]:
    """The diagnosis for people."""
    lines = [f"Python       {found.python}"]
    for name, package in (("torch", found.torch), ("torchvision", found.torchvision)):
        build = f"  ({package.build} build)" if package.build else ""
        lines.append(f"{name:<12} {package.version or 'not installed'}{build}")
    if found.fits:
        *tried, last = [
            "the compiled operators",
            *(NAMES.get(name, name) for name, error in found.checks.items() if not error),
        ]
        lines.append(f"They fit: {', '.join(tried)} and {last} work." if tried else f"They fit, and {last} work.")
    else:
        lines.append(f"Problem: {found.problem}")
    if found.error:
        lines.append(f"Importing said: {found.error}")
    lines += [f"{NAMES.get(name, name)}: {error}" for name, error in found.checks.items() if error]
    if found.remedy:
        lines += ["To fix this, run:", *(f"    {line}" for line in found.remedy.splitlines())]
    return lines + [f"Note: {note}" for note in found.notes]


def look_at(name: str) -> Package:
    """A package as its metadata and its ``version.py`` describe it, without importing it."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return Package()
    package = Package(distribution.version)
    for line in distribution.requires or ():
        requirement = Requirement(line)
        if name == "torchvision" and requirement.name == "torch":
            package.requires_torch = str(requirement.specifier)
    try:
        written = str(distribution.locate_file(f"{name}/version.py"))
        with open(written, encoding="utf-8") as stream:
            source = stream.read()
    except (OSError, UnicodeDecodeError):
        source = ""
    package.build = build_of(source, package.version or "")
    return package


def build_of(source: str, version: str) -> str:
    """``cpu``, ``cu121``, ``rocm6.0``, ... from a ``version.py``, else from the local part of a version."""
    written = re.search(r"__version__ = ['\"][^'\"]*\+([\w.]+)['\"]", source)
    if written:
        return written.group(1)
    cuda = re.search(r"^cuda(?:: [^=\n]+)? = ['\"]([\d.]+)['\"]", source, re.MULTILINE)
    if cuda:
        return "cu" + cuda.group(1).replace(".", "")
    return version.partition("+")[2]


# What is tried, as people read it.
NAMES = {"png": "PNG", "jpeg": "JPEG"}


def try_both() -> Tried:
    """Import and use both packages in another process."""
    # Newer releases say nothing of an extension that does not load, unless they are asked to.
    environment = {**os.environ, "TORCHVISION_WARN_WHEN_EXTENSION_LOADING_FAILS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"MARK = {MARK!r}\n{CHECK}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", timeout=IMPORT_SECONDS, check=False, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Tried(error=f"no answer within {IMPORT_SECONDS} s")
    tried = Tried(works="nms [0]" in done.stdout.splitlines())
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(MARK)]
    loading = next(filter(None, map(NOT_LOADED.search, said)), None)
    tried.extension = loading.group(1) if loading else ""
    ended = f"the process was ended by signal {-done.returncode}" if done.returncode < 0 else ""
    for line in lines:
        if line.startswith(MARK):
            facts = json.loads(line[len(MARK) :])
            if "trying" in facts:
                # What the process does not live through is all that it says of it.
                tried.errors[facts["trying"]] = ended or "no result"
            elif "tried" in facts:
                tried.errors[facts["tried"]] = facts["error"]
            else:
                tried.facts.update(facts)
    if done.returncode and "no result" not in tried.errors.values() and ended not in tried.errors.values():
        # It failed outside of what was tried, even if that was at its end.
        tried.works = False
    if not tried.works:
        tried.error = ended or (said[-1] if said else f"exit code {done.returncode}")
    return tried


def diagnose(known: Catalog) -> Diagnosis:
    """Look at both packages, then import them."""
    found = Diagnosis(".".join(map(str, sys.version_info[:3])), look_at("torch"), look_at("torchvision"))
    judge(known, found, try_both() if found.torch.version and found.torchvision.version else Tried())
    if find_spec("pip") is None:
        # An environment that uv made has none; another environment's pip would install there.
        found.remedy = re.sub(r"^pip ", "uv pip ", found.remedy, flags=re.MULTILINE)
    return found


def judge(known: Catalog, found: Diagnosis, tried: Tried) -> None:
    """Fill in what is wrong and what mends it. Pure, so that every case can be tested."""
    torch, torchvision = found.torch, found.torchvision
    works, error = tried.works, tried.error
    found.fits, found.error, found.checks = works, error, tried.errors
    if torchvision.version is None:
        found.fits = False
        found.problem = "torchvision is not installed."
        fitting = torchvision_for(known, torch.version) if torch.version else None
        if torch.version and fitting is None:
            found.problem += f" No torchvision from {OLDEST_SUPPORTED} on is made for torch {torch.version}."
            found.remedy = f'pip install "torchvision=={known.newest}"'
        else:
            found.remedy = install(f"torchvision=={fitting}" if fitting else "torchvision", torch)
        return
    if torch.version is None:
        found.fits = False
        found.problem = "torch is not installed, and torchvision needs it."
        found.remedy = f'pip install "torch{torchvision.requires_torch}"'
        return
    release = known.nearest(torchvision.version)
    if release is None:
        found.notes.append(
            f"torchvision {torchvision.version} is older than {OLDEST_SUPPORTED}, the oldest release tvcompat knows"
        )
    elif Version(base_version(torchvision.version)) > Version(known.newest):
        found.notes.append(
            f"torchvision {torchvision.version} is newer than {known.newest}, the newest release tvcompat knows"
        )
    wanted = torchvision.requires_torch or (known.all_releases[release].requires_torch if release else "")
    if wanted and not satisfies(torch.version, wanted):
        found.fits = False
        found.problem = (
            f"torchvision {torchvision.version} was compiled for torch {wanted}, "
            f"and torch {torch.version} is installed."
        )
        fitting = torchvision_for(known, torch.version)
        if fitting:
            found.remedy = install(f"torchvision=={fitting}", torch)
        else:
            found.remedy = install(f"torch{wanted}", torch)
            found.problem += f" No torchvision from {OLDEST_SUPPORTED} on is made for torch {torch.version}."
        return
    if works:
        judge_use(found, tried)
        return
    if torch.build and torchvision.build and torch.build != torchvision.build:
        found.problem = (
            f"torch is a {torch.build} build and torchvision a {torchvision.build} build. "
            f"The compiled operators of one do not load into the other."
        )
        found.remedy = install(f"torchvision=={base_version(torchvision.version)}", torch)
    elif re.search(r"operator torchvision::\w+ does not exist|Couldn't load custom C\+\+ ops", error):
        found.problem = "torchvision's compiled operators do not load into this torch: the two builds do not fit."
        found.remedy = reinstall(torch.version, torchvision.version)
    elif "numpy" in error.lower() or "_ARRAY_API" in error:
        found.problem = "numpy 2 is installed, and this torch was compiled against numpy 1."
        found.remedy = 'pip install "numpy<2"'
    elif re.search(r"PIL|Pillow", error):
        found.problem = "the installed Pillow has no longer what this torchvision uses."
        found.remedy = 'pip install "pillow<10"'
    elif "pkg_resources" in error:
        found.problem = "this torch imports pkg_resources, which newer setuptools do not have."
        found.remedy = 'pip install "setuptools<70"'
    else:
        found.problem = "importing the two fails."
        found.remedy = reinstall(torch.version, torchvision.version)


def judge_use(found: Diagnosis, tried: Tried) -> None:
    """Fill in what is wrong with two packages that import, by what was tried with them."""
    torch_version, torchvision_version = str(found.torch.version), str(found.torchvision.version)
    again = f'pip install --force-reinstall --no-deps "torchvision=={base_version(torchvision_version)}"'
    problems: List[str] = []
    remedies: List[str] = []
    torch_cuda, torchvision_cuda = tried.facts.get("torch_cuda", ""), tried.facts.get("torchvision_cuda")
    failing = [name for name, error in tried.errors.items() if name.startswith("nms on cuda") and error]
    if failing or (torch_cuda and torchvision_cuda == 0 and not tried.facts.get("hip")):
        if failing:
            problems.append(f"torchvision's operators fail on {', '.join(name[len('nms on ') :] for name in failing)}.")
        else:
            problems.append(
                f"torch is built for CUDA {torch_cuda} and torchvision without CUDA: nms, roi_align and its other "
                f"operators fail on a GPU."
            )
        local = torch_version.partition("+")[2]
        remedies.append(install(f"torchvision=={base_version(torchvision_version)}", found.torch) if local else again)
    elif torchvision_cuda and "torch_cuda" in tried.facts and not torch_cuda and not tried.facts.get("hip"):
        found.notes.append("torchvision is built with CUDA and torch without: both run on the processor alone.")
    numpy = str(tried.facts.get("numpy", ""))
    if tried.errors.get("numpy"):
        if numpy.partition(".")[0].isdigit() and int(numpy.partition(".")[0]) >= 2:
            problems.append(
                f"numpy {numpy} is installed, and torch {torch_version} was compiled against numpy 1: whatever turns "
                f"images into tensors or tensors into arrays fails, ToTensor among it."
            )
            remedies.append('pip install "numpy<2"')
        elif not numpy:
            problems.append("numpy is not installed or does not import.")
            remedies.append(
                'pip install "numpy<2"'
                if Version(base_version(torch_version)) < Version("2.3")
                else "pip install numpy"
            )
        else:
            problems.append(f"torch {torch_version} and numpy {numpy} do not work together.")
            remedies.append(reinstall(torch_version, torchvision_version))
    elif tried.errors.get("ToTensor"):
        problems.append("ToTensor fails on an image of PIL.")
        remedies.append('pip install "pillow<10"' if "PIL" in tried.errors["ToTensor"] else again)
    images = [NAMES[name] for name in ("png", "jpeg") if tried.errors.get(name)]
    if images:
        why = f" ({tried.extension})" if tried.extension else ""
        problems.append(
            f"torchvision.io can't read or write {' and '.join(images)} images: its image extension is missing or does "
            f"not load{why}. Reading images with PIL works."
        )
        remedies.append(again)
    for name, error in tried.errors.items():
        if name.startswith("nms on ") and error and name not in failing:
            found.notes.append(f"{name[len('nms on ') :]} is there, and this torchvision's nms does not run on it")
    if problems:
        found.fits = False
        found.problem = " ".join(problems)
        found.remedy = "\n".join(dict.fromkeys(remedies))


def install(requirement: str, torch: Package) -> str:
    """The command that installs a requirement beside the torch that is there, from the same kind of builds.

    A local part in the version (``2.5.0+cpu``) shows that a torch did not come from the index that pip reads by
    default; uv knows where such builds are kept.
    """
    local = (torch.version or "").partition("+")[2]
    if local:
        pinned = f'"torch=={base_version(str(torch.version))}"'
        return f'uv pip install --torch-backend {local} --reinstall-package torchvision "{requirement}" {pinned}'
    return f'pip install "{requirement}"'


def reinstall(torch: str, torchvision: str) -> str:
    """The command that installs both anew, from one place."""
    return f'pip install --force-reinstall "torch=={base_version(torch)}" "torchvision=={base_version(torchvision)}"'
