"""Where compiled kernels are kept between runs: a folder for each state of the source.

numba looks at a kernel's own file only. A change in a kernel that it calls would go unnoticed, and
the old code would run on. So the cache folder's name follows from all files that hold kernels or
values that kernels take over. It follows from nothing else: the folder can be copied to another
machine, such as a worker's, and is good there for a processor of the same kind; numba tells another
one by its name and compiles anew.
"""

import hashlib
import os
import re
import shutil
from pathlib import Path

_VARIABLE = "NUMBA_CACHE_DIR"
_LOCATORS = "NUMBA_CACHE_LOCATOR_CLASSES"
#: Ours, then numba's own for functions that are not ours, in its order.
_LOCATOR_CLASSES = (
    "jobs.kernel_locator.KernelLocator",
    "UserProvidedCacheLocator",
    "InTreeCacheLocator",
    "UserWideCacheLocator",
    "IPythonCacheLocator",
    "ZipCacheLocator",
)
#: Nearly all files of these hold kernels or what kernels are made of.
_ROOMS = ("features", "models")
#: Of this one only those that do, and those that they import of it.
_SPARSE_ROOM = "connectors"
_IMPORTED = re.compile(rb"^\s*(?:from|import) (connectors[.\w]*)", re.MULTILINE)
#: Folders of other states that are kept, for going back and forth between two versions.
_KEPT = 4


def use_kernel_cache() -> None:
    """Point numba to the folder, unless the environment does; call it before numba is imported.

    Where the folder cannot be made, numba keeps its habit of writing beside the source.
    """
    if os.environ.get(_VARIABLE):
        return
    folder = kernel_folder()
    try:
        if folder.exists():
            os.utime(folder)  # those used last are kept
        else:
            folder.mkdir(parents=True, mode=0o700)
            _prune(folder.parent)
    except OSError:
        return
    os.environ[_VARIABLE] = str(folder)
    os.environ.setdefault(_LOCATORS, ",".join(_LOCATOR_CLASSES))


def kernel_folder() -> Path:
    """Folder of this state of the source, under ``$XDG_CACHE_HOME/duanka/kernels``, by default ``~/.cache``."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "duanka" / "kernels" / source_state(Path(__file__).parents[1])


def source_state(root: Path) -> str:
    """16 hexadecimal digits: another file, another name or another byte, another state."""
    state = hashlib.blake2b(digest_size=8)
    files = [file for room in _ROOMS for file in (root / room).rglob("*.py")]
    for file in sorted([*files, *_files_of_kernels(root)]):
        content = file.read_bytes()
        state.update(f"{file.relative_to(root)} {len(content)}\n".encode() + content)
    return state.hexdigest()


def _files_of_kernels(root: Path) -> set[Path]:
    waiting = [file for file in (root / _SPARSE_ROOM).rglob("*.py") if b"numba" in file.read_bytes()]
    found: set[Path] = set()
    while waiting:
        file = waiting.pop()
        found.add(file)
        for name in _IMPORTED.findall(file.read_bytes()):
            path = root.joinpath(*name.decode().split("."))
            files = (path.with_suffix(".py"), path / "__init__.py")
            waiting += [one for one in files if one.is_file() and one not in found]
    return found


def _prune(folder: Path) -> None:
    states = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for old in states[: -_KEPT - 1]:
        shutil.rmtree(old, ignore_errors=True)
