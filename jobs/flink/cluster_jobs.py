"""What can be asked of jobs on a cluster: how they are, savepoints, their end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs.flink.cluster_rest import ClusterRest
from jobs.flink.errors import ClusterError, JobFailedError
from jobs.flink.failure import failure_sentence

#: Flink's words for a job that is over for good.
OVER = ("FINISHED", "CANCELED", "FAILED")
_POLL_S = 0.25


@dataclass(frozen=True)
class JobState:
    """A job as the cluster sees it.

    Attributes
    ----------
    status : str
        Flink's word: CREATED, RUNNING, RESTARTING, FINISHED, CANCELED, FAILED ...
    tasks, running : int
        Its tasks, and how many of them run.
    started_ms, duration_ms : int
    restarts : int
        How often it began again after a failure.
    """

    job_id: str
    name: str
    status: str
    tasks: int
    running: int
    started_ms: int
    duration_ms: int

    @property
    def is_over(self) -> bool:
        return self.status in OVER


def list_jobs(rest: ClusterRest) -> list[JobState]:
    """All jobs that the cluster remembers, the newest first."""
    jobs = [_state(fields) for fields in rest.get("/jobs/overview")["jobs"]]
    return sorted(jobs, key=lambda job: -job.started_ms)


def job_state(rest: ClusterRest, job_id: str) -> JobState:
    """One job.

    Raises
    ------
    JobUnknownError
    """
    fields = rest.get(f"/jobs/{job_id}")
    counts = fields["status-counts"]
    per_vertex = [vertex["tasks"] for vertex in fields["vertices"]]
    tasks = {name: sum(vertex[name] for vertex in per_vertex) for name in counts}
    return _state(fields | {"tasks": tasks | {"total": sum(v["parallelism"] for v in fields["vertices"])}})


def last_failure(rest: ClusterRest, job_id: str) -> str | None:
    """Why the job failed the last time, in one sentence; None if it never did."""
    entries = rest.get(f"/jobs/{job_id}/exceptions?maxExceptions=1")["exceptionHistory"]["entries"]
    return failure_sentence(entries[0]["stacktrace"]) if entries else None


def last_checkpoint(rest: ClusterRest, job_id: str) -> dict[str, str]:
    """Path, size and duration of the last completed checkpoint, as text; empty without one."""
    seen = rest.get(f"/jobs/{job_id}/checkpoints")
    done = seen["latest"]["completed"]
    counts = {"checkpoints": f"{seen['counts']['completed']} completed, {seen['counts']['failed']} failed"}
    if done is None:
        return counts
    return counts | {"last checkpoint": done["external_path"], "its size": f"{done['state_size']:,} bytes",
                     "it took": f"{done['end_to_end_duration']:,} ms"}


def wait_for(rest: ClusterRest, job_id: str, is_it: Callable[[JobState], bool], timeout_s: float | None = None,
             poll_s: float = _POLL_S) -> JobState:
    """Look at a job until `is_it`, or until the time is up; returns how it is then."""
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        state = job_state(rest, job_id)
        if is_it(state) or (deadline is not None and time.monotonic() > deadline):
            return state
        time.sleep(poll_s)


def take_savepoint(rest: ClusterRest, job_id: str, folder: Path, *, native: bool = False,
                   timeout_s: float = 600) -> Path:
    """Write a savepoint of a running job, which goes on; returns its folder.

    Parameters
    ----------
    folder : Path
        The savepoint gets a new folder below it.
    native : bool
        In the state backend's own format: quicker, and only for the same backend. The other kind
        can be restored with another one.

    Raises
    ------
    ClusterError
        It was not written; the message says why.
    """
    body = {"target-directory": folder.as_uri(), "cancel-job": False, "formatType": _format(native)}
    asked = rest.post(f"/jobs/{job_id}/savepoints", body)["request-id"]
    return _await_savepoint(rest, job_id, asked, timeout_s)


def stop_with_savepoint(rest: ClusterRest, job_id: str, folder: Path, *, native: bool = False,
                        timeout_s: float = 600) -> Path:
    """Write a savepoint and end the job with it, so that nothing comes after; returns its folder."""
    body = {"targetDirectory": folder.as_uri(), "drain": False, "formatType": _format(native)}
    asked = rest.post(f"/jobs/{job_id}/stop", body)["request-id"]
    path = _await_savepoint(rest, job_id, asked, timeout_s)
    wait_for(rest, job_id, lambda state: state.is_over, timeout_s)
    return path


def cancel(rest: ClusterRest, job_id: str, timeout_s: float = 120) -> JobState:
    """End a job without a savepoint; its last checkpoint stays.

    Raises
    ------
    ClusterError
        It did not end in time.
    """
    rest.patch(f"/jobs/{job_id}?mode=cancel")
    state = wait_for(rest, job_id, lambda state: state.is_over, timeout_s)
    if not state.is_over:
        raise ClusterError(f"Job {job_id} did not end within {timeout_s:g} s; it is {state.status.lower()}.")
    return state


def require_success(rest: ClusterRest, state: JobState) -> None:
    """Raise for a job that failed for good.

    Raises
    ------
    JobFailedError
    """
    if state.status == "FAILED":
        cause = last_failure(rest, state.job_id) or "no reason was given."
        raise JobFailedError(cause, f"{rest.address.url}/#/job/completed/{state.job_id}/exceptions")


def _state(fields: dict) -> JobState:
    tasks = fields["tasks"]
    running = sum(tasks.get(name, 0) for name in ("running", "RUNNING", "finished", "FINISHED"))
    return JobState(fields["jid"], fields["name"], fields["state"], tasks["total"], running,
                    fields["start-time"], fields["duration"])


def _format(native: bool) -> str:
    return "NATIVE" if native else "CANONICAL"


def _await_savepoint(rest: ClusterRest, job_id: str, asked: str, timeout_s: float) -> Path:
    deadline = time.monotonic() + timeout_s
    while True:
        answer = rest.get(f"/jobs/{job_id}/savepoints/{asked}")
        if answer["status"]["id"] == "COMPLETED":
            break
        if time.monotonic() > deadline:
            raise ClusterError(f"The savepoint of job {job_id} was not written within {timeout_s:g} s.")
        time.sleep(_POLL_S)
    operation = answer["operation"]
    if "failure-cause" in operation:
        reason = failure_sentence(operation["failure-cause"]["stack-trace"])
        raise ClusterError(f"No savepoint of job {job_id}: {reason}")
    return Path(unquote(urlsplit(operation["location"]).path))
