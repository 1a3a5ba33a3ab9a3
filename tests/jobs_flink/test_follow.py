"""Follow mode takes in new files and new lines, lets the tail out, and goes on where it stopped."""

import json
import threading
import time

from toy import reference, stored, write_events

from jobs.flink.run import run_job
from tests.waiting import PATIENCE_S


def run_until(toy, settings, wanted: dict, *, then=None) -> str:
    """Follow until the store holds `wanted`; then call `then`, if any, and follow on for its."""
    stop = threading.Event()
    goals = [(wanted, then)]
    deadline = time.monotonic() + PATIENCE_S

    def look(progress):
        goal, after = goals[0]
        if stored(toy.database) == goal:
            if after is None:
                stop.set()
            else:
                goals[0] = (after(), None)
        assert time.monotonic() < deadline, f"{len(stored(toy.database))} of {len(goal)} results"

    return run_job(toy.factory(), settings, on_progress=look, stop=stop).status


def test_new_files_new_lines_and_restore(toy_run):
    first = write_events(toy_run.input, 1_500, files=2, prefix="a")
    toy = toy_run.toy(idle_ms=300)
    settings = {"follow": True, "parallelism": 2}

    def more():
        appended = write_events(toy_run.folder / "aside", 300, files=1, start_ms=2_000_000,
                                first_id=10_000)
        with (toy_run.input / "a-001.ndjson").open("a") as file:
            file.write((toy_run.folder / "aside" / "part-000.ndjson").read_text())
        added = write_events(toy_run.input, 600, files=2, prefix="b", start_ms=3_000_000,
                             first_id=20_000)
        return reference(first + appended + added)

    assert run_until(toy, toy_run.settings(**settings), reference(first), then=more) == "stopped"

    before = stored(toy.database)
    last = write_events(toy_run.input, 900, files=1, prefix="c", start_ms=5_000_000,
                        first_id=30_000)
    assert len(before) == 2 * (1_500 + 300 + 600)
    wanted_ids = {(e[1], origin) for e in last for origin in (0, 1)}
    stop = threading.Event()
    deadline = time.monotonic() + PATIENCE_S

    def look(progress):
        if wanted_ids <= set(stored(toy.database)):
            stop.set()
        assert time.monotonic() < deadline

    outcome = run_job(toy.factory(), toy_run.settings(**settings, restore_from="latest"),
                      on_progress=look, stop=stop)
    assert outcome.status == "stopped"
    after = stored(toy.database)
    assert {k: after[k] for k in before} == before
    everything = _all_events(toy_run.input)
    assert after == reference(everything)


def _all_events(folder):
    lines = [line for path in folder.glob("*.ndjson") for line in path.read_text().splitlines()]
    return [(e["t"], e["id"], e["a"], e["b"]) for e in map(json.loads, lines)]
