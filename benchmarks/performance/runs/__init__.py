"""Single measured runs of the engine, each a process of its own that ends with one JSON object on its last line."""

from jobs.kernel_cache import use_kernel_cache

# Before anything imports numba.
use_kernel_cache()
