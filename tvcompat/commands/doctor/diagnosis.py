"""Diagnose an installation: what is wrong, and the command that fixes it."""

import re
from dataclasses import dataclass, field
from typing import Dict, List

from packaging.version import Version

from tvcompat.catalog.queries import Catalog
from tvcompat.catalog.torch_pairs import satisfies, torchvision_for
from tvcompat.commands.doctor.packages import InstalledPackage
from tvcompat.commands.doctor.trial import Trial
from tvcompat.releases import OLDEST_SUPPORTED, base_version

# What is tried, in words for people.
NAMES = {"png": "PNG", "jpeg": "JPEG"}


@dataclass
class Diagnosis:
    """What was found.

    Attributes:
        fits: whether code that uses torchvision runs here.
        problem: what is wrong, in a sentence; empty when nothing is.
        remedy: the command that fixes it; several lines if it takes more than one.
        error: the last line of what importing said, where it failed.
        checks: what was tried -> what went wrong, empty if nothing did.
        notes: what else is worth knowing.
    """

    python: str
    torch: InstalledPackage
    torchvision: InstalledPackage
    fits: bool = True
    problem: str = ""
    remedy: str = ""
    error: str = ""
    checks: Dict[str, str] = field(default_factory=dict)
    notes: List[str] = field(default_factory=list)


def judge(known: Catalog, found: Diagnosis, tried: Trial) -> None:
    """Fill in what is wrong and how to fix it. Pure, so that every case can be tested."""
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


def judge_use(found: Diagnosis, tried: Trial) -> None:
    """Fill in what is wrong with two packages that can be imported, given how using them went."""
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


def install(requirement: str, torch: InstalledPackage) -> str:
    """Return the command that installs a requirement to match the installed torch, from the same builds.

    A local part in the version (``2.5.0+cpu``) shows that a torch did not come from the index that pip reads by
    default; uv knows where such builds are kept.
    """
    local = (torch.version or "").partition("+")[2]
    if local:
        pinned = f'"torch=={base_version(str(torch.version))}"'
        return f'uv pip install --torch-backend {local} --reinstall-package torchvision "{requirement}" {pinned}'
    return f'pip install "{requirement}"'


def reinstall(torch: str, torchvision: str) -> str:
    """Return the command that reinstalls both from the same index."""
    return f'pip install --force-reinstall "torch=={base_version(torch)}" "torchvision=={base_version(torchvision)}"'
