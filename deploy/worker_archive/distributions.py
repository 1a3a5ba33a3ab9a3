"""Which installed packages a worker needs."""

import importlib.metadata
import tomllib
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.errors import DeployError

#: Packages that workers never import, with what only they need.
NOT_FOR_WORKERS = {
    "apache-flink-libraries": "Flink's jars: the cluster has its own",
    "chdb": "the embedded store's engine: workers ask its server over the network",
    "pemja": "Python within the JVM: workers are processes",
    "river": "learners: the scoring job reads finished models",
    "scikit-learn": "learners: the scoring job reads finished models",
    "typer": "the command line",
    "rich": "the command line",
}


def worker_distributions(project: Path) -> list[Distribution]:
    """What our requirements come to, without `NOT_FOR_WORKERS`, in the versions installed here; by name.

    Parameters
    ----------
    project : Path
        Our ``pyproject.toml``.

    Raises
    ------
    DeployError
        A requirement is not installed.
    """
    needed = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
    found: dict[str, Distribution] = {}
    waiting = [Requirement(text) for text in needed]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or name in NOT_FOR_WORKERS or not _applies(requirement):
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise DeployError(f"{name} is not installed here; run make setup") from None
        waiting += [Requirement(text) for text in found[name].requires or ()]
    return [found[name] for name in sorted(found)]


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
