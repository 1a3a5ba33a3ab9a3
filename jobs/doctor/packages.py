"""Python itself, and whether the installed packages are those that this release wants."""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from jobs.doctor.finding import Finding, bad, ok

_PYTHONS = ((3, 11), (3, 12))
#: Named in the report, since questions to us begin with their versions.
_TOLD = ("apache-flink", "chdb", "clickhouse-driver", "confluent-kafka", "numba", "numpy", "pyarrow", "river")


def python() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] in _PYTHONS:
        yield ok("python", found)
    else:
        yield bad("python", found, "use Python 3.11 or 3.12: make setup PYTHON=python3.12")


def packages() -> Iterator[Finding]:
    """Every package that the product depends on, held against the versions that it takes."""
    wrong = []
    for text in requires("duanka") or ():
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            installed = _version(wanted.name)
            if installed is None:
                wrong.append(f"{wanted.name} is missing")
            elif not wanted.specifier.contains(installed, prereleases=True):
                wrong.append(f"{wanted.name} {installed} is not {wanted.specifier}")
    if wrong:
        yield bad("packages", "; ".join(wrong), "install what pyproject.toml wants: make setup")
    else:
        yield ok("packages", ", ".join(f"{name} {_version(name)}" for name in _TOLD))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
