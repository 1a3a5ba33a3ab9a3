"""Where an event's time goes in the replay on one core, adding up to the whole."""

from pathlib import Path

from benchmarks.performance.child import last_object, run_child
from benchmarks.performance.scenario import Figures


def profile_replay(bus: Path, **environment: str) -> Figures:
    """One watched replay."""
    return replay_stages(last_object(run_child("benchmarks.performance.runs.replay", bus, "--stages", **environment)))


def replay_stages(found: Figures) -> Figures:
    """Stages of what a watched replay printed; what no stage took is named.

    Examples
    --------
    >>> replay_stages({"events": 10, "seconds": 1, "events_per_s": 10, "cpu_us": 9.0, "stage_decode_us": 4.0})
    {'us_decode': 4.0, 'us_the rest': 5.0, 'whole_us': 9.0, 'events_per_s': 10}
    """
    parts = {name.removeprefix("stage_").removesuffix("_us"): us for name, us in found.items()
             if name.startswith("stage_")}
    parts["the rest"] = found["cpu_us"] - sum(parts.values())
    return {f"us_{name}": us for name, us in parts.items()} | {
        "whole_us": found["cpu_us"], "events_per_s": found["events_per_s"]}
