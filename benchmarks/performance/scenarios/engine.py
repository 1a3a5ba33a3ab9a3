"""The engine itself: the whole job, the replay, the lane on both, the half-space trees."""

import sys
from pathlib import Path

from benchmarks.performance.child import child_environment, last_object, run_child
from benchmarks.performance.inputs import city, stream
from benchmarks.performance.lane_run import measured
from benchmarks.performance.profile.job_profile import profile_job
from benchmarks.performance.profile.process_tree import run_watched
from benchmarks.performance.profile.replay_profile import profile_replay
from benchmarks.performance.scenario import Figures, Scenario
from benchmarks.performance.sizes import Sizes

_ONE_CORE = {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def run_job(bus: Path, folder: Path, *words: object, **environment: str) -> Figures:
    """A run of the whole job, with the processor time of an event and the memory of all its processes.

    Hits are stored, events are not: so do rivals, and so the targets are set.
    """
    environment = {"DUANKA_STORE_EVENTS": "false"} | environment
    command = [sys.executable, "-m", "benchmarks.performance.runs.job", bus, folder, *words]
    out, usage = run_watched(command, child_environment(DUANKA_CHECKPOINT_S="10", **environment))
    found = last_object(out)
    spent = usage.cpu_between(found.pop("begin_s"), found.pop("end_s"))
    found["cpu_us"] = 1e6 * sum(spent.values()) / found["events"]
    found["peak_mib"] = usage.peak_bytes / 2**20
    return found


def _job(sizes: Sizes, folder: Path) -> Figures:
    return run_job(city(sizes), folder)


def _job_events(sizes: Sizes, folder: Path) -> Figures:
    return run_job(city(sizes), folder, DUANKA_STORE_EVENTS="true")


def _job_stages(sizes: Sizes, folder: Path) -> Figures:
    return profile_job(city(sizes), folder, DUANKA_STORE_EVENTS="false")


def _job_events_stages(sizes: Sizes, folder: Path) -> Figures:
    return profile_job(city(sizes), folder, DUANKA_STORE_EVENTS="true")


def _lane_job(sizes: Sizes, folder: Path) -> Figures:
    source = stream(sizes)
    run_child("benchmarks.performance.runs.lane_job", source, folder, log=folder / "log")
    return measured(sizes, folder)


def _lane_replay(sizes: Sizes, folder: Path) -> Figures:
    run_child("benchmarks.performance.runs.lane_replay", stream(sizes), folder, **_ONE_CORE)
    return measured(sizes, folder)


def _replay(sizes: Sizes, folder: Path) -> Figures:
    return last_object(run_child("benchmarks.performance.runs.replay", city(sizes), **_ONE_CORE))


def _replay_stages(sizes: Sizes, folder: Path) -> Figures:
    return profile_replay(city(sizes), **_ONE_CORE)


def _half_space(sizes: Sizes, folder: Path) -> Figures:
    return last_object(run_child("benchmarks.performance.runs.half_space", **_ONE_CORE))


SCENARIOS = (
    Scenario("flink_job", "Flink job, everything, hits stored", _job, quick=True),
    Scenario("flink_job_events", "the same, every event stored too, as it ships", _job_events),
    Scenario("flink_job_stages", "the same as the first, watched stage by stage", _job_stages),
    Scenario("flink_job_events_stages", "the same as the second, watched stage by stage", _job_events_stages),
    Scenario("flink_lane", "Flink job, the lane alone", _lane_job, quick=True),
    Scenario("replay", "replay, one core, everything", _replay, quick=True),
    Scenario("replay_stages", "the same, watched stage by stage", _replay_stages),
    Scenario("replay_lane", "replay, one core, the lane alone", _lane_replay),
    Scenario("half_space_trees", "half-space trees, one core, beside river's", _half_space, quick=True),
)
