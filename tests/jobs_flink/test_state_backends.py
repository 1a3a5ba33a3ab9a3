"""RocksDB in place of the heap: the same results, also across a restart, and checkpoints of what changed."""

from interrupt import run_until_checkpoint
from toy import reference, stored, write_events

from jobs.flink.run import run_job


def test_rocksdb_gives_the_same_and_checkpoints_what_changed(toy_run):
    events = write_events(toy_run.input, 12_000)
    toy = toy_run.toy(delay_s=0.06)
    settings = {"state_backend": "rocksdb", "parallelism": 2}
    first = run_until_checkpoint(toy, toy_run.settings(**settings), checkpoints=2)
    assert first.status == "stopped"
    # Files that several checkpoints share are what makes them incremental.
    assert any(file.stat().st_size for file in first.checkpoint.parent.glob("shared/*"))
    second = run_job(toy.factory(), toy_run.settings(**settings, restore_from="latest"))
    assert second.status == "finished"
    assert stored(toy_run.database) == reference(events)
