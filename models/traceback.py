"""Branches, clerks and agents by what became of the cards they opened; small ones do not lead by chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.interval_estimates import BetaPrior, fit_prior, posterior, wilson

#: How sure the intervals are.
LEVEL = 0.9


@dataclass(frozen=True)
class Rate:
    """A share of the cards opened.

    Attributes
    ----------
    mean, low, high : float
        Empirical Bayes: posterior mean and 90 % interval.
    wilson_low, wilson_high : float
        From these cards alone.
    """

    mean: float
    low: float
    high: float
    wilson_low: float
    wilson_high: float


@dataclass(frozen=True)
class OpenerRecord:
    """What became of the cards that a branch, clerk or agent opened."""

    opener: str
    opened: int
    flagged: int
    confirmed: int
    flagged_rate: Rate
    confirmed_rate: Rate


@dataclass(frozen=True)
class Traceback:
    """All openers, those whose rate of confirmed cards is surely highest first."""

    records: list[OpenerRecord]
    flagged_prior: BetaPrior
    confirmed_prior: BetaPrior


def trace_back(openers: Sequence[str], opened: Sequence[int], flagged: Sequence[int],
               confirmed: Sequence[int]) -> Traceback:
    """Rank openers by the lower bound of their rate of confirmed cards, then of flagged ones.

    A rate says nothing about guilt: who serves a market or a dormitory opens more bad cards than others. It says
    where to look.

    Examples
    --------
    >>> names = ["new"] + [f"b{k}" for k in range(30)] + ["bad"]
    >>> found = trace_back(names, [1] + [200] * 31, [1] + [2] * 30 + [30], [1] + [1] * 30 + [20])
    >>> found.records[0].opener, [r.opener for r in found.records].index("new") > 0
    ('bad', True)
    """
    n = np.asarray(opened, float)
    rates, priors = [], []
    for bad in (np.asarray(flagged, float), np.asarray(confirmed, float)):
        prior = fit_prior(bad, n)
        rates.append([Rate(*(float(v) for v in row)) for row in zip(*posterior(bad, n, prior, LEVEL),
                                                                   *wilson(bad, n, LEVEL))])
        priors.append(prior)
    records = [OpenerRecord(*row) for row in zip(openers, opened, flagged, confirmed, *rates)]
    records.sort(key=lambda r: (-r.confirmed_rate.low, -r.flagged_rate.low, r.opener))
    return Traceback(records, *priors)
