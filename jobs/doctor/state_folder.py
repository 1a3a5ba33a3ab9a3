"""The state folder: writable, room on the disk, and how old the newest run's checkpoint is."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from connectors.store_url import parse_store_url
from jobs.doctor.finding import Finding, bad, ok, warn
from jobs.flink.checkpoints import METADATA, latest_checkpoint
from jobs.run_folder import NothingToResume, newest_run
from jobs.settings import Settings

_GIB = 1 << 30
#: Free room, GiB (ours): two checkpoints of a large state, and what the store writes meanwhile.
_LOW_GIB, _LEAST_GIB = 10, 1
#: A running job whose checkpoint is older than so many intervals, or a minute, has trouble (ours).
_OLD_INTERVALS, _OLD_S = 10, 60.0


def state(settings: Settings) -> Iterator[Finding]:
    folder = settings.state.expanduser().resolve()
    there = _existing(folder)
    if not _takes_files(there):
        yield bad("state", f"{folder}: {there} cannot be written", "give a folder that this user may write: --state")
    else:
        yield ok("state", f"{folder}{'' if there == folder else ', which a run makes'}")
    yield from _disk("disk of the state", there)
    embedded = parse_store_url(settings.store).path
    if embedded is not None:
        yield from _disk("disk of the store", _existing(Path(embedded).expanduser().resolve()))


def checkpoint(settings: Settings) -> Iterator[Finding]:
    try:
        run = newest_run(settings.state)
    except NothingToResume:
        yield ok("checkpoint", "no run yet")
        return
    newest = latest_checkpoint(run.path / "checkpoints")
    works = _is_followed(run.path)
    doing = "is running" if works else "is not running"
    if newest is None:
        since_s = time.time() - run.now_ms / 1000
        found = f"{run.run_id} {doing}, began {_age(since_s)} ago, no checkpoint"
    else:
        since_s = time.time() - (newest / METADATA).stat().st_mtime
        found = f"{run.run_id} {doing}, {newest.name} is {_age(since_s)} old"
    if works and since_s > max(_OLD_S, _OLD_INTERVALS * settings.checkpoint_s):
        yield warn("checkpoint", found, f"read {run.path / 'log' / 'flink.log'}: a full disk, or a stage that is stuck")
    else:
        yield ok("checkpoint", found)


def _disk(part: str, folder: Path) -> Iterator[Finding]:
    free_gib = shutil.disk_usage(folder).free / _GIB
    found = f"{free_gib:,.1f} GiB free below {folder}"
    if free_gib < _LEAST_GIB:
        yield bad(part, found, f"free {_LEAST_GIB} GiB at the very least: no checkpoint could be written")
    elif free_gib < _LOW_GIB:
        yield warn(part, found, f"a busy job wants {_LOW_GIB} GiB or more")
    else:
        yield ok(part, found)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_followed(run: Path) -> bool:
    """Whether a job with --follow holds the run's plan log; one without --follow holds nothing."""
    try:
        plan = os.open(run / "plan.ndjson", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(plan, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(plan)
    return False


def _age(seconds: float) -> str:
    """
    >>> _age(59), _age(7200), _age(200000)
    ('59 s', '120 min', '55 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 10_800 else f"{seconds // 3600:.0f} h"
