"""Two models on the same judged cards: is the new one better?

Cards are drawn anew with replacement (Efron's bootstrap, percentile intervals), the same draw for both models, so that
what makes a card hard counts for neither. What the intervals cannot know: people judge what the champion showed them,
so cards that only the shadow sees are judged seldom, and where they are not, they count for nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

#: Draws, and cells of a matrix of draws at most, so that many cards take no more memory (ours).
_DRAWS, _LEAST_DRAWS, _CELLS = 1000, 200, 4_000_000
#: Two-sided 95 %.
_TAILS = (0.025, 0.975)
#: Confirmed cards, and cleared ones, without which nothing is decided (ours).
LEAST = 30


class Decision(StrEnum):
    """The answer."""

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % interval; nan where it is not to be had."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """Of one model; or shadow less champion."""

    auc: Interval
    average_precision: Interval
    brier: Interval


@dataclass(frozen=True)
class Comparison:
    """How champion and shadow do on the same cards.

    Attributes
    ----------
    confirmed, cleared : int
    difference : Figures
        Shadow less champion.
    """

    confirmed: int
    cleared: int
    champion: Figures
    shadow: Figures
    difference: Figures
    decision: Decision


def compare(champion: np.ndarray, shadow: np.ndarray, bad: np.ndarray, seed: int = 0) -> Comparison:
    """Compare two models.

    The rule (ours): *better* or *worse* where the 95 % interval of the difference in average precision lies on one side
    of zero, that of the ROC-AUC does not lie on the other, and `LEAST` cards of either sort were judged; otherwise
    *undecided*. Average precision, since cards are worked from the top.

    Parameters
    ----------
    champion, shadow : ndarray of float, shape (n,), within [0, 1]
    bad : ndarray of bool, shape (n,)
        Confirmed; the others were cleared.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> bad = rng.random(400) < 0.3
    >>> weak, strong = rng.random(400), np.clip(0.4 * bad + 0.6 * rng.random(400), 0, 1)
    >>> str(compare(weak, strong, bad).decision), str(compare(strong, weak, bad).decision)
    ('better', 'worse')
    >>> str(compare(weak, strong, bad & (np.arange(400) < 50)).decision)
    'undecided'
    """
    n = bad.size
    confirmed = int(bad.sum())
    draws = max(_LEAST_DRAWS, min(_DRAWS, _CELLS // max(n, 1)))
    rng = np.random.default_rng(seed)
    by_model = _drawn_both((champion, shadow), bad, draws if n else 0, rng)
    difference = by_model[1] - by_model[0]
    figures = [Figures(*(_interval(row) for row in rows)) for rows in (*by_model, difference)]
    return Comparison(confirmed, n - confirmed, *figures, _decided(figures[2], confirmed, n - confirmed))


def weighted_ranking(score: np.ndarray, bad: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ROC-AUC and average precision under many weightings at once; equal scores count as one place.

    Parameters
    ----------
    score, bad : ndarray, shape (n,)
    weight : ndarray, shape (draws, n)

    Returns
    -------
    auc, average_precision : ndarray, shape (draws,)
        nan where a draw has cards of one sort only.
    """
    order = np.argsort(-score, kind="stable")
    places = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0]) if score.size else np.zeros(0, int)
    if not places.size:
        return np.full(len(weight), np.nan), np.full(len(weight), np.nan)
    sorted_weight, sorted_bad = weight[:, order], bad[order]
    positive = np.add.reduceat(sorted_weight * sorted_bad, places, axis=1)
    negative = np.add.reduceat(sorted_weight * ~sorted_bad, places, axis=1)
    above_positive, above_negative = np.cumsum(positive, axis=1), np.cumsum(negative, axis=1)
    all_positive, all_negative = above_positive[:, -1], above_negative[:, -1]
    # Of each negative: the positives above it, and half of those beside it.
    beaten = (negative * (above_positive - positive / 2)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        auc = beaten / (all_positive * all_negative)
        precision = above_positive / (above_positive + above_negative)
        average = np.nansum(positive * precision, axis=1) / all_positive
    one_sort = (all_positive == 0) | (all_negative == 0)
    return np.where(one_sort, np.nan, auc), np.where(one_sort, np.nan, average)


def _drawn_both(scores: Sequence[np.ndarray], bad: np.ndarray, draws: int,
                rng: np.random.Generator) -> list[np.ndarray]:
    """Figures of each model under the same draws, a few draws at a time: so many cards, so much room."""
    weight, left, parts = np.ones((1, bad.size)), draws, []
    while True:
        parts.append([_drawn(score, bad, weight) for score in scores])
        if not left:
            return [np.hstack(found) for found in zip(*parts, strict=True)]
        some = min(left, max(1, _CELLS // bad.size))
        weight, left = rng.multinomial(bad.size, np.full(bad.size, 1 / bad.size), some), left - some


def _drawn(score: np.ndarray, bad: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """AUC, average precision and Brier score, shape (3, draws); the first draw is every card once."""
    auc, average = weighted_ranking(score, bad, weight)
    brier = weight @ ((score - bad) ** 2) / max(bad.size, 1) if bad.size else np.full(len(weight), np.nan)
    return np.vstack([auc, average, brier])


def _interval(drawn: np.ndarray) -> Interval:
    known = drawn[1:][~np.isnan(drawn[1:])]
    low, high = np.quantile(known, _TAILS) if known.size else (np.nan, np.nan)
    return Interval(float(drawn[0]), float(low), float(high))


def _decided(difference: Figures, confirmed: int, cleared: int) -> Decision:
    precision, auc = difference.average_precision, difference.auc
    if min(confirmed, cleared) < LEAST:
        return Decision.UNDECIDED
    if precision.low > 0 and not auc.high < 0:
        return Decision.BETTER
    if precision.high < 0 and not auc.low > 0:
        return Decision.WORSE
    return Decision.UNDECIDED
