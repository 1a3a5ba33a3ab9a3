"""Compiled kernels are kept apart for each state of the source."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from jobs.kernel_cache import source_state

ROOT = Path(__file__).resolve().parents[2]
_CHILD = "import jobs, os; import numba; print(numba.config.CACHE_DIR)"


def make_tree(root):
    for room in ("features", "models"):
        (root / room).mkdir(parents=True)
        (root / room / "kernel.py").write_text("x = 1\n")


def test_any_change_of_any_kernel_is_another_state(tmp_path):
    make_tree(tmp_path)
    before = source_state(tmp_path)
    assert source_state(tmp_path) == before
    time.sleep(0.01)
    (tmp_path / "models" / "kernel.py").write_text("x = 2\n")
    changed = source_state(tmp_path)
    (tmp_path / "features" / "other.py").write_text("")
    assert len({before, changed, source_state(tmp_path)}) == 3


def test_of_the_connectors_only_what_kernels_are_made_of_counts(tmp_path):
    make_tree(tmp_path)
    room = tmp_path / "connectors"
    room.mkdir()
    (room / "kernel.py").write_text("import numba\nfrom connectors.values import ABSENT\n")
    for name in ("values", "other"):
        (room / f"{name}.py").write_text("ABSENT = 1\n")
    before = source_state(tmp_path)
    (room / "other.py").write_text("ABSENT = 2\n")
    assert source_state(tmp_path) == before
    for name in ("values", "kernel"):
        (room / f"{name}.py").write_text((room / f"{name}.py").read_text() + "OTHER = 2\n")
        assert source_state(tmp_path) != before
        before = source_state(tmp_path)


def test_the_same_source_elsewhere_is_the_same_state(tmp_path):
    make_tree(tmp_path / "here")
    time.sleep(0.01)
    make_tree(tmp_path / "there")
    assert source_state(tmp_path / "here") == source_state(tmp_path / "there")


_KERNEL = """
import sys; sys.path.insert(0, sys.argv[1])
import jobs, numpy as np
from features.kernel import double
double(np.ones(3))
print(sum(double.stats.cache_hits.values()), sum(double.stats.cache_misses.values()))
"""


def test_what_was_compiled_in_one_folder_is_used_in_another(tmp_path):
    """As a worker does: source and cache are copied, the times of the files are not."""
    for where in ("here", "there"):
        (tmp_path / where / "features").mkdir(parents=True)
        (tmp_path / where / "jobs").mkdir()
        for name in ("__init__", "kernel_cache", "kernel_locator"):
            (tmp_path / where / "jobs" / f"{name}.py").write_bytes((ROOT / "jobs" / f"{name}.py").read_bytes())
        kernel = "import numba\n@numba.njit(cache=True)\ndef double(x):\n    return x * 2\n"
        (tmp_path / where / "features" / "kernel.py").write_text(kernel)
    answers = []
    for where in ("here", "there", "there"):
        answers.append(kernel_counts(tmp_path / where, tmp_path / where / "cache"))
        if where == "here":
            shutil.copytree(tmp_path / "here" / "cache", tmp_path / "there" / "cache", copy_function=shutil.copyfile)
    assert answers == ["0 1", "1 0", "1 0"]


def kernel_counts(root, cache) -> str:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_CACHE")}
    answer = subprocess.run([sys.executable, "-c", _KERNEL, str(root)], capture_output=True, text=True, check=True,
                            cwd=root, env=inherited | {"XDG_CACHE_HOME": str(cache)})  # fmt: skip
    return answer.stdout.strip()


def child(**environment) -> str:
    inherited = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    answer = subprocess.run([sys.executable, "-c", _CHILD], env=inherited | environment, capture_output=True,
                            text=True, check=True)  # fmt: skip
    return answer.stdout.strip()


def test_numba_uses_it_and_old_states_go(tmp_path):
    kernels = tmp_path / "duanka" / "kernels"
    for k in range(8):
        (kernels / f"{k:016x}").mkdir(parents=True)
    used = child(XDG_CACHE_HOME=str(tmp_path))
    assert os.path.dirname(used) == str(kernels)
    assert len(list(kernels.iterdir())) == 5 and os.path.isdir(used)
    assert child(XDG_CACHE_HOME=str(tmp_path), NUMBA_CACHE_DIR=str(tmp_path)) == str(tmp_path)


def test_a_place_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "duanka").write_text("a file is in the way")
    assert child(XDG_CACHE_HOME=str(tmp_path)) == ""
