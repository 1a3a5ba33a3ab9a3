"""Licences of the Java artifacts that Maven brings for deployments; the product itself needs none of them.

What Maven finds is kept beside each ``pom.xml``, so that the page can be made without Maven.
"""

import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from deploy.errors import DeployError
from deploy.licences.allowed import spdx
from deploy.licences.python_packages import Licence

_DEPLOY = Path(__file__).resolve().parents[1]
_PLUGIN = "org.codehaus.mojo:license-maven-plugin:2.5.0:add-third-party"
_KEPT = "licences.txt"
_LINE = re.compile(
    r"(?P<licences>(?:\([^()]*(?:\([^()]*\))?[^()]*\)\s*)+).*"
    r"\((?P<place>[\w.-]+:[\w.-]+):(?P<version>[^\s:()]+)")
_NAMESPACE = {"m": "http://maven.apache.org/POM/4.0.0"}


def poms() -> list[Path]:
    return sorted(_DEPLOY.glob("*/pom.xml"))


def direct_dependencies(pom: Path) -> set[tuple[str, str]]:
    """(group:artifact, version) of what a pom names itself."""
    found = ET.parse(pom).getroot().iterfind("./m:dependencies/m:dependency", _NAMESPACE)
    return {(f"{d.findtext('m:groupId', '', _NAMESPACE)}:{d.findtext('m:artifactId', '', _NAMESPACE)}",
             d.findtext("m:version", "", _NAMESPACE)) for d in found}


def java_licences(pom: Path) -> list[Licence]:
    """What is kept beside a pom, sorted by name.

    Raises
    ------
    DeployError
        Nothing is kept, or a line of it cannot be read.
    """
    kept = pom.with_name(_KEPT)
    if not kept.is_file():
        raise DeployError(f"no {kept}; make it with: make licences, which needs Maven")
    return sorted(map(_read, kept.read_text("utf-8").splitlines()))


def refresh(pom: Path) -> None:
    """Ask Maven again, which asks its repository.

    Raises
    ------
    DeployError
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise DeployError("no mvn on the PATH; install Maven, or leave the Java part as it is")
    with tempfile.TemporaryDirectory() as folder:
        command = [maven, "-q", "-B", "-f", str(pom), _PLUGIN, "-Dlicense.acceptPomPackaging=true",
                   f"-Dlicense.outputDirectory={folder}"]
        done = subprocess.run(command, capture_output=True, text=True)
        result = Path(folder) / "THIRD-PARTY.txt"
        if done.returncode != 0 or not result.is_file():
            last = [line for line in done.stdout.splitlines() if "ERROR" in line][:1]
            raise DeployError(f"Maven could not list the licences of {pom}: {last[0] if last else done.returncode}")
        lines = [line.strip() for line in result.read_text("utf-8").splitlines() if line.startswith("     (")]
    pom.with_name(_KEPT).write_text("\n".join(lines) + "\n", "utf-8")


def _read(line: str) -> Licence:
    found = _LINE.match(line)
    if found is None:
        raise DeployError(f"a line of {_KEPT} cannot be read: {line!r}; make the file again with: make licences")
    # Several are a choice, as Maven's documentation has it.
    names = re.findall(r"\(((?:[^()]|\([^()]*\))*)\)", found["licences"])
    return Licence(found["place"], found["version"], " OR ".join(map(spdx, names)))
