"""The image's recipe: linted, and what it promises. No engine builds it here."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "image" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Each instruction and its arguments, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def arguments(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def test_the_linter_has_nothing_to_say():
    done = subprocess.run([Path(sys.executable).with_name("hadolint"), "--format", "json", DOCKERFILE], text=True,
                          capture_output=True, timeout=200)
    assert json.loads(done.stdout) == [] and done.returncode == 0


def test_the_linter_would_say_something(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN apt-get install curl\n")
    done = subprocess.run([Path(sys.executable).with_name("hadolint"), tmp_path / "Dockerfile"], capture_output=True,
                          timeout=200)
    assert done.returncode != 0


def test_bases_are_pinned_and_fit_the_code():
    bases = dict(argument.split("=", 1) for argument in arguments("ARG"))
    assert set(bases) == {"FLINK_IMAGE", "PYTHON_IMAGE"}
    assert {base.split()[0] for base in arguments("FROM")} == {"${FLINK_IMAGE}", "${PYTHON_IMAGE}"}
    pinned = re.search(r"^apache-flink==([\d.]+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)[1]
    assert bases["FLINK_IMAGE"] == f"flink:{pinned}-java17"
    assert re.fullmatch(r"python:3\.11-slim-\w+", bases["PYTHON_IMAGE"])
    assert not any("/" in base for base in bases.values()), "no registry: whoever builds says which"


def test_it_does_not_run_as_root_holds_no_secret_and_fetches_nothing_by_address():
    users = arguments("USER")
    assert users == ["9999:9999"]
    assert [name for name, _ in instructions()].index("USER") < [name for name, _ in instructions()].index("ENTRYPOINT")
    assert not arguments("ADD")
    text = DOCKERFILE.read_text("utf-8")
    assert not re.search(r"https?://|password|secret|token|credential", text, re.IGNORECASE)
    assert arguments("ENTRYPOINT") == ['["/usr/bin/tini", "-g", "--", "/docker-entrypoint.sh"]']


def test_what_is_copied_is_all_that_the_package_needs(tmp_path):
    """Install from the copied files alone, as the image does, and look what came out."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [words for line in arguments("COPY") if not line.startswith("--from") and
              (words := [word for word in line.split() if not word.startswith("--")][:-1])]
    sources = {source for words in copied for source in words}
    assert sources == allowed, "the context holds what is copied, and nothing else"
    for source in sorted(sources):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / "context" / source,
                            ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            (tmp_path / "context" / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, tmp_path / "context" / source)
    done = subprocess.run([Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--no-deps", "--python",
                           sys.executable, "--target", tmp_path / "there", tmp_path / "context"], text=True,
                          capture_output=True, timeout=200)
    assert done.returncode == 0, done.stderr
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    for package, patterns in data.items():
        folder = Path(package.replace(".", "/"))
        if folder.parts[0] not in sources:  # such as a broker for development
            continue
        for pattern in patterns:
            here = sorted(path.name for path in (ROOT / folder).glob(pattern))
            assert here and sorted(path.name for path in (tmp_path / "there" / folder).glob(pattern)) == here
    code = {path.relative_to(ROOT) for room in ("features", "models", "connectors", "jobs", "simulation")
            for path in (ROOT / room).rglob("*.py")}
    assert code == {path for path in code if (tmp_path / "there" / path).exists()}


@pytest.mark.parametrize(("runs", "expected"), [
    ([], "submit --follow --parallelism 4"), (["run-20260101T000000"], "submit --follow --from latest --parallelism 4"),
])
def test_submitting_goes_on_where_there_is_something_to_go_on_from(tmp_path, runs, expected):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "duanka").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "bin" / "duanka").chmod(0o755)
    for run in runs:
        (tmp_path / "state" / run).mkdir(parents=True)
    done = subprocess.run(["sh", ROOT / "deploy" / "image" / "submit.sh", "--parallelism", "4"], text=True,
                          capture_output=True, timeout=100,
                          env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "DUANKA_STATE": str(tmp_path / "state")})
    assert (done.returncode, done.stdout.strip()) == (0, expected)
    without = subprocess.run(["sh", ROOT / "deploy/image/submit.sh"], text=True, capture_output=True, timeout=100,
                             env={"PATH": "/usr/bin:/bin"})
    assert without.returncode != 0 and "set DUANKA_STATE" in without.stderr
