"""Every feature of phones and accounts against the slow oracle, on random streams."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.bounds import Bounds
from features.roles import ACCOUNT, PHONE
from tests.features.event_stream import arrivals, random_events
from tests.features.oracle_compare import FEATURES, ORACLE, check_against_oracle, contents

KINDS = pytest.mark.parametrize("kind", [PHONE, ACCOUNT], ids=["phone", "account"])


def steps_of(seed: int, count: int, cards: int, slow: bool = False):
    rng = random.Random(seed)
    return arrivals(rng, random_events(rng, count, cards, slow))


@KINDS
def test_no_feature_lacks_an_oracle(kind):
    assert set(ORACLE[kind]) == set(FEATURES[kind])
    assert len(set(FEATURES[kind])) == len(FEATURES[kind])


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 60), cards=st.integers(1, 12), slow=st.booleans())
def test_short_streams(seed, count, cards, slow):
    check_against_oracle(steps_of(seed, count, cards, slow))


@pytest.mark.parametrize(("seed", "cards", "slow"), [(1, 20, False), (2, 3, False), (3, 8, True)])
def test_long_streams(seed, cards, slow):
    compared = check_against_oracle(steps_of(seed, 400, cards, slow))
    assert min(compared.values()) > 200


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_cards_silent_for_longer_than_the_bounds_allow_start_anew(seed):
    """Without late events: whom the clock has passed by then is forgotten for them, too."""
    rng = random.Random(seed)
    events = random_events(rng, 120, 10, slow=True)
    check_against_oracle(arrivals(rng, events, late=0), Bounds(silence_days=1))


@KINDS
def test_the_streams_hold_what_they_are_to_test(kind):
    seen = contents(steps_of(1, 400, 20), kind)
    slow = contents(steps_of(3, 400, 8, slow=True), kind)
    assert min({name: seen[name] + slow[name] for name in seen}.values()) > 0, (seen, slow)
