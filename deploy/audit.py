"""Looks at the dependencies: do they fit together, may we use them, is anything known against them.

    python -m deploy.audit [--strict]

The third question needs a database on the network. Where it cannot be asked that is said, never
passed over; with ``--strict`` it counts as a failure.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import DeployError
from deploy.licences.allowed import refused
from deploy.licences.java_artifacts import java_licences, poms
from deploy.licences.python_packages import python_licences, runtime_packages

_ROOT = Path(__file__).resolve().parents[1]
_AUDITOR = "pip-audit==2.10.1"
#: Asked about alone, first: where it is unknown, so is everything, and the others are not asked about.
_CANARY = "requests"
#: Seconds for all questions together (ours).
_LONGEST_S = 300


@dataclass(frozen=True)
class Known:
    """What the database said: vulnerabilities, one a line; packages that it does not know."""

    vulnerabilities: tuple[str, ...]
    unknown: tuple[str, ...]


class NotAsked(DeployError):
    """The database cannot be reached, or is none."""


#: Gives pip-audit's report on requirements, as JSON.
Ask = Callable[[Sequence[str]], str]


def main(arguments: Sequence[str] = (), ask: Ask | None = None) -> int:
    """Print what was found; 0 all well, 1 something is wrong, 2 strict and not everything could be asked."""
    results = [_consistent(), _licences()]
    pins = [line for line in (_ROOT / "constraints.txt").read_text("utf-8").splitlines() if line]
    try:
        known = look_up(pins, ask or _pip_audit)
    except NotAsked as error:
        print(f"vulnerabilities: NOT CHECKED, the database cannot be asked from here ({error}); run make audit where "
              "the network allows it")
        return 2 if "--strict" in arguments and all(results) else int(not all(results))
    for line in known.vulnerabilities:
        print(f"vulnerabilities: {line}")
    if known.unknown:
        print(f"vulnerabilities: the database does not know {', '.join(known.unknown)}")
    if not known.vulnerabilities:
        print(f"vulnerabilities: none known of {len(pins) - len(known.unknown)} packages")
    return int(not all(results) or bool(known.vulnerabilities))


def look_up(pins: Sequence[str], ask: Ask) -> Known:
    """What is known of pinned packages.

    Raises
    ------
    NotAsked
    """
    canary = [pin for pin in pins if pin.startswith(f"{_CANARY}==")]
    if _read(ask(canary)).unknown:
        raise NotAsked(f"it does not know {canary[0]}")
    return _read(ask(pins))


def _read(report: str) -> Known:
    try:
        rows = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = report.strip().splitlines()[-1:] or ["no answer"]
        raise NotAsked(last[0][:200]) from None
    found = [f"{row['name']} {row['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no release'}"
             for row in rows for v in row.get("vulns", ())]
    return Known(tuple(found), tuple(row["name"] for row in rows if "skip_reason" in row))


def _pip_audit(pins: Sequence[str]) -> str:
    """In an environment of its own: an auditor is no dependency."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(pins) + "\n")
        file.flush()
        command = [_beside("uv"), "tool", "run", "--quiet", "--from", _AUDITOR, "pip-audit", "--requirement", file.name,
                   "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_S)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotAsked(type(error).__name__) from error
    return done.stdout if done.stdout.strip() else done.stderr


def _consistent() -> bool:
    command = [_beside("uv"), "pip", "check", "--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True)
    print(f"consistency: {(done.stderr + done.stdout).strip().splitlines()[-1]}")
    return done.returncode == 0


def _licences() -> bool:
    found = python_licences(runtime_packages()) + [licence for pom in poms() for licence in java_licences(pom)]
    wrong = [licence for licence in found if refused(licence.licence)]
    for licence in wrong:
        print(f"licences: {licence.name} {licence.version} is under {licence.licence}, which is not allowed; decide, "
              "then add it to deploy/licences/allowed.py, or do without the package")
    if not wrong:
        print(f"licences: all {len(found)} are allowed")
    return not wrong


def _beside(name: str) -> str:
    here = Path(sys.executable).with_name(name)
    return str(here) if here.exists() else name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
