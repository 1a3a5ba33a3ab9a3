"""Scores of a replay against a ground truth."""

from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from features.errors import DuankaError
from jobs.truth_roles import BAD_ROLES
from models.ranking_metrics import BudgetPoint, ranking, top

_HOUR_MS = 3_600_000


class BadEvaluationInput(DuankaError, ValueError):
    """A file cannot be evaluated; the message says what is wrong, what was given, what to do."""


@dataclass(frozen=True)
class Truth:
    """Bad cards and the time of the first bad event of each, UTC ms."""

    since_ms: dict[str, int]


@dataclass(frozen=True)
class Evaluation:
    """Card-level figures: a card's score is its highest."""

    cards: int
    bad_cards: int
    unseen_bad_cards: int
    roc_auc: float
    average_precision: float
    budgets: list[BudgetPoint]


def read_truth(path: Path, bad_roles: tuple[str, ...] = BAD_ROLES) -> Truth:
    """Read ``card,role,from,to,scenario``; a card is bad from its earliest bad row on."""
    table = _read_csv(path, ("card", "role", "from"))
    table = table.filter(pc.is_in(table["role"], pa.array(bad_roles)))
    stamps = table["from"]
    try:
        if not pa.types.is_timestamp(stamps.type):
            stamps = stamps.cast(pa.timestamp("us", "UTC"))
        millis = stamps.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64()).to_pylist()
    except pa.ArrowException as error:
        raise BadEvaluationInput(f"{path}: column 'from' must hold ISO-8601 times: {error}") from error
    if None in millis:
        raise BadEvaluationInput(f"{path}: column 'from' must hold ISO-8601 times, one is empty")
    since: dict[str, int] = {}
    for card, ms in zip(table["card"].to_pylist(), millis):
        since[card] = min(ms, since.get(card, ms))
    return Truth(since)


def evaluate(table: pa.Table, truth: Truth, budgets: list[int]) -> Evaluation:
    """Hold scores against a truth.

    Parameters
    ----------
    table : pyarrow.Table
        Columns event_time_ms, card and score, in any order of rows.
    budgets : list of int
        Numbers of cards that people can look at.
    """
    # By name, so that lots among equals do not depend on the order of rows.
    if table.num_rows == 0:
        return Evaluation(0, len(truth.since_ms), len(truth.since_ms), nan, nan, [])
    best = table.group_by("card").aggregate([("score", "max")]).sort_by("card")
    cards = np.array(best["card"].to_pylist(), object)
    score = best["score_max"].to_numpy()
    bad = np.array([card in truth.since_ms for card in cards])
    auc, precision = ranking(score, bad)
    points = [_budget(table, cards, score, bad, truth, min(b, len(cards))) for b in budgets]
    unseen = len(truth.since_ms) - int(bad.sum())
    return Evaluation(len(cards), len(truth.since_ms), unseen, auc, precision, points)


def _budget(table, cards, score, bad, truth: Truth, alerts: int) -> BudgetPoint:
    chosen = top(score, alerts)
    caught = cards[chosen][bad[chosen]]
    threshold = float(score[chosen].min()) if alerts else float("inf")
    delays = []
    if caught.size:
        mine = table.filter(
            pc.and_(pc.is_in(table["card"], pa.array(caught.tolist())), pc.greater_equal(table["score"], threshold))
        )
        since = pa.array([truth.since_ms[c] for c in mine["card"].to_pylist()], pa.int64())
        mine = mine.filter(pc.greater_equal(mine["event_time_ms"], since))
        first = mine.group_by("card").aggregate([("event_time_ms", "min")])
        delays = [
            (ms - truth.since_ms[card]) / _HOUR_MS
            for card, ms in zip(first["card"].to_pylist(), first["event_time_ms_min"].to_pylist())
        ]
    return BudgetPoint(
        alerts,
        threshold,
        caught.size / alerts if alerts else float("nan"),
        caught.size / len(truth.since_ms) if truth.since_ms else float("nan"),
        float(np.median(delays)) if delays else float("nan"),
    )


def card_risk(path: Path) -> tuple[np.ndarray, float]:
    """Highest risk of each card in a file of scores, 0 to 1000, and the days from its first to its last event."""
    table = read_scores(path)
    if table.num_rows == 0:
        raise BadEvaluationInput(f"{path} holds no scores")
    span = pc.min_max(table["event_time_ms"]).as_py()
    best = table.group_by("card").aggregate([("score", "max")])
    return best["score_max"].to_numpy() * 1000.0, max((span["max"] - span["min"]) / (24 * _HOUR_MS), 1.0)


def read_scores(path: Path) -> pa.Table:
    """Read a file of scores (see :data:`jobs.score_file.SCHEMA`), the columns that count here.

    Raises
    ------
    BadEvaluationInput
    """
    wanted = ["event_time_ms", "card", "score"]
    if path.suffix == ".parquet":
        try:
            return pq.read_table(path, columns=wanted)
        except (OSError, pa.ArrowException) as error:
            raise BadEvaluationInput(f"{path} cannot be read as scores: {error}") from error
    return _read_csv(path, wanted)


def _read_csv(path: Path, wanted) -> pa.Table:
    try:
        table = pa_csv.read_csv(path)
    except (OSError, pa.ArrowException) as error:
        raise BadEvaluationInput(f"{path} cannot be read: {error}") from error
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise BadEvaluationInput(f"{path} lacks the column {missing[0]!r}; it has {', '.join(table.column_names)}")
    return table
