"""Java, which Flink runs on, and Maven, which the local broker and the worker images are made with."""

import re
import shutil
import subprocess
from collections.abc import Iterator

from jobs.doctor.finding import Finding, ok, warn
from jobs.flink.java import find_java


def java() -> Iterator[Finding]:
    found = find_java()
    yield ok("java", f"{found.version} ({found.executable})")


def maven() -> Iterator[Finding]:
    """Not needed by a run, so its absence is no more than a warning."""
    executable = shutil.which("mvn")
    if executable is None:
        yield warn("mvn", "none", "only for make kafka and the images: apt-get install maven")
        return
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        yield warn("mvn", executable, f"it does not run ({type(error).__name__}): install it again")
        return
    number = re.search(r"Apache Maven ([\w.-]+)", answer.stdout)
    yield ok("mvn", number[1] if number else executable)
