"""Speed and detection, measured."""

from jobs.kernel_cache import use_kernel_cache

use_kernel_cache()
