"""The client and its JVM die together; the next run goes on from the last checkpoint."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from python_workers import workers_of
from toy import reference, stored, write_events

from jobs.flink.checkpoints import latest_checkpoint
from tests.waiting import PATIENCE_S

HERE = Path(__file__).parent


def start(folder: Path, mode: str, **pipes) -> subprocess.Popen:
    path = os.pathsep.join([str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen([sys.executable, HERE / "client.py", folder, mode], text=True,
                            stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path}, **pipes)


def kill_after_checkpoint(client: subprocess.Popen, before, checkpoints: Path, extra_s: float) -> bool:
    """SIGKILL client and JVM some time after a new checkpoint; False when it was done before."""
    for line in client.stdout:
        jvm, status, _ = line.split()
        if status == "DONE":
            client.wait(30)
            return False
        if status == "RUNNING" and latest_checkpoint(checkpoints) not in (None, before):
            time.sleep(extra_s)
            assert workers_of(str(checkpoints.parents[1]))  # or the search for orphans below could not fail
            client.kill()
            os.kill(int(jvm), signal.SIGKILL)
            client.wait(30)
            return True
    raise AssertionError(f"the client ended with code {client.wait(30)}")


# Many kills of a toy; tests/integration/test_kill_and_resume.py has one of the real job.
@pytest.mark.long
def test_same_results_after_kills_at_random_moments(toy_run):
    rng = random.Random()
    events = write_events(toy_run.input, 20_000)
    checkpoints = toy_run.settings().checkpoints
    for mode in ("fresh", "latest"):
        before = latest_checkpoint(checkpoints)
        with start(toy_run.folder, mode) as client:
            assert kill_after_checkpoint(client, before, checkpoints, rng.uniform(0, 1.5))
    with start(toy_run.folder, "latest") as client:
        output, _ = client.communicate(timeout=PATIENCE_S)
    assert client.returncode == 0, output
    deadline = time.monotonic() + 15
    while workers_of(str(toy_run.folder)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert workers_of(str(toy_run.folder)) == []
    assert stored(toy_run.database) == reference(events)


def test_a_jvm_that_dies_ends_the_run_with_one_sentence(toy_run):
    write_events(toy_run.input, 20_000)
    with start(toy_run.folder, "fresh", stderr=subprocess.PIPE) as client:
        jvm = next(int(line.split()[0]) for line in client.stdout if " RUNNING " in line)
        os.kill(jvm, signal.SIGKILL)
        _, said = client.communicate(timeout=PATIENCE_S)
    assert client.returncode and "JobFailedError: " in said
    assert "Java process ended" in said and "py4j" not in said, said


def test_a_jvm_without_memory_ends_the_run_and_says_what_to_raise(toy_run):
    write_events(toy_run.input, 20_000)
    with start(toy_run.folder, "starved", stderr=subprocess.PIPE) as client:
        _, said = client.communicate(timeout=PATIENCE_S)
    assert client.returncode and "ran out of memory, its heap of 1024 MiB" in said and "Raise heap_mib" in said, said
    assert "py4j" not in said, said
