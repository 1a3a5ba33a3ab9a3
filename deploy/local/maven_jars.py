"""Jars that a ``pom.xml`` names, fetched once by Maven into a folder of their own."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from deploy.errors import DeployError

#: Longest that Maven may take, seconds (ours; 45 MB on a slow line).
_TIMEOUT_S = 900


def maven_jars(pom: Path, folder: Path) -> Path:
    """Return a folder with the jars of `pom` and of all that they need.

    Another `pom` gets another folder, so that an upgrade never mixes versions. Where the jars are
    there, Maven is not needed. Safe to call from several processes at once.

    Raises
    ------
    DeployError
        Maven is missing or failed.
    """
    folder = folder.resolve()  # Maven takes a relative path from the folder of the pom
    folder.mkdir(parents=True, exist_ok=True)
    jars = folder / f"jars-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    with (folder / "jars.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jars.is_dir():
            draft = folder / f".{jars.name}"
            shutil.rmtree(draft, ignore_errors=True)
            _fetch(pom, draft)
            draft.replace(jars)
    return jars


def class_path(jars: Path) -> str:
    return os.pathsep.join(sorted(map(str, jars.glob("*.jar"))))


def _fetch(pom: Path, target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise DeployError(f"the jars of {pom} need Maven, and there is no mvn on the PATH; install it (apt-get install "
                          "maven, or brew install maven)")
    command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={target}",
               "-DincludeScope=runtime"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise DeployError(f"Maven did not fetch the jars of {pom} within {_TIMEOUT_S} s; check the network and try "
                          "again") from None
    if done.returncode != 0 or not list(target.glob("*.jar")):
        said = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line] or ["it said nothing"]
        raise DeployError(f"Maven could not fetch the jars of {pom}: {said[0][:400]}; check the network and "
                          "Maven's settings")
