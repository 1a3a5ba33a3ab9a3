"""Point anomalies in network records: KDD'99 http and smtp, in natural order, scored before learned.

    python -m benchmarks.detection.kdd ../shared/data
"""

import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from benchmarks.detection.ranking_figures import ranking_figures
from benchmarks.detection.rng import rng_of
from features.errors import DuankaError
from models.detectors.online_isolation_forest import OnlineIsolationForest

#: Rows a batch; batches change no score.
_BATCH = 5000
#: Beside the default seed, to show how much hangs on it.
_OTHER_SEEDS = (1, 2, 3, 4, 5)


class BadRecords(DuankaError, ValueError):
    """A file holds no records with a label."""


class RandomScorer:
    """Scores by lot: whoever judges it must find chance."""

    def __init__(self):
        self._rng = rng_of(0, "random scorer")

    def score_learn_many(self, rows: np.ndarray) -> np.ndarray:
        return self._rng.random(len(rows))


def http(data: Path) -> dict[str, float]:
    """Figures on ``kdd99/http.zip`` or ``.csv`` in the folder `data`; see :func:`figures_of`."""
    return figures_of(*read_records(data / "kdd99", "http"))


def smtp(data: Path) -> dict[str, float]:
    """Figures on ``kdd99/smtp.zip`` or ``.csv`` in the folder `data`; see :func:`figures_of`."""
    return figures_of(*read_records(data / "kdd99", "smtp"))


def figures_of(rows: np.ndarray, bad: np.ndarray) -> dict[str, float]:
    """Figures of the online isolation forest at its defaults, over rows as they come, with no scaling.

    Returns
    -------
    dict
        ``roc_auc`` and ``average_precision`` with ``_low`` and ``_high`` ends of the bootstrap
        interval; ``events_per_s`` of one core, by processor time; both figures at the worst of five
        other seeds as ``worst_seed_…``; those of a random scorer through the same code as ``random_…``.
    """
    features = rows.shape[1]
    OnlineIsolationForest(features).score_learn_many(rows[:1000])  # compile
    score, seconds = _score(OnlineIsolationForest(features), rows)
    figures = ranking_figures(score, bad) | {"events_per_s": len(rows) / seconds}
    others = [ranking_figures(_score(OnlineIsolationForest(features, seed=s), rows)[0], bad, 1) for s in _OTHER_SEEDS]
    for name in ("roc_auc", "average_precision"):
        figures[f"worst_seed_{name}"] = min(other[name] for other in others)
    by_lot = ranking_figures(_score(RandomScorer(), rows)[0], bad)
    return figures | {f"random_{name}": value for name, value in by_lot.items()}


def _score(detector, rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Scores in order, and the processor seconds that scoring and learning took."""
    started = time.process_time()
    parts = [detector.score_learn_many(rows[k : k + _BATCH]) for k in range(0, len(rows), _BATCH)]
    return np.concatenate(parts), time.process_time() - started


def read_records(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Records of ``name.zip`` (with one table in it) or ``name.csv``: float features, and a 0/1 label last.

    Returns
    -------
    rows : ndarray of float64, shape (n, features)
    bad : ndarray of bool, shape (n,)

    Raises
    ------
    BadRecords
        When there is no such file, no table in it, or not both labels in the table.
    """
    path = folder / f"{name}.zip"
    try:
        if path.exists():
            with zipfile.ZipFile(path) as archive:
                tables = [n for n in archive.namelist() if n.endswith(".csv") and not n.startswith("__MACOSX")]
                if len(tables) != 1:
                    raise BadRecords(f"{path} holds {len(tables)} tables; give an archive with one .csv")
                table = csv.read_csv(pa.BufferReader(archive.read(tables[0])))
        else:
            path = folder / f"{name}.csv"
            table = csv.read_csv(path)
        columns = [column.to_numpy().astype(np.float64) for column in table.columns]
    except FileNotFoundError:
        raise BadRecords(f"neither {name}.zip nor {name}.csv is in {folder}; give the folder above kdd99") from None
    except (zipfile.BadZipFile, pa.ArrowInvalid, ValueError) as error:
        if isinstance(error, BadRecords):
            raise
        raise BadRecords(f"{path} is no table of numbers: {error}") from None
    bad = columns[-1] > 0
    if len(columns) < 2 or bad.all() or not bad.any():
        raise BadRecords(f"{path} needs features, then a label with both 0 and 1; it has {table.column_names}")
    return np.column_stack(columns[:-1]), bad


def main(data: Path, sets: tuple[Callable, ...] = (http, smtp)) -> int:
    """Print the figures of both sets; returns the exit code."""
    for of in sets:
        try:
            figures = of(data)
        except BadRecords as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        print(f"{of.__name__}, natural order, scored before learned, defaults, seed 42")
        for name, value in figures.items():
            print(f"  {name:32s} {value:,.0f}" if value >= 1000 else f"  {name:32s} {value:.4f}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.detection.kdd DATA")
    sys.exit(main(Path(sys.argv[1])))
