"""A run of the scoring job on Flink: its folder, its store, its counts."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.clickhouse import Store, open_store
from connectors.errors import StoreError
from connectors.model_registry import ModelRegistry
from connectors.queries.run_counts import RunCounts, run_counts, run_hits, run_warnings
from connectors.retry import RetryPolicy
from connectors.schema.migrations import migrate
from jobs.flink.run import JobProgress, run_job
from jobs.flink.settings import JobSettings
from jobs.folder_chunks import folder_bytes
from jobs.global_shards import GLOBALS
from jobs.logs.client_log import noted
from jobs.logs.run_log import RunLog
from jobs.model_life.load import starting_models
from jobs.model_life.shipped import open_registry
from jobs.model_life.store_copy import copy_models, copy_rules
from jobs.run_folder import RunFolder, new_run, newest_run
from jobs.run_summary import RunSummary, summarise
from jobs.score import ScoringPipeline
from jobs.settings import Settings, SettingsError
from jobs.state_versions import OF_0_1_0, STATES, require_readable


@dataclass(frozen=True)
class RunProgress:
    """A look at a run from outside."""

    status: str
    seconds: float
    counts: RunCounts
    total_bytes: int | None


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
    run = chosen_run(settings, resume)
    run_id, now_ms = run.run_id, run.now_ms
    registry = checked_registry(settings, resume)
    log = run_log(settings, run)
    pipeline = ScoringPipeline(settings, settings.engine(now_ms), run_id, now_ms, follow, log)
    looking = RetryPolicy(attempts=1)
    with (noted(log, settings.summary()), open_store(settings.store) as store,
          open_store(settings.store, looking) as looker):
        begin_run(store, run, pipeline, registry)
        started = time.monotonic()
        copied = [registry.stamp()]
        total = folder_bytes(settings.bus_folder) if settings.kafka_bus is None else None

        def look(job: JobProgress) -> None:
            if on_progress is None:
                return
            # The job waits for a store that is down; looking on must not end it.
            with contextlib.suppress(StoreError):
                if copied[0] != (stamp := registry.stamp()):
                    copy_models(looker, registry)
                    copied[0] = stamp
                on_progress(RunProgress(job.status, time.monotonic() - started, run_counts(looker, run_id), total))

        how = job_settings(settings, run.path, follow, "latest" if resume else None)
        outcome = run_job(pipeline, how, on_progress=look)
        summary = finish_run(store, run, settings, registry, time.monotonic() - started)
    return RunEnd(run_id, outcome.status, summary, outcome.log_path)


def run_log(settings: Settings, run: RunFolder) -> RunLog:
    """Where the processes of a run log."""
    return RunLog(run.path.resolve() / "log", run.run_id, settings.log_format == "json")


def checked_registry(settings: Settings, resume: bool) -> ModelRegistry:
    """The registry of models, with a champion that can be used, which is said before Flink starts.

    Raises
    ------
    DuankaError
    """
    registry = open_registry(settings.models) if settings.learned else ModelRegistry(settings.models)
    if settings.learned and not resume:
        starting_models(registry)
    return registry


def begin_run(store: Store, run: RunFolder, pipeline: ScoringPipeline, registry: ModelRegistry) -> None:
    """Bring the store to where a run can write: its tables, rules, models, and a row for the run."""
    migrate(store)
    copy_rules(store, pipeline.engine.rules)
    copy_models(store, registry)
    note_run(store, run, pipeline.settings, None, RunCounts(0, 0, 0, 0, 0, 0))


def finish_run(
    store: Store, run: RunFolder, settings: Settings, registry: ModelRegistry, seconds: float
) -> RunSummary:
    """Note the run's end and its counts in the store, and sum up what it found."""
    counts = run_counts(store, run.run_id)
    copy_models(store, registry)
    note_run(store, run, settings, int(time.time() * 1000), counts)
    return summarise(
        counts.records,
        counts.scored,
        counts.dead + counts.repeated,
        counts.late,
        seconds,
        run_hits(store, run.run_id),
        settings.bus_folder / "truth.csv" if settings.kafka_bus is None else None,
        run_warnings(store, run.run_id),
    )


def job_settings(settings: Settings, folder: Path, follow: bool, restore_from: str | Path | None) -> JobSettings:
    """How Flink runs the job in a run's folder."""
    return JobSettings(
        state_dir=folder,
        bus=settings.bus,
        parallelism=settings.parallelism,
        shards=settings.shards,
        checkpoint_interval_ms=int(settings.checkpoint_s * 1000),
        allowed_lateness_ms=int(settings.lateness_s * 1000),
        chunk_bytes=settings.chunk_kib << 10,
        follow=follow,
        restore_from=restore_from,
        state_backend=settings.state_backend,
        jvm_heap_mb=settings.heap_mib,
        json_log=settings.log_format == "json",
        metrics_port=settings.metrics_port,
        persons=True,
        globals=GLOBALS,
    )


def chosen_run(settings: Settings, resume: bool) -> RunFolder:
    """The newest run, or a new one.

    Raises
    ------
    NothingToResume, SettingsError, OtherStateVersion
    """
    if resume:
        return fit_to_resume(newest_run(settings.state), settings)
    return new_run(settings.state, settings.shards, STATES)


def fit_to_resume(run: RunFolder, settings: Settings) -> RunFolder:
    """`run`, unless the settings want other shards than it has, or another release wrote its state.

    Raises
    ------
    SettingsError, OtherStateVersion
    """
    require_readable(run.run_id, run.states or OF_0_1_0)
    if run.shards != settings.shards:
        raise SettingsError(
            f"setting shards: the run to resume has {run.shards}, got {settings.shards}; "
            f"resume with {run.shards} or start a run without --resume"
        )
    return run


def note_run(
    store: Store, run: RunFolder, settings: Settings, finished_ms: int | None, counts: RunCounts
) -> None:
    """Write the run's row; the last word counts."""
    row = {
        "run_id": run.run_id,
        "started": run.now_ms,
        "finished": finished_ms,
        "engine": "flink",
        "settings": json.dumps(settings.summary()),
        "records": counts.records,
        "scored": counts.scored,
        "dead": counts.dead + counts.repeated,
    }
    store.insert("runs", {name: [value] for name, value in row.items()})
