"""Rates of small and large groups side by side: empirical Bayes and Wilson.

One bad card out of one is a rate of 100 % and says next to nothing. Empirical Bayes lets all groups say what rates
are usual (a beta distribution, fitted to their counts by maximum likelihood of the beta-binomial), and gives each
group the rate that its own counts leave of that. Wilson's interval looks at the group alone.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

#: Bounds of the prior's weight, in cards (ours): above the last one, groups do not differ measurably.
_LEAST_WEIGHT, _MOST_WEIGHT = 0.5, 1e6


@dataclass(frozen=True)
class BetaPrior:
    """What rates are usual: a beta distribution, ``alpha + beta`` is how many cards it weighs."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)


def fit_prior(bad: np.ndarray, all_: np.ndarray) -> BetaPrior:
    """Fit the beta distribution of the groups' rates.

    Needs some twenty groups to say anything about how they differ; with fewer, or where nothing is bad, the groups
    count as alike: the common rate, with a Jeffreys count so that it is never 0 or 1.

    Parameters
    ----------
    bad, all_ : ndarray, shape (n,)
        Bad cards and all cards of each group; groups without cards are left out.

    Raises
    ------
    ValueError
        More bad cards than cards.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> cards = rng.integers(1, 200, 2000)
    >>> prior = fit_prior(rng.binomial(cards, rng.beta(2, 98, 2000)), cards)
    >>> round(prior.mean, 3), round(prior.alpha), round(prior.beta)
    (0.02, 2, 90)
    """
    bad, all_ = np.asarray(bad, float), np.asarray(all_, float)
    bad, all_ = bad[all_ > 0], all_[all_ > 0]
    if (bad > all_).any() or (bad < 0).any():
        raise ValueError("a group cannot have more bad cards than cards")
    common = (bad.sum() + 0.5) / (all_.sum() + 1.0)
    if len(all_) < 3 or bad.sum() in (0, all_.sum()):
        weight = max(all_.sum(), 1.0)
        return BetaPrior(common * weight, (1 - common) * weight)

    def loss(x: np.ndarray) -> float:
        mean, weight = special.expit(x[0]), np.exp(x[1])
        a, b = mean * weight, (1 - mean) * weight
        return -float(np.sum(special.betaln(bad + a, all_ - bad + b) - special.betaln(a, b)))

    start = np.array([special.logit(common), np.log(_weight_by_moments(bad, all_, common))])
    bounds = [(special.logit(1e-9), special.logit(1 - 1e-9)), (np.log(_LEAST_WEIGHT), np.log(_MOST_WEIGHT))]
    best = optimize.minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    mean, weight = float(special.expit(best[0])), float(np.exp(best[1]))
    return BetaPrior(mean * weight, (1 - mean) * weight)


def _weight_by_moments(bad: np.ndarray, all_: np.ndarray, common: float) -> float:
    """Weight of the prior from how much more the rates scatter than chance alone would have it."""
    chance = common * (1 - common)
    scatter = np.sum(all_ * (bad / all_ - common) ** 2)
    more = (scatter - len(all_) * chance) / max(np.sum(all_) - np.sum(all_**2) / np.sum(all_), 1e-9)
    if more <= 0:
        return _MOST_WEIGHT / 10
    return float(np.clip(chance / more - 1, _LEAST_WEIGHT * 2, _MOST_WEIGHT / 10))


def posterior(bad: np.ndarray, all_: np.ndarray, prior: BetaPrior, level: float = 0.9):
    """Mean and equal-tailed interval of each group's rate, given the prior.

    The prior is taken for known; with few groups the intervals are therefore a little too narrow.

    Returns
    -------
    mean, low, high : ndarray, shape (n,)
    """
    a, b = prior.alpha + np.asarray(bad, float), prior.beta + np.asarray(all_, float) - np.asarray(bad, float)
    tail = (1 - level) / 2
    return a / (a + b), stats.beta.ppf(tail, a, b), stats.beta.ppf(1 - tail, a, b)


def wilson(bad: np.ndarray, all_: np.ndarray, level: float = 0.9):
    """Wilson's score interval of each group by itself (E. B. Wilson, JASA 22, 1927); 0 to 1 where it has no cards.

    Returns
    -------
    low, high : ndarray, shape (n,)

    Examples
    --------
    >>> low, high = wilson(np.array([1, 50]), np.array([1, 100]))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.27, 0.42], [1.0, 0.58])
    """
    bad, all_ = np.asarray(bad, float), np.asarray(all_, float)
    z = stats.norm.ppf((1 + level) / 2)
    n = np.maximum(all_, 1e-12)
    rate = bad / n
    centre, spread = rate + z**2 / (2 * n), z * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    low, high = (centre - spread) / (1 + z**2 / n), (centre + spread) / (1 + z**2 / n)
    return np.where(all_ > 0, np.clip(low, 0, 1), 0.0), np.where(all_ > 0, np.clip(high, 0, 1), 1.0)
