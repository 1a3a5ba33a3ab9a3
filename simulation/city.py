"""Make a city and write its events and its truth."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from simulation.config import CityConfig
from simulation.roles import FRAUD_PHONE, FRAUD_ROLES, HONEST_ROLES, MULE, VICTIM
from simulation.run import Run
from simulation.world import make_world

__all__ = ["FRAUD_PHONE", "FRAUD_ROLES", "HONEST_ROLES", "MULE", "VICTIM", "CityConfig", "CitySummary", "simulate"]


@dataclass(frozen=True)
class CitySummary:
    """What was written: events by topic, cards of the truth by role."""

    events: dict[str, int]
    cards: dict[str, int]

    @property
    def total_events(self) -> int:
        return sum(self.events.values())


def simulate(config: CityConfig, out_dir: str | Path, progress: Callable[[int, int], None] | None = None, *,
             overwrite: bool = False) -> CitySummary:
    """Write a city's events to folders of ``.ndjson`` files, and who was who to ``truth.csv``.

    The folder appears complete or not at all. Files are in order of time, by name and within;
    with ``config.late`` in order of arrival. Equal settings give equal bytes, with the same
    release of numpy.

    Parameters
    ----------
    config : CityConfig
        The city.
    out_dir : path
        Gets ``{cdr,txn,card,lead,verdict}/NNNNNN.ndjson`` and ``truth.csv``.
    progress : callable, optional
        Called with (days done, days in all) after each day.
    overwrite : bool
        Whether to replace what `out_dir` holds.

    Raises
    ------
    FileExistsError
        `out_dir` is not empty and `overwrite` is False.
    ValueError
        The city is too small for the rings asked for.
    """
    out_dir = Path(out_dir)
    if out_dir.exists() and (not out_dir.is_dir() or any(out_dir.iterdir())) and not overwrite:
        raise FileExistsError(f"{out_dir} is not an empty folder: choose another one, or pass overwrite=True")
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=f".{out_dir.name}-", dir=out_dir.parent))
    try:
        summary = _write(config, draft, progress)
        draft.chmod(0o755)
        if out_dir.is_dir():
            rmtree(out_dir)
        elif out_dir.exists():
            out_dir.unlink()
        draft.rename(out_dir)
    except BaseException:
        rmtree(draft, ignore_errors=True)
        raise
    return summary


def _write(config, folder, progress):
    run = Run(make_world(config), folder)
    for day in range(config.days):
        run.day(day)
        if progress is not None:
            progress(day + 1, config.days)
    cards = run.world.truth.write(folder / "truth.csv", run.card_of)
    return CitySummary({topic: shelf.events for topic, shelf in sorted(run.shelves.items())}, cards)
