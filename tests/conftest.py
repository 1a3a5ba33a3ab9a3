"""Hypothesis: no deadlines, since machines are noisy; in CI the same examples every time."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("laptop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("laptop"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")
