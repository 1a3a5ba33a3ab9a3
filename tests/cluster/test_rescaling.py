"""One worker, two, one again with another state backend, by savepoints: the hits of an undisturbed run."""

import pytest

from tests.cluster.sliced_bus import SlicedBus

#: No silence lets events out early: the next slice goes on where this one ends.
NEVER_IDLE = str(3_600_000)


# Three jobs one after the other, on two cores that other tests keep busy.
@pytest.mark.long
@pytest.mark.timeout(600)
def test_rescaled_by_savepoints(duanka, small_city, undisturbed, tmp_path):
    bus = SlicedBus(small_city, tmp_path / "bus", slices=3)
    duanka.settings |= {"chunk_kib": "64", "checkpoint_s": "1", "idle_ms": NEVER_IDLE}
    restore = ()
    savepoints = []
    for workers in (1, 2):
        before = bus.records
        records = bus.give()
        duanka.submit("--bus", bus.folder, "--follow", "--parallelism", workers, *restore)
        # In mid-stream, or at its end where the machine is quick: either must do.
        duanka.wait_for_records(before + (records - before) // 2)
        savepoints.append(duanka.job("stop"))
        restore = ("--from", savepoints[-1])
    assert 0 < duanka.counted() <= bus.records

    bus.give()
    duanka.settings["idle_ms"] = "1000"
    rocksdb = ("--parallelism", 1, "--state-backend", "rocksdb")
    job = duanka.submit("--bus", bus.folder, "--follow", *rocksdb, "--from", "latest")
    duanka.wait_for_records(bus.records)
    duanka.wait_for_hits(undisturbed)
    assert "canceled" in duanka.job("cancel", job)
    assert len(set(savepoints)) == 2
