"""Every named measurement, in one list."""

from benchmarks.performance.scenario import Scenario
from benchmarks.performance.scenarios import engine, growth, limits, long, rivals

SCENARIOS: tuple[Scenario, ...] = (
    *engine.SCENARIOS,
    *rivals.SCENARIOS,
    *limits.SCENARIOS,
    *growth.SCENARIOS,
    *long.SCENARIOS,
)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
