"""The order of tests, and Hypothesis: no deadlines, since machines are noisy; in CI the same examples every time."""

import os
import signal
from pathlib import Path

import pytest
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

#: Folders whose files take minutes and mostly wait, for Flink, brokers and servers. They go first: begun last, one of
#: them would keep a worker busy while the others have nothing left.
_LONG = ("cluster", "integration", "kafka", "jobs_flink", "clickhouse_cluster", "production", "savepoints")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, one of each folder after the other, so that different things run side by side."""
    here = Path(__file__).parent
    files = dict.fromkeys(item.path for item in items)
    places: dict[Path, tuple[int, int]] = {}
    for rank, folder in enumerate(_LONG):
        inside = (path for path in files if path.is_relative_to(here / folder))
        places |= {path: (number, rank) for number, path in enumerate(inside)}
    items.sort(key=lambda item: places.get(item.path, (len(files), 0)))
