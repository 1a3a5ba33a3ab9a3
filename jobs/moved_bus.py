"""A run whose folder bus lies elsewhere now: its plan log is told, once, before the run goes on.

The plan log names files by whole paths, because workers open them. After a run's folder and its
topics were copied to another machine or mounted elsewhere, the same chunks lie under other paths.
"""

import os
from dataclasses import replace
from pathlib import Path

from jobs.flink.errors import PlanMismatchError
from jobs.flink.plan_log import PlanLog
from jobs.flink.protocol import Chunk


def move_plan(plan: Path, bus: str, folder: Path) -> None:
    """Rewrite a plan log for topics that lie in `folder` now.

    Parameters
    ----------
    plan : Path
        The plan log of a run that is not running.
    bus : str
        The setting `bus` of runs to come; the log's header gets it.
    folder : Path
        Holds a folder for each topic, with files of the same names and at least the same bytes.

    Raises
    ------
    PlanMismatchError
        A file is missing or shorter than what was read of it, or the plan is of another kind of bus.
    """
    draft = plan.with_suffix(".moved")
    with PlanLog(plan) as log:
        log.lock(timeout_s=1.0)
        draft.unlink(missing_ok=True)
        header = {name: log.header[name] for name in ("chunk_bytes", "follow")}
        with PlanLog.open_or_create(draft, bus=bus, **header) as moved:
            for tick, chunk in log.entries():
                moved.append(tick, _elsewhere(chunk, folder), durable=False)
            moved.sync()
        os.replace(draft, plan)


def _elsewhere(chunk: Chunk, folder: Path) -> Chunk:
    first, *more = (_part_elsewhere(part, folder) for part in chunk.parts)
    return replace(first, more=tuple(more))


def _part_elsewhere(chunk: Chunk, folder: Path) -> Chunk:
    if not chunk.path:
        return chunk
    path = folder / chunk.topic / os.path.basename(chunk.path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise PlanMismatchError(f"{path} is not there ({error.strerror}), and the run has read {chunk.path}. Name the "
                                "folder that its topics were moved to.") from None
    if size < chunk.end:
        raise PlanMismatchError(f"{path} has {size} bytes, and the run has read {chunk.path} up to {chunk.end}. It is "
                                "another file, or not all of it was copied.")
    return replace(chunk, path=str(path))
