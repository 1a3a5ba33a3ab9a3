"""While a backlog is worked off, checkpoints complete and event time moves."""

import re
import sqlite3

from toy import reference, stored, write_events

from jobs.flink.run import run_job

INTERVAL_MS = 500


def test_checkpoints_and_watermarks_in_mid_backlog(toy_run):
    events = write_events(toy_run.input, 16_000)
    outcome = run_job(toy_run.toy(delay_s=0.06).factory(),
                      toy_run.settings(checkpoint_interval_ms=INTERVAL_MS))
    assert stored(toy_run.database) == reference(events)

    log = outcome.log_path.read_text()
    log = log[log.rindex("Received job submission"):]
    durations = [int(d) for d in re.findall(r"checkpointDuration=(\d+) ms", log)]
    assert len(durations) >= 4
    assert sorted(durations)[len(durations) // 2] < 2_000

    # Results leave a shard only when the watermark has passed: they must arrive all along.
    with sqlite3.connect(toy_run.database) as db:
        times = sorted(at for (at,) in db.execute("select at from results"))
    first, last = times[0], times[-1]
    assert last - first > 5
    for tenth in range(10):
        low = first + (last - first) * tenth / 10
        assert any(low <= at <= low + (last - first) / 5 for at in times)


def test_plan_is_chained_to_the_source(toy_run):
    """A network edge between them would queue thousands of ticks ahead of every barrier."""
    write_events(toy_run.input, 200)
    outcome = run_job(toy_run.toy().factory(), toy_run.settings())
    log = outcome.log_path.read_text()
    log = log[log.rindex("Received job submission"):]
    assert "Source: ticks -> plan -> timestamps (1/1)" in log
