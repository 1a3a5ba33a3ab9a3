"""Risk of neighbours, against all paths written out; loops end, order does not matter, nobody is above the source."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.neighbour_risk import BETWEEN_CARDS, DECAY, MAX_STEPS, WEIGHTS, Link, kept, neighbour_risk

links = st.lists(
    st.builds(lambda card, thing, kind, sharers: Link(f"c{card}", f"{kind}:{thing}", kind, sharers),
              st.integers(0, 5), st.integers(0, 3), st.sampled_from(sorted(WEIGHTS)), st.integers(0, 12)), max_size=14)
sources = st.dictionaries(st.integers(0, 5).map("c{}".format), st.floats(1, 1000), max_size=3)


def paths(node: str, steps: int, edges, share: float = 1.0, been=()):
    """Every path without a loop from a node, as (end, what is kept)."""
    yield node, share
    if steps:
        for a, b, keeps in edges:
            if a == node and b not in been:
                yield from paths(b, steps - 1, edges, share * keeps, (*been, node))


def oracle(given_sources, given_links, steps=MAX_STEPS):
    edges = []
    for link in set(given_links):
        edges += [(link.card, link.thing, kept(link)),
                  (link.thing, link.card, kept(link) if link.kind in BETWEEN_CARDS else DECAY)]
    lent = {}
    for source, risk in given_sources.items():
        best = {}
        for end, share in paths(source, steps, edges):
            best[end] = max(best.get(end, 0.0), share)
        for end, share in best.items():
            lent[end] = 1 - (1 - lent.get(end, 0.0)) * (1 - share * risk / 1000)
    top = max(given_sources.values(), default=0)
    return {n: given_sources.get(n, min(top, 1000 * v)) for n, v in lent.items() if v > 0 or n in given_sources}


@given(sources, links)
def test_it_is_the_best_path_of_each_source_joined_by_noisy_or(given_sources, given_links):
    risk, expected = neighbour_risk(given_sources, given_links), oracle(given_sources, given_links)
    assert risk.keys() == expected.keys()
    for node, value in expected.items():
        assert math.isclose(risk[node], value, rel_tol=1e-9)


@given(sources, links, st.randoms())
def test_order_and_repetition_change_nothing_to_the_last_bit(given_sources, given_links, rng: random.Random):
    shuffled, people = given_links * 2, list(given_sources.items())
    rng.shuffle(shuffled)
    rng.shuffle(people)
    assert neighbour_risk(dict(people), shuffled) == neighbour_risk(given_sources, given_links)


@given(sources, links)
def test_nobody_is_above_the_source_and_sources_keep_their_own(given_sources, given_links):
    risk = neighbour_risk(given_sources, given_links)
    top = max(given_sources.values(), default=0)
    assert all(0 < value <= top for value in risk.values())
    assert all(risk[source] == value for source, value in given_sources.items())


@given(sources, links, links)
def test_more_links_never_lower_a_risk(given_sources, given_links, more):
    less, risk = neighbour_risk(given_sources, given_links), neighbour_risk(given_sources, given_links + more)
    assert all(risk[node] >= value * (1 - 1e-12) for node, value in less.items())


@given(sources, links)
def test_what_was_lent_is_lent_no_further(given_sources, given_links):
    """Without feedback a longer walk brings new nodes and better paths, then nothing any more."""
    long = neighbour_risk(given_sources, given_links, steps=200)
    assert long == neighbour_risk(given_sources, given_links, steps=400), "loops add nothing"
    assert all(long[node] >= value for node, value in neighbour_risk(given_sources, given_links).items())


def test_a_dense_ring_ends_quickly_and_stays_below_the_source():
    ring = [Link(f"c{k}", f"imei:{k // 2}", "imei", 2) for k in range(2000)]
    ring += [Link(f"c{k}", f"imei:{(k + 1) // 2 % 1000}", "imei", 2) for k in range(2000)]
    risk = neighbour_risk({"c0": 1000.0}, ring)
    assert 5 < len(risk) < 40 and max(v for n, v in risk.items() if n != "c0") < 1000


def test_hubs_lend_little_and_branches_nothing():
    crowd = [Link(f"c{k}", "address:a", "address", 400) for k in range(400)]
    assert neighbour_risk({"c0": 1000.0}, crowd)["c1"] < 3
    assert neighbour_risk({"c0": 1000.0}, [Link("c0", "branch:b", "branch"), Link("c1", "branch:b", "branch")]) == {
        "c0": 1000.0}


def test_a_phone_lends_the_account_as_much_as_the_account_lends_the_phone():
    bound = [Link("account:1", "phone:1", "bound_phone", 1)]
    assert neighbour_risk({"account:1": 900.0}, bound)["phone:1"] == pytest.approx(
        neighbour_risk({"phone:1": 900.0}, bound)["account:1"])
