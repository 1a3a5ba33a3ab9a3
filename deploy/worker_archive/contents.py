"""Which files go into the layers, and under which names."""

from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath

#: Our packages that a worker imports.
ROOMS = ("features", "models", "connectors", "jobs")
#: What the layer of our code calls the folder of caches, which holds compiled kernels.
CACHE = "cache"
#: Parts of packages that nothing imports at run time: tests, headers, examples, data for learners.
_DROPPED_FOLDERS = frozenset({"__pycache__", "tests", "testing", "include", "examples", "licenses"})
_DROPPED_SUFFIXES = frozenset({".a", ".c", ".cc", ".cpp", ".h", ".hpp", ".pyi", ".pyx", ".pxd", ".pxi", ".pyc", ".lib"})
#: Flink's own files within PyFlink: jars and configuration. Its scripts stay, one starts the worker.
_DROPPED_PATHS = ("pyflink/lib/", "pyflink/opt/", "pyflink/plugins/", "pyflink/conf/", "pyflink/log/",
                  "pyflink/bin/bash-java-utils.jar")
#: A folder named like tests that is imported all the same.
_KEPT_PATHS = ("numpy/testing/", "pyarrow/include/", "pandas/testing", "apache_beam/testing/")


def package_files(distributions: Iterable[Distribution]) -> Iterator[tuple[Path, str]]:
    """(file, name in the layer) of installed packages; scripts and what lies outside is left out."""
    for distribution in distributions:
        for file in distribution.files or ():
            name = PurePosixPath(file)
            if ".." in name.parts or name.is_absolute() or not _is_needed(name):
                continue
            path = Path(distribution.locate_file(file))
            if path.is_file():
                yield path, str(name)


def code_files(root: Path, kernels: Path) -> Iterator[tuple[Path, str]]:
    """(file, name in the layer) of our packages below `root`, and of a folder of compiled kernels."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc", ".nbi", ".nbc"):
                yield path, str(path.relative_to(root))
    for path in sorted(kernels.rglob("*.nb[ic]")):
        yield path, f"{CACHE}/duanka/kernels/{kernels.name}/{path.relative_to(kernels)}"


def _is_needed(name: PurePosixPath) -> bool:
    text = str(name)
    if text.startswith(_DROPPED_PATHS):
        return False
    if text.startswith(_KEPT_PATHS):
        return name.suffix not in (".pyc",)
    return not _DROPPED_FOLDERS.intersection(name.parts[:-1]) and name.suffix not in _DROPPED_SUFFIXES
