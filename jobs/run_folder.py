"""Folders of runs below the setting `state`: one each, with what it takes to go on with the run."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from features.errors import DuankaError
from jobs.settings import SettingsError

#: Folders of runs that are kept, the new one included (ours).
_KEEP_RUNS = 3
_RUN_FILE = "run.json"
_JOB_FILE = "job.json"


class NothingToResume(DuankaError):
    """There is no earlier run to go on with."""


@dataclass(frozen=True)
class RunFolder:
    """A run: its folder, its id, the clock that its event times are held against, its shards.

    Attributes
    ----------
    states : mapping of str to int, or None
        Versions of its states, see :mod:`jobs.state_versions`; None in a run of release 0.1.0.
    """

    path: Path
    run_id: str
    now_ms: int
    shards: int
    states: Mapping[str, int] | None


@dataclass(frozen=True)
class ClusterJob:
    """The job on a cluster that works, or worked last, in a run's folder.

    Attributes
    ----------
    cluster : str
        Address of its REST interface.
    settings : dict
        Those that it was submitted with, by name, fit for JSON; no secret is among them.
    """

    job_id: str
    cluster: str
    settings: dict[str, Any]


def new_run(state: Path, shards: int, states: Mapping[str, int]) -> RunFolder:
    """Make the folder of a new run; delete those of old ones, but none that holds a savepoint."""
    now = datetime.now(UTC)
    run_id = now.strftime("run-%Y%m%dT%H%M%S-%f")
    folder = state / run_id
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise SettingsError(f"setting state: {state} cannot be written: {error.strerror}; give a folder that this "
                            "user may write, with --state") from error
    now_ms = int(now.timestamp() * 1000)
    known = {"run_id": run_id, "now_ms": now_ms, "shards": shards, "states": dict(states)}
    (folder / _RUN_FILE).write_text(json.dumps(known))
    for old in _runs(state)[:-_KEEP_RUNS]:
        if not any(old.glob("savepoints/*/_metadata")):
            shutil.rmtree(old, ignore_errors=True)
    return RunFolder(folder, run_id, now_ms, shards, states)


def newest_run(state: Path) -> RunFolder:
    """The run that began last.

    Raises
    ------
    NothingToResume
    """
    runs = _runs(state)
    if not runs:
        raise NothingToResume(f"no earlier run in {state}; start one without --resume or --from")
    return _read(runs[-1])


def run_of(restore_point: Path) -> RunFolder:
    """The run in whose folder a checkpoint or savepoint lies.

    Raises
    ------
    NothingToResume
        No folder above it is one of a run: it was moved without its plan log.
    """
    for folder in restore_point.resolve().parents:
        if (folder / _RUN_FILE).is_file():
            return _read(folder)
    raise NothingToResume(
        f"{restore_point} lies in no run's folder; a savepoint is read together with the {_RUN_FILE} and plan.ndjson "
        "that it was made with: copy the whole run folder"
    )


def note_job(run: RunFolder, job: ClusterJob) -> None:
    """Write down which job works in the folder."""
    (run.path / _JOB_FILE).write_text(json.dumps(asdict(job)))


def jobs_of(state: Path) -> Iterator[tuple[RunFolder, ClusterJob]]:
    """Runs of `state` that went to a cluster, the newest first."""
    for folder in reversed(_runs(state)):
        if (folder / _JOB_FILE).is_file():
            yield _read(folder), ClusterJob(**json.loads((folder / _JOB_FILE).read_text()))


def _read(folder: Path) -> RunFolder:
    known = json.loads((folder / _RUN_FILE).read_text())
    return RunFolder(folder, known["run_id"], known["now_ms"], known["shards"], known.get("states"))


def _runs(state: Path) -> list[Path]:
    return sorted(file.parent for file in state.glob(f"run-*/{_RUN_FILE}"))
