"""Where an event's time goes in the Flink job, in microseconds of two cores, adding up to the whole."""

import os
import sys
from pathlib import Path

from benchmarks.performance.child import child_environment, last_object
from benchmarks.performance.profile.process_tree import run_watched
from benchmarks.performance.scenario import Figures


def profile_job(bus: Path, folder: Path, **environment: str) -> Figures:
    """One watched run of the job."""
    command = [sys.executable, "-m", "benchmarks.performance.runs.job", bus, folder, "--stages"]
    out, usage = run_watched(command, child_environment(DUANKA_CHECKPOINT_S="10", **environment))
    found = last_object(out)
    return job_stages(found, usage.cpu_between(found["begin_s"], found["end_s"]), os.cpu_count())


def job_stages(found: Figures, spent: dict[str, float], cores: int) -> Figures:
    """Stages of a run: what each part of Python took, the JVM, the store, and what nobody took.

    Parameters
    ----------
    found : dict
        What the run printed.
    spent : dict of str to float
        Processor seconds by kind of process meanwhile.

    Examples
    --------
    >>> run = {"events": 1e6, "seconds": 10.0, "worker_cpu_s": 9.0, "stage_decode": 2.0, "stage_features": 4.0}
    >>> stages = job_stages(run, {"jvm": 5.0, "store": 1.0, "workers": 9.1}, 2)
    >>> {name: round(us, 1) for name, us in stages.items() if name.startswith("us_")}
    {'us_decode': 2.0, 'us_features': 4.0, 'us_crossing': 3.0, 'us_JVM': 5.0, 'us_store': 1.0, 'us_client': 0.0,
     'us_idle': 5.0}
    >>> stages["whole_us"]
    20.0
    """
    events = found["events"]
    parts = {name.removeprefix("stage_"): s for name, s in found.items() if name.startswith("stage_")}
    # What a worker does beside the stages: PyFlink's own work for each bundle, and starting what comes late.
    parts["crossing"] = found["worker_cpu_s"] - sum(parts.values())
    parts |= {"JVM": spent.get("jvm", 0.0), "store": spent.get("store", 0.0), "client": spent.get("client", 0.0)}
    whole = cores * found["seconds"]
    parts["idle"] = whole - sum(parts.values())
    figures = {f"us_{name}": 1e6 * s / events for name, s in parts.items()}
    return figures | {"whole_us": 1e6 * whole / events, "events_per_s": events / found["seconds"]}
