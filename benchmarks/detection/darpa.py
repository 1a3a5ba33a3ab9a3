"""Bursts of similar edges: DARPA 1998 traffic by the minute, in natural order, scored before learned.

    python -m benchmarks.detection.darpa ../shared/data

The edges are those of Stream-AD/MIDAS, ``data/DARPA`` (Apache-2.0).
"""

import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.detection.bootstrap import RESAMPLES
from benchmarks.detection.rng import rng_of
from features.errors import DuankaError
from features.hashing import hash_strings
from models.detectors.edge_stream import EdgeStream

#: Edges a batch; batches change no score.
_BATCH = 5000
#: Beside the default seed, to show how much hangs on it.
_OTHER_SEEDS = (1, 2, 3, 4, 5)


class BadEdges(DuankaError, ValueError):
    """The folder holds no edges with a label."""


class RandomScorer:
    """Scores by lot: whoever judges it must find chance."""

    def __init__(self):
        self._rng = rng_of(0, "random scorer")

    def score_learn_many(self, src: np.ndarray, dst: np.ndarray, tick: np.ndarray) -> np.ndarray:
        return self._rng.random(len(src))


def darpa(data: Path) -> dict[str, float]:
    """Figures of the edge-stream detector at its defaults, a tick as it stands in the files.

    Parameters
    ----------
    data : Path
        Folder above ``darpa``; all its parquet files together, by their first ticks, are the stream.

    Returns
    -------
    dict
        ``roc_auc`` and ``average_precision`` with ``_low`` and ``_high`` ends of the 95 % bootstrap
        interval; ``events_per_s`` of one core, compiled before; ``roc_auc`` at the worst of five
        other seeds as ``worst_seed_roc_auc``; and both figures of a random scorer through the same code
        as ``random_…``.

    Raises
    ------
    BadEdges
        When there are no such files, or they lack a column or one of the labels.
    """
    src, dst, tick, bad = read_edges(data / "darpa")
    EdgeStream().score_learn_many(src[:_BATCH], dst[:_BATCH], tick[:_BATCH])  # compile
    score, seconds = _score(EdgeStream(), src, dst, tick)
    figures = _figures(score, bad, tick) | {"events_per_s": len(src) / seconds}
    others = [_score(EdgeStream(seed=seed), src, dst, tick)[0] for seed in _OTHER_SEEDS]
    figures["worst_seed_roc_auc"] = min(_Levels(other, bad).figures()[0] for other in others)
    roc_auc, average_precision = _Levels(_score(RandomScorer(), src, dst, tick)[0], bad).figures()
    return figures | {"random_roc_auc": roc_auc, "random_average_precision": average_precision}


def _score(detector, src: np.ndarray, dst: np.ndarray, tick: np.ndarray) -> tuple[np.ndarray, float]:
    """Scores in order, and the seconds that scoring and learning took."""
    started = time.perf_counter()
    cuts = [slice(k, k + _BATCH) for k in range(0, len(src), _BATCH)]
    parts = [detector.score_learn_many(src[cut], dst[cut], tick[cut]) for cut in cuts]
    return np.concatenate(parts), time.perf_counter() - started


def read_edges(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Source and destination (uint64 hashes), tick (int64) and label (bool) of every edge, in natural order."""
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise BadEdges(f"no parquet file is in {folder}; give the folder above darpa")
    try:
        tables = [pq.read_table(file, columns=["tick", "src", "dst", "label"]) for file in files]
        tables = [table for table in tables if table.num_rows]
        table = pa.concat_tables(sorted(tables, key=lambda table: table["tick"][0].as_py()))
        src, dst = (hash_strings(table[name].cast(pa.string()).combine_chunks(), 1) for name in ("src", "dst"))
        tick, bad = table["tick"].to_numpy().astype(np.int64), table["label"].to_numpy() > 0
    except (pa.ArrowException, ValueError) as error:
        raise BadEdges(f"{folder} needs files of edges with tick, src, dst, label: {error}") from None
    if bad.all() or not bad.any():
        raise BadEdges(f"{folder} needs edges with label 0 and with label 1; it has one kind")
    return src, dst, tick, bad


class _Levels:
    """Edges in the order of their scores, so that figures of any weights cost one pass."""

    def __init__(self, score: np.ndarray, bad: np.ndarray):
        self.order = np.argsort(score, kind="stable")
        self.bad = bad[self.order]
        self.starts = np.flatnonzero(np.r_[True, np.diff(score[self.order]) > 0])

    def figures(self, weight: np.ndarray | None = None) -> tuple[float, float]:
        """ROC-AUC and average precision, each edge (in its original place) counted `weight` times."""
        weight = np.ones(self.bad.size) if weight is None else weight[self.order].astype(float)
        hits = np.add.reduceat(np.where(self.bad, weight, 0.0), self.starts)
        others = np.add.reduceat(np.where(self.bad, 0.0, weight), self.starts)
        roc_auc = hits @ (np.cumsum(others) - others / 2) / (hits.sum() * others.sum())
        found, alarms = np.cumsum(hits[::-1]), np.cumsum((hits + others)[::-1])
        return float(roc_auc), float(hits[::-1] @ (found / np.maximum(alarms, 1)) / hits.sum())


def _figures(score: np.ndarray, bad: np.ndarray, tick: np.ndarray) -> dict[str, float]:
    """Both figures, with intervals: whole ticks are drawn, because the edges of a burst are one happening."""
    levels = _Levels(score, bad)
    _, group = np.unique(tick, return_inverse=True)
    ticks = int(group.max()) + 1
    rng = rng_of(0, "bootstrap")
    drawn = []
    for _ in range(RESAMPLES):
        weight = np.bincount(rng.integers(0, ticks, ticks), minlength=ticks)[group]
        if weight[bad].any() and weight[~bad].any():
            drawn.append(levels.figures(weight))
    figures = {}
    for name, value, all_drawn in zip(("roc_auc", "average_precision"), levels.figures(), zip(*drawn)):
        low, high = np.quantile(all_drawn, [0.025, 0.975])
        figures |= {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}
    return figures


def main(data: Path) -> int:
    """Print the figures; returns the exit code."""
    try:
        figures = darpa(data)
    except BadEdges as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print("darpa, natural order, scored before learned, defaults, seed 42")
    for name, value in figures.items():
        print(f"  {name:32s} {value:,.0f}" if value >= 1000 else f"  {name:32s} {value:.4f}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.detection.darpa DATA")
    sys.exit(main(Path(sys.argv[1])))
