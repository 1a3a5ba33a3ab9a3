"""Licences of the Python packages that the product needs at run time, as pip-licenses reads them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.licences.allowed import spdx

_UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, order=True)
class Licence:
    """A dependency and its licence, an SPDX expression where one is known."""

    name: str
    version: str
    licence: str


def runtime_packages(product: str = "duanka") -> set[str]:
    """Names of everything that `product` needs here, directly or not, without its extras."""
    found: set[str] = set()
    waiting = [(product, "")]
    asked = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        try:
            wanted = requires(name) or ()
        except PackageNotFoundError:
            continue
        for text in wanted:
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
                continue
            found.add(canonicalize_name(requirement.name))
            for more in {"", *requirement.extras}:
                step = canonicalize_name(requirement.name), more
                if step not in asked:
                    asked.add(step)
                    waiting.append(step)
    return found - {canonicalize_name(product)}


def python_licences(packages: set[str]) -> list[Licence]:
    """Their licences, sorted by name.

    An SPDX expression of the author comes first, then the classifier, then whatever stands in the
    field "License" if it is a name and no whole text.
    """
    command = [sys.executable, "-m", "piplicenses", "--format", "json", "--from", "all", "--with-system",
               "--packages", *sorted(packages)]
    rows = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return sorted(Licence(canonicalize_name(row["Name"]), row["Version"], _named(row)) for row in rows)


def _named(row: dict[str, str]) -> str:
    for source in ("License-Expression", "License-Classifier", "License-Metadata"):
        text = row[source]
        if text != _UNKNOWN and "\n" not in text and len(text) < 120:
            return " AND ".join(map(spdx, text.split("; ")))
    return _UNKNOWN
