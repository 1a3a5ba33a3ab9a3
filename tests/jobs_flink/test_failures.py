"""What a user sees when a run cannot go on, and what the job survives by itself."""

import os
import signal
import threading
import time

import pytest
from python_workers import workers_below
from toy import reference, stored, write_events

from jobs.flink import configuration, gateway
from jobs.flink.errors import CheckpointMissingError, JobFailedError, PlanMismatchError
from jobs.flink.run import run_job


def test_killed_worker_restarts_from_the_last_checkpoint(toy_run):
    events = write_events(toy_run.input, 12_000)
    killed = []

    def kill_one(progress):
        if progress.checkpoint and not killed:
            for worker in workers_below(gateway.gateway_pid())[:1]:
                worker.kill()
                killed.append(worker.pid)

    outcome = run_job(toy_run.toy(delay_s=0.06).factory(), toy_run.settings(parallelism=2),
                      on_progress=kill_one)
    assert killed
    assert outcome.status == "finished"
    assert stored(toy_run.database) == reference(events)


def test_poison_fails_with_one_sentence(toy_run):
    write_events(toy_run.input, 500)
    with pytest.raises(JobFailedError) as caught:
        run_job(toy_run.toy(poison_id=250).factory(), toy_run.settings(restart_attempts=0))
    assert caught.value.cause == "ValueError: event 250 is poison."
    assert "\n" not in str(caught.value)
    assert caught.value.log_path.exists()


def test_nothing_to_restore_is_said_before_java_starts(toy_run):
    with pytest.raises(CheckpointMissingError, match="Start without restoring"):
        run_job(toy_run.toy().factory(), toy_run.settings(restore_from="latest"))


def test_another_bus_in_the_same_state_folder_is_refused(toy_run):
    toy_run.input.mkdir()
    assert run_job(toy_run.toy().factory(), toy_run.settings(bus="file:///a")).planned_chunks == 0
    with pytest.raises(PlanMismatchError, match="file:///a"):
        run_job(toy_run.toy().factory(), toy_run.settings(bus="file:///b"))


def test_sigterm_stops_and_keeps_the_checkpoint(toy_run):
    events = write_events(toy_run.input, 9_000)
    sent = []

    def terminate(progress):
        if progress.checkpoint and not sent:
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGTERM)

    toy = toy_run.toy(delay_s=0.06)
    outcome = run_job(toy.factory(), toy_run.settings(), on_progress=terminate)
    assert outcome.status == "stopped"
    assert (outcome.checkpoint / "_metadata").is_file()
    assert threading.current_thread() is threading.main_thread()
    run_job(toy.factory(), toy_run.settings(restore_from="latest"))
    assert stored(toy_run.database) == reference(events)


def test_without_a_task_manager_the_run_ends(toy_run, monkeypatch):
    """Beam may take down the only one there is, and no other comes; here there is none with enough slots."""
    monkeypatch.setattr(configuration, "SLOT_TIMEOUT_S", 2)
    write_events(toy_run.input, 50)
    with pytest.raises(JobFailedError) as caught:
        run_job(toy_run.toy().factory(), toy_run.settings(
            parallelism=2, restart_attempts=0, flink_options={"taskmanager.numberOfTaskSlots": 1}))
    assert "no task manager" in caught.value.cause
