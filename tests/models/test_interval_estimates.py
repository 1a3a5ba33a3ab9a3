"""Interval estimates on simulated branches: coverage, and that one of one leads no list."""

import numpy as np
import pytest

from models.interval_estimates import BetaPrior, fit_prior, posterior, wilson
from models.traceback import trace_back


def branches(seed: int, count: int = 300, alpha: float = 2.0, beta: float = 60.0):
    """True rate, cards and bad cards of branches; half of them are small."""
    rng = np.random.default_rng(seed)
    rate = rng.beta(alpha, beta, count)
    cards = np.where(rng.random(count) < 0.5, rng.integers(1, 15, count), rng.integers(100, 2000, count))
    return rate, cards, rng.binomial(cards, rate)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_interval_holds_the_true_rate_about_as_often_as_it_says(level):
    held = {"all": [], "small": []}
    for seed in range(40):
        rate, cards, bad = branches(seed)
        _, low, high = posterior(bad, cards, fit_prior(bad, cards), level)
        inside = (low <= rate) & (rate <= high)
        held["all"].append(inside.mean())
        held["small"].append(inside[cards < 15].mean())
    print({name: float(np.mean(shares)) for name, shares in held.items()})
    assert abs(np.mean(held["all"]) - level) < 0.02 and abs(np.mean(held["small"]) - level) < 0.03


def test_the_mean_is_nearer_the_truth_than_the_share():
    rate, cards, bad = branches(7)
    mean, _, _ = posterior(bad, cards, fit_prior(bad, cards))
    assert np.mean((mean - rate) ** 2) < 0.5 * np.mean((bad / cards - rate) ** 2)


def test_the_fit_finds_the_beta_distribution():
    _, cards, bad = branches(3, count=5000, alpha=3.0, beta=90.0)
    prior = fit_prior(bad, cards)
    assert prior.mean == pytest.approx(3 / 93, rel=0.05) and prior.alpha + prior.beta == pytest.approx(93, rel=0.2)


def test_branches_that_are_all_alike_are_pulled_to_one_rate():
    rng = np.random.default_rng(5)
    cards = rng.integers(1, 400, 400)
    bad = rng.binomial(cards, 0.03)
    mean, _, _ = posterior(bad, cards, fit_prior(bad, cards))
    assert np.ptp(mean) < 0.02


def test_small_ones_do_not_top_the_list_by_chance():
    """By the bare share they do, nearly always."""
    firsts, naive = [], []
    for seed in range(20):
        rate, cards, bad = branches(seed)
        # A handful of shops that opened one card, which was confirmed, and one branch that is bad for sure.
        cards, bad = np.append(cards, [1, 1, 1, 1000]), np.append(bad, [1, 1, 1, 250])
        names = [f"b{k}" for k in range(len(cards))]
        found = trace_back(names, cards.tolist(), bad.tolist(), bad.tolist())
        assert found.records[0].opener == names[-1]
        firsts += [record.opened for record in found.records[:10]]
        naive.append(cards[np.argsort(-bad / cards, kind="stable")][0])
    assert min(firsts) > 15 and np.median(naive) < 15


@pytest.mark.parametrize(("bad", "cards"), [
    ([0, 0, 0], [5, 9, 100]), ([1], [1]), ([], []), ([3, 3], [3, 3]), ([0, 0], [0, 0]), ([0, 5, 0, 0], [0, 5, 3, 2])])
def test_few_groups_and_no_bad_cards_give_estimates_all_the_same(bad, cards):
    prior = fit_prior(np.array(bad), np.array(cards))
    mean, low, high = posterior(np.array(bad), np.array(cards), prior)
    assert np.all((low >= 0) & (low <= mean) & (mean <= high) & (high <= 1)) and 0 < prior.mean < 1
    low, high = wilson(np.array(bad), np.array(cards))
    assert np.all((low >= 0) & (low <= high) & (high <= 1))


def test_more_bad_cards_than_cards_is_refused():
    with pytest.raises(ValueError, match="more bad cards"):
        fit_prior(np.array([3]), np.array([2]))


def test_wilson_s_interval_is_that_of_the_book():
    low, high = wilson(np.array([10]), np.array([100]), 0.95)
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.0552, 0.1744)


def test_a_posterior_is_the_counts_added_to_the_prior():
    mean, _, _ = posterior(np.array([3]), np.array([10]), BetaPrior(1.0, 9.0))
    assert mean[0] == pytest.approx(4 / 20)
