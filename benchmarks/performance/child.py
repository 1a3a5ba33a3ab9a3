"""Measurements run in a process of their own: fresh memory, fresh JVM, nothing left over from the one before."""

import json
import os
import subprocess
import sys
from pathlib import Path


class MeasurementFailed(RuntimeError):
    """A measurement ended with an error; the message has its last words."""


def run_child(module: str, *arguments: object, python: str | Path = sys.executable, log: Path | None = None,
              timeout_s: float = 3600, **environment: str) -> str:
    """What ``python -m module`` prints.

    Parameters
    ----------
    log : Path, optional
        Where its other output goes.

    Raises
    ------
    MeasurementFailed
    """
    command = [str(python), "-m", module, *map(str, arguments)]
    done = subprocess.run(command, env=child_environment(**environment), capture_output=True, text=True,
                          timeout=timeout_s, check=False)
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise MeasurementFailed(f"{' '.join(command)} ended with {done.returncode}: "
                                f"{(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def child_environment(**more: str) -> dict[str, str]:
    """Ours, with this checkout first on the path."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path} | more


def last_object(out: str) -> dict[str, float]:
    """The JSON object on the last line."""
    return json.loads(out.strip().splitlines()[-1])
