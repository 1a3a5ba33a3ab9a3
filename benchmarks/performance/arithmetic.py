"""What a county, a province and a country would need, from measured figures and stated assumptions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.performance.scenario import Figures


@dataclass(frozen=True)
class Place:
    """A place to plan for; people and rates as in the design."""

    name: str
    people: float
    events_a_day: float
    peak_events_per_s: float


PLACES = (
    Place("county-level city", 1e6, 15e6, 1_000),
    Place("province", 100e6, 1.5e9, 100_000),
    Place("country", 1.4e9, 20e9, 1_000_000),
)
#: Assumptions, ours unless said: share of a core that is planned to be busy at the peak; entities a person (phones,
#: accounts, devices, links, as counted in the simulated city when that was measured); a broker's partition carries
#: so much without becoming the bottleneck; the JVM and Python of a worker beside its state.
BUSY, ENTITIES_A_PERSON, PARTITION_MIB_PER_S, EVENT_BYTES = 0.5, 5.0, 5.0, 230
BASE_MIB_A_CORE = 600
#: State is held by the worker, and once more by Flink while a checkpoint is written.
COPIES = 2


def needs(place: Place, figures: Mapping[str, Figures]) -> dict[str, float | None]:
    """Cores, memory in GiB, Kafka partitions, rows a day; None where a figure was not measured.

    Examples
    --------
    >>> measured = {"flink_job_events": {"events_per_s": 50_000.0}, "state_million": {"bytes_an_entity": 400.0}}
    >>> found = needs(PLACES[1], measured)
    >>> {name: round(value) for name, value in found.items()}
    {'cores': 8, 'state_gib': 373, 'memory_gib': 377, 'partitions': 8, 'rows_a_day': 1500000000}
    """
    rate = figures.get("flink_job_events", {}).get("events_per_s")
    each = figures.get("state_million", {}).get("bytes_an_entity")
    weighed = figures.get("state_million", {}).get("entities")
    a_person = weighed / 1e6 if weighed else ENTITIES_A_PERSON
    cores = math.ceil(place.peak_events_per_s / (rate / 2 * BUSY)) if rate else None
    state = COPIES * place.people * a_person * each / 2**30 if each else None
    by_bytes = math.ceil(place.peak_events_per_s * EVENT_BYTES / 2**20 / PARTITION_MIB_PER_S)
    return {
        "cores": cores,
        "state_gib": state,
        "memory_gib": state + cores * BASE_MIB_A_CORE / 1024 if state and cores else None,
        # At least one for each instance that reads, and never so many bytes that one is the bottleneck.
        "partitions": max(by_bytes, cores) if cores else None,
        "rows_a_day": place.events_a_day,
    }
