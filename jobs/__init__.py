"""The Flink jobs, the replay and the command line."""

from jobs.kernel_cache import use_kernel_cache

# Before anything imports numba.
use_kernel_cache()
