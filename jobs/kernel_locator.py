"""Where numba keeps the compiled form of our kernels: under names that do not depend on where we are installed.

numba's own locator names a folder after the absolute path of the source, so that a cache is worth
nothing once it is copied to another machine or folder. numba loads this class by the name that
:mod:`jobs.kernel_cache` puts into its environment; it answers for our files alone.
"""

from pathlib import Path

from numba import config
from numba.core.caching import UserProvidedCacheLocator

_ROOT = Path(__file__).resolve().parents[1]


class KernelLocator(UserProvidedCacheLocator):
    """Cache folder and name of a function below the root of our packages."""

    def __init__(self, py_func, py_file):
        super().__init__(py_func, py_file)
        self._cache_path = str(Path(config.CACHE_DIR) / Path(py_file).resolve().relative_to(_ROOT).parent)

    @classmethod
    def from_function(cls, py_func, py_file):
        """A locator for the function, None where it is not one of ours."""
        if _ROOT not in Path(py_file).resolve().parents:
            return None
        return super().from_function(py_func, py_file)
