"""Where compiled kernels are kept between runs: a folder for each state of the source.

numba looks at a kernel's own file only. A change in a kernel that it calls would go unnoticed, and
the old code would run on. So the cache folder's name follows from all files that hold kernels.
"""

import hashlib
import os
import shutil
from pathlib import Path

_VARIABLE = "NUMBA_CACHE_DIR"
_ROOMS = ("features", "models")
#: Folders of other states that are kept, for going back and forth between two versions.
_KEPT = 4


def use_kernel_cache() -> None:
    """Point numba to the folder, unless the environment does; call it before numba is imported.

    The folder lies under ``$XDG_CACHE_HOME/duanka/kernels``, by default ``~/.cache``. Where it cannot
    be made, numba keeps its habit of writing beside the source.
    """
    if os.environ.get(_VARIABLE):
        return
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(cache) / "duanka" / "kernels" / source_state(Path(__file__).parents[1])
    try:
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            _prune(folder.parent)
    except OSError:
        return
    os.environ[_VARIABLE] = str(folder)


def source_state(root: Path) -> str:
    """16 hexadecimal digits: another file, size or time of change, another state."""
    state = hashlib.blake2b(str(root).encode(), digest_size=8)
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            status = file.stat()
            state.update(f"{file.relative_to(root)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return state.hexdigest()


def _prune(folder: Path) -> None:
    states = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for old in states[: -_KEPT - 1]:
        shutil.rmtree(old, ignore_errors=True)
