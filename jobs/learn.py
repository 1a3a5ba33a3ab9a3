"""A run of the learning job on Flink: its folder, its store, what it said."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.clickhouse import open_store
from connectors.queries.learning_rows import learning_reports
from connectors.schema.migrations import migrate
from jobs.flink.run import JobProgress, run_job
from jobs.flink.settings import JobSettings
from jobs.learning.pipeline import KINDS, LearningPipeline
from jobs.run_folder import NothingToResume
from jobs.settings import Settings
from models.learned.online_settings import LearnerSettings

_RUN_FILE = "learn.json"
#: A follow run reads an hour of event time once samples this much later are stored, ms (ours).
SETTLE_MS = 600_000


@dataclass(frozen=True)
class LearningEnd:
    """How a run ended, ``finished`` or ``stopped``, and what its learners said."""

    run_id: str
    status: str
    reports: list[dict[str, Any]]
    log: Path


def execute(
    settings: Settings,
    follow: bool = False,
    resume: bool = False,
    learner: LearnerSettings = LearnerSettings(),  # noqa: B008
    on_progress: Callable[[JobProgress], None] | None = None,
) -> LearningEnd:
    """Learn from all samples and verdicts in the store; with `follow`, go on as they come.

    A bounded run begins with the oldest sample kept: the same rows give the same candidates.
    Candidates that pass the gate go to the model registry as they are; a person publishes.

    Parameters
    ----------
    resume : bool
        Go on from the newest checkpoint of the newest learning run.

    Raises
    ------
    DuankaError
        Any of its kinds; see :mod:`features.errors`.
    """
    folder, run_id = _newest_run(settings.state) if resume else _new_run(settings.state)
    pipeline = LearningPipeline(settings.store, settings.models.resolve(), run_id, learner, follow, SETTLE_MS)
    with open_store(settings.store) as store:
        migrate(store)
        outcome = run_job(pipeline, _job_settings(settings, folder, follow, resume), on_progress=on_progress)
        return LearningEnd(run_id, outcome.status, learning_reports(store, run_id), outcome.log_path)


def _job_settings(settings: Settings, folder: Path, follow: bool, resume: bool) -> JobSettings:
    return JobSettings(
        state_dir=folder,
        bus=settings.store,
        parallelism=min(settings.parallelism, len(KINDS)),
        shards=len(KINDS),
        checkpoint_interval_ms=int(settings.checkpoint_s * 1000),
        follow=follow,
        restore_from="latest" if resume else None,
        jvm_heap_mb=settings.heap_mib,
    )


def _new_run(state: Path) -> tuple[Path, str]:
    run_id = datetime.now(UTC).strftime("learn-%Y%m%dT%H%M%S-%f")
    folder = state / run_id
    folder.mkdir(parents=True)
    (folder / _RUN_FILE).write_text(json.dumps({"run_id": run_id}))
    return folder, run_id


def _newest_run(state: Path) -> tuple[Path, str]:
    runs = sorted(file.parent for file in state.glob(f"learn-*/{_RUN_FILE}"))
    if not runs:
        raise NothingToResume(f"no earlier learning run in {state}; start one without --resume")
    return runs[-1], json.loads((runs[-1] / _RUN_FILE).read_text())["run_id"]
