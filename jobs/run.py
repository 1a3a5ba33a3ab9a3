"""A run of the scoring job on Flink: its folder, its store, its counts."""

import contextlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from connectors.clickhouse import Store, open_store
from connectors.errors import StoreError
from connectors.model_registry import ModelRegistry
from connectors.queries.run_counts import RunCounts, run_counts, run_hits
from connectors.retry import RetryPolicy
from connectors.schema.migrations import migrate
from features.errors import DuankaError
from features.events import TOPICS
from jobs.flink.run import JobProgress, run_job
from jobs.flink.settings import JobSettings
from jobs.model_life.load import starting_models
from jobs.model_life.shipped import open_registry
from jobs.model_life.store_copy import copy_models, copy_rules
from jobs.run_summary import RunSummary, summarise
from jobs.score import ScoringPipeline
from jobs.settings import Settings, SettingsError

#: Folders of runs that are kept, the new one included (ours).
_KEEP_RUNS = 3
_RUN_FILE = "run.json"


class NothingToResume(DuankaError):
    """There is no earlier run to go on with."""


@dataclass(frozen=True)
class RunProgress:
    """A look at a run from outside."""

    status: str
    seconds: float
    counts: RunCounts
    total_bytes: int


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: ``finished`` or ``stopped``."""

    run_id: str
    status: str
    summary: RunSummary
    log: Path


def execute(
    settings: Settings,
    follow: bool = False,
    resume: bool = False,
    on_progress: Callable[[RunProgress], None] | None = None,
) -> RunEnd:
    """Run the job until its input ends, or with `follow` until it is told to stop.

    Parameters
    ----------
    resume : bool
        Go on from the newest checkpoint of the newest run, with that run's clock.

    Raises
    ------
    DuankaError
        Any of its kinds; see :mod:`features.errors`.
    """
    settings.require_bus()
    folder, run_id, now_ms = _newest_run(settings) if resume else _new_run(settings)
    registry = open_registry(settings.models) if settings.learned else ModelRegistry(settings.models)
    if settings.learned and not resume:
        starting_models(registry)  # a champion that is no good is said before Flink starts
    pipeline = ScoringPipeline(settings, settings.engine(now_ms), run_id, now_ms, follow)
    with open_store(settings.store) as store, open_store(settings.store, RetryPolicy(attempts=1)) as looker:
        migrate(store)
        copy_rules(store, pipeline.engine.rules)
        copy_models(store, registry)
        _note_run(store, run_id, now_ms, settings, None, RunCounts(0, 0, 0, 0, 0, 0))
        started = time.monotonic()
        copied = [registry.stamp()]
        total = sum(f.stat().st_size for t in TOPICS for f in (settings.bus_folder / t).glob("*.ndjson"))

        def look(job: JobProgress) -> None:
            if on_progress is None:
                return
            # The job waits for a store that is down; looking on must not end it.
            with contextlib.suppress(StoreError):
                if copied[0] != (stamp := registry.stamp()):
                    copy_models(looker, registry)
                    copied[0] = stamp
                on_progress(RunProgress(job.status, time.monotonic() - started, run_counts(looker, run_id), total))

        outcome = run_job(pipeline, _job_settings(settings, folder, follow, resume), on_progress=look)
        seconds = time.monotonic() - started
        counts = run_counts(store, run_id)
        copy_models(store, registry)
        _note_run(store, run_id, now_ms, settings, int(time.time() * 1000), counts)
        summary = summarise(
            counts.records,
            counts.scored,
            counts.dead + counts.repeated,
            counts.late,
            seconds,
            run_hits(store, run_id),
            settings.bus_folder / "truth.csv",
        )
    return RunEnd(run_id, outcome.status, summary, outcome.log_path)


def _job_settings(settings: Settings, folder: Path, follow: bool, resume: bool) -> JobSettings:
    return JobSettings(
        state_dir=folder,
        bus=settings.bus,
        parallelism=settings.parallelism,
        shards=settings.shards,
        checkpoint_interval_ms=int(settings.checkpoint_s * 1000),
        allowed_lateness_ms=int(settings.lateness_s * 1000),
        chunk_bytes=settings.chunk_kib << 10,
        follow=follow,
        restore_from="latest" if resume else None,
        jvm_heap_mb=settings.heap_mib,
    )


def _new_run(settings: Settings) -> tuple[Path, str, int]:
    state = settings.state
    now = datetime.now(UTC)
    run_id = now.strftime("run-%Y%m%dT%H%M%S-%f")
    folder = state / run_id
    folder.mkdir(parents=True)
    now_ms = int(now.timestamp() * 1000)
    (folder / _RUN_FILE).write_text(json.dumps({"run_id": run_id, "now_ms": now_ms, "shards": settings.shards}))
    for old in _runs(state)[:-_KEEP_RUNS]:
        shutil.rmtree(old, ignore_errors=True)
    return folder, run_id, now_ms


def _newest_run(settings: Settings) -> tuple[Path, str, int]:
    state = settings.state
    runs = _runs(state)
    if not runs:
        raise NothingToResume(f"no earlier run in {state}; start one without --resume")
    known = json.loads((runs[-1] / _RUN_FILE).read_text())
    if known["shards"] != settings.shards:
        raise SettingsError(
            f"setting shards: the run to resume has {known['shards']}, got {settings.shards}; "
            f"resume with {known['shards']} or start a run without --resume"
        )
    return runs[-1], known["run_id"], known["now_ms"]


def _runs(state: Path) -> list[Path]:
    return sorted(file.parent for file in state.glob(f"run-*/{_RUN_FILE}"))


def _note_run(
    store: Store, run_id: str, started: int, settings: Settings, finished: int | None, counts: RunCounts
) -> None:
    row = {
        "run_id": run_id,
        "started": started,
        "finished": finished,
        "engine": "flink",
        "settings": json.dumps(settings.summary()),
        "records": counts.records,
        "scored": counts.scored,
        "dead": counts.dead + counts.repeated,
    }
    store.insert("runs", {name: [value] for name, value in row.items()})
