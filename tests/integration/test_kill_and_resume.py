"""Kill the job in mid-stream, resume it from its checkpoint: the hits are those of a quiet run."""

import os
import signal
import time

import pytest

from tests.integration.conftest import replayed_hits


@pytest.mark.parametrize("checkpoints", [1, 3])
def test_a_killed_run_resumed_from_its_checkpoint_finds_the_same(duanka, city, tmp_path, checkpoints):
    bus = tmp_path / "bus"
    _repeat_in_small_files(city, bus)
    duanka.settings = {"chunk_kib": "48", "checkpoint_s": "0.5"}
    process = duanka.start("run", "--bus", bus)
    killed_in_mid_stream = _kill_after_checkpoints(process, duanka.folder / "state", checkpoints)
    assert killed_in_mid_stream, "the run ended before it could be killed: give it more input"

    done = duanka.run("run", "--bus", bus, "--resume")
    assert done.returncode == 0, done.stderr
    assert duanka.hits() == replayed_hits(bus)
    counts = duanka.query("SELECT records, scored, dead FROM runs FINAL")[0]
    assert counts["records"] == counts["scored"] + counts["dead"] > 0


def _repeat_in_small_files(city, bus) -> None:
    for topic in ("card", "cdr", "txn"):
        (bus / topic).mkdir(parents=True)
        for file in (city / topic).glob("*.ndjson"):
            (bus / topic / file.name).symlink_to(file)


def _kill_after_checkpoints(process, state, wanted: int) -> bool:
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        done = {file.parent.name for file in state.glob("run-*/checkpoints/*/chk-*/_metadata")}
        newest = max((int(name.removeprefix("chk-")) for name in done), default=0)
        if newest >= wanted:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        time.sleep(0.02)
    return False
