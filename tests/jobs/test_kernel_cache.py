"""Compiled kernels are kept apart for each state of the source."""

import os
import subprocess
import sys
import time

from jobs.kernel_cache import source_state

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
