"""Every scenario, how many rings of it a city gets, and their planning."""

from dataclasses import dataclass
from math import ceil
from types import ModuleType

from simulation.rings import (
    awakened,
    awakened_line,
    fan_in,
    fan_out,
    impersonation,
    investment,
    layering,
    near_equal,
    new_card_burst,
    pass_through,
    quiet_line,
    refund,
    sequential,
    sim_box,
    slow_mule,
    sms_blast,
    trial,
)
from simulation.rings.plot import make_plot


@dataclass(frozen=True)
class Scenario:
    """A kind of ring; `share` of the budget of its side and `size`, cards of that side in a ring (ours)."""

    module: ModuleType
    side: str  # "phone", "mule" or "both"
    share: float
    size: float

    @property
    def name(self) -> str:
        return self.module.NAME


SCENARIOS = (
    Scenario(sim_box, "phone", 0.34, 8.0),
    Scenario(sequential, "phone", 0.10, 2.0),
    Scenario(sms_blast, "phone", 0.10, 2.5),
    Scenario(new_card_burst, "phone", 0.12, 2.5),
    Scenario(quiet_line, "phone", 0.12, 1.5),
    Scenario(awakened_line, "phone", 0.06, 2.0),
    Scenario(fan_in, "mule", 0.09, 1.4),
    Scenario(fan_out, "mule", 0.07, 2.0),
    Scenario(pass_through, "mule", 0.11, 1.4),
    Scenario(near_equal, "mule", 0.07, 1.4),
    Scenario(trial, "mule", 0.08, 2.4),
    Scenario(awakened, "mule", 0.07, 2.9),
    Scenario(slow_mule, "mule", 0.07, 2.0),
    Scenario(layering, "mule", 0.12, 6.4),
    Scenario(impersonation, "both", 0.13, 3.9),
    Scenario(refund, "both", 0.10, 1.9),
    Scenario(investment, "both", 0.09, 3.4),
)


def ring_counts(config) -> dict[str, int]:
    """Rings of each scenario: in proportion to people and days, at least about two cards where the side is on."""
    scale = config.people / 1_000 * config.days / 7
    rates = {"phone": config.fraud_phones_per_1000, "mule": config.mules_per_1000}
    rates["both"] = min(rates.values()) and rates["mule"]
    return {s.name: max(ceil(2 / s.size), round(rates[s.side] * scale * s.share / s.size)) if rates[s.side] > 0 else 0
            for s in SCENARIOS}


def plan_rings(world) -> dict:
    """Plan every ring of the city; returns the offices that opened cards for them."""
    crooked = {}
    counts = ring_counts(world.config)
    for scenario in SCENARIOS:
        for number in range(counts[scenario.name]):
            scenario.module.plan(make_plot(world, scenario.name, number, scenario.module.DAYS, crooked))
    return crooked
