"""The launcher of the worker archive: unpacks once, whoever starts at the same time, and says what is missing."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.worker_archive.build import _launcher
from tests.waiting import PATIENCE_S

_ASK = "import code_of_ours, package_of_others, os; print(code_of_ours.__file__, os.environ['XDG_CACHE_HOME'])"


@pytest.fixture
def archive(tmp_path) -> Path:
    """An archive as a TaskManager unpacks it, with a module in each layer."""
    root = tmp_path / "env"
    (root / "bin").mkdir(parents=True)
    for layer, module in (("packages-1", "package_of_others"), ("code-2", "code_of_ours")):
        (tmp_path / f"{module}.py").write_text("")
        with tarfile.open(root / f"{layer}.tar.gz", "w:gz") as tar:
            tar.add(tmp_path / f"{module}.py", f"{module}.py")
    launcher = root / "bin" / "python"
    launcher.write_text(_launcher("packages-1", "code-2"))
    launcher.chmod(0o755)
    return root


def start(archive: Path, **environment: str) -> subprocess.Popen:
    path = {"PATH": f"{sys.base_prefix}/bin:{os.environ['PATH']}", "HOME": str(archive.parent / "home")}
    (archive.parent / "home").mkdir(exist_ok=True)
    return subprocess.Popen([archive / "bin" / "python", "-c", _ASK], env=path | environment, text=True,
                            cwd=archive, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def test_layers_are_unpacked_once_by_many_at_once(archive):
    answers = [finish(one) for one in [start(archive) for _ in range(4)]]
    cache = archive.parent / "home" / ".cache" / "duanka" / "worker"
    assert answers == [(0, f"{cache}/code-2/code_of_ours.py {cache}/code-2/cache\n", "")] * 4
    assert {folder.name for folder in cache.iterdir()} == {"packages-1", "code-2"}
    assert cache.stat().st_mode & 0o777 == 0o700

    for layer in archive.glob("*.tar.gz"):
        layer.write_bytes(b"")
    assert finish(start(archive))[0] == 0, "what is unpacked is not unpacked again"


def test_the_cache_can_lie_elsewhere(archive, tmp_path):
    code, out, _ = finish(start(archive, DUANKA_WORKER_CACHE=str(tmp_path / "there")))
    assert code == 0 and out.startswith(str(tmp_path / "there" / "code-2"))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DUANKA_WORKER_PYTHON": "python9.9"}, "this machine has no python9.9"),
        ({"DUANKA_WORKER_CACHE": "/proc/nothing"}, "cannot make the folder /proc/nothing"),
    ],
)
def test_what_is_missing_is_said(archive, environment, said):
    code, _, err = finish(start(archive, **environment))
    assert code == 127 and said in err


def test_a_damaged_layer_is_said_and_leaves_nothing(archive):
    (archive / "code-2.tar.gz").write_bytes(b"no archive")
    code, _, err = finish(start(archive))
    assert code == 127 and "cannot unpack code-2" in err
    cache = archive.parent / "home" / ".cache" / "duanka" / "worker"
    assert {folder.name for folder in cache.iterdir()} == {"packages-1"}
