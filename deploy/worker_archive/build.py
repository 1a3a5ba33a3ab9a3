"""Puts the archive together; layers that are there already are used again."""

import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from deploy.errors import DeployError
from deploy.worker_archive.contents import CACHE, code_files, package_files
from deploy.worker_archive.distributions import worker_distributions
from deploy.worker_archive.layer import content_identity, layer_name, write_layer

_ROOT = Path(__file__).resolve().parents[2]
#: Of all entries of the zip, so that the same layers make the same archive.
_TIME = (2020, 1, 1, 0, 0, 0)
#: Small, and still with every kind of record, of card and of fraud (ours).
_CITY = ("--people", "1000", "--days", "1", "--seed", "3")


@dataclass(frozen=True)
class Archive:
    """A finished archive and the names of its layers."""

    path: Path
    packages: str
    code: str


def build(path: Path) -> Archive:
    """Write the archive to `path`, its layers beside it into a folder ``layers``.

    Raises
    ------
    DeployError
        A package is missing, or the kernels cannot be compiled.
    """
    layers = path.parent / "layers"
    layers.mkdir(parents=True, exist_ok=True)
    packages = _packages(layers)
    code = _code(layers, _kernels())
    draft = path.with_suffix(".new")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        for name in (packages, code):
            _add(archive, f"{name}.tar.gz", (layers / f"{name}.tar.gz").read_bytes(), 0o644)
        _add(archive, "bin/python", _launcher(packages, code).encode(), 0o755)
    draft.replace(path)
    return Archive(path, packages, code)


def _packages(layers: Path) -> str:
    distributions = worker_distributions(_ROOT / "pyproject.toml")
    versions = [f"{one.name}=={one.version}" for one in distributions]
    which = Path(sys.modules[package_files.__module__].__file__).read_text("utf-8")
    name = layer_name("packages", "\n".join([sys.version, os.uname().machine, which, *versions]))
    if not (layers / f"{name}.tar.gz").exists():
        write_layer(layers / f"{name}.tar.gz", package_files(distributions))
    return name


def _code(layers: Path, kernels: Path) -> str:
    found = list(code_files(_ROOT, kernels))
    name = layer_name("code", content_identity(found))
    if not (layers / f"{name}.tar.gz").exists():
        write_layer(layers / f"{name}.tar.gz", found)
    return name


def _kernels() -> Path:
    """Compile in a process of its own, whose cache folder is the one that follows from the source."""
    with tempfile.TemporaryDirectory() as folder:
        _python("jobs.cli.main", "simulate", "--out", f"{folder}/bus", *_CITY)
        said = _python("deploy.worker_archive.warm_up", f"{folder}/bus")
    kernels = Path(said.strip().splitlines()[-1])
    if not any(kernels.rglob("*.nbc")):
        raise DeployError(f"no compiled kernels in {kernels}: it was cleared, or cannot be written; try again")
    return kernels


def _python(module: str, *arguments: str) -> str:
    """Run one of our modules, without our own caches and settings in its environment; returns what it printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_CACHE", "DUANKA_"))}
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=_ROOT, env=environment,
                          capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DeployError(f"the kernels cannot be compiled: {module}: {last}")
    return done.stdout


def _launcher(packages: str, code: str) -> str:
    text = files("deploy.worker_archive").joinpath("launcher.sh").read_text("utf-8")
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for mark, value in (("@PYTHON@", python), ("@PACKAGES@", packages), ("@CODE@", code), ("@CACHE@", CACHE)):
        text = text.replace(mark, value)
    return text


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.external_attr = (0o100000 | mode) << 16
    archive.writestr(entry, content)
