"""What bounds any engine on the same bytes: reading and decoding alone, and memory's own speed."""

from jobs.kernel_cache import use_kernel_cache

# Before anything imports numba.
use_kernel_cache()
