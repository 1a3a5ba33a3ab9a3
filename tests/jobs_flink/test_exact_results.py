"""The same results whatever the parallelism and the chunk size, the last records included."""

import pytest
from interrupt import run_until_checkpoint
from toy import reference, stored, write_events

from jobs.flink.run import run_job


@pytest.mark.parametrize(("parallelism", "chunk_bytes"), [(1, 30_000), (2, 2_500)])
def test_results_equal_plain_python(toy_run, parallelism, chunk_bytes):
    events = write_events(toy_run.input, 6_000)
    outcome = run_job(toy_run.toy(chunk_bytes=chunk_bytes).factory(),
                      toy_run.settings(parallelism=parallelism, chunk_bytes=chunk_bytes))
    assert outcome.status == "finished"
    assert stored(toy_run.database) == reference(events)


def test_rescaled_from_a_checkpoint(toy_run):
    """Stopped at parallelism 1, resumed at 2."""
    events = write_events(toy_run.input, 12_000)
    toy = toy_run.toy(delay_s=0.04)
    first = run_until_checkpoint(toy, toy_run.settings(parallelism=1), checkpoints=2)
    assert first.status == "stopped"
    assert 0 < len(stored(toy_run.database)) < 2 * len(events)
    second = run_job(toy.factory(), toy_run.settings(parallelism=2, restore_from="latest"))
    assert second.status == "finished"
    assert stored(toy_run.database) == reference(events)
