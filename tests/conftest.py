"""Hypothesis: no deadlines, since machines are noisy; in CI the same examples every time."""

import os
import signal

from hypothesis import HealthCheck, settings

from jobs.kernel_cache import use_kernel_cache

if "PYTEST_XDIST_WORKER" in os.environ:
    # Such a worker ignores SIGINT, and every process that a test starts would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Tests of features and models do not come by `jobs`, which does this for everybody else.
use_kernel_cache()

settings.register_profile("laptop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("laptop"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")
