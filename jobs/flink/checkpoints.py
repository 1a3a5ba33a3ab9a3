"""Finds completed checkpoints and savepoints in a folder."""

from pathlib import Path

from jobs.flink.errors import CheckpointMissingError
from jobs.flink.settings import JobSettings

#: Flink writes this file last, so its presence says that the checkpoint is complete.
METADATA = "_metadata"


def latest_checkpoint(folder: Path) -> Path | None:
    """The newest completed checkpoint under ``folder/<job id>/chk-<n>``, None without any.

    Newest by the time its metadata was written: every run has a job id and a count of its own.
    """
    found = [(file.stat().st_mtime_ns, file.parent)
             for file in Path(folder).glob(f"*/chk-*/{METADATA}")]
    return max(found)[1] if found else None


def latest_savepoint(folder: Path) -> Path | None:
    """The newest completed savepoint ``folder/savepoint-<…>``, None without any."""
    found = [(file.stat().st_mtime_ns, file.parent) for file in Path(folder).glob(f"*/{METADATA}")]
    return max(found)[1] if found else None


def resolve_restore(settings: JobSettings) -> Path | None:
    """The checkpoint or savepoint folder that `settings.restore_from` stands for.

    Raises
    ------
    CheckpointMissingError
        Nothing completed is there.
    """
    if settings.restore_from is None:
        return None
    if settings.restore_from == "latest":
        both = (latest_checkpoint(settings.checkpoints), latest_savepoint(settings.savepoints))
        path = max(filter(None, both), key=lambda p: (p / METADATA).stat().st_mtime_ns, default=None)
        if path is None:
            raise CheckpointMissingError(
                f"No completed checkpoint under {settings.checkpoints}. Start without restoring, "
                "or name another checkpoint folder.")
        return path
    path = Path(settings.restore_from).resolve()
    if not (path / METADATA).is_file():
        raise CheckpointMissingError(
            f"{path} is no completed checkpoint or savepoint: it holds no {METADATA} file.")
    return path
