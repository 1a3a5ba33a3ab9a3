"""What accounts alone are held against, and what the pairs of accounts remember."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import account
from features.card_features import CardFeatures
from features.pair_memory import MOST, SLOT_WORDS, knows_pair, meet_pair
from features.roles import ACCOUNT, CARD_ROW, OF_LINK, OUT, SIGNAL
from tests.features.event_stream import ACCOUNTS, START_MS, arrivals, random_events
from tests.features.oracle import RegularPeers
from tests.features.oracle_account import ACCOUNT_ORACLE
from tests.features.oracle_compare import FEATURES, check_against_oracle, expected

MONTH_S = 30 * 86_400
#: (counterpart, seconds since the last meeting; now and then long, now and then late, yuan)
MEETINGS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from([0, 0, 1, 60, 86_400, MONTH_S // 2, 2 * MONTH_S, -3, -100_000]),
        st.sampled_from([0.01, 10, 100, 104, 110, 2_000, 2_090, 1e6]),
    ),
    max_size=60,
)


def account_events(seed: int, count: int, slow: bool = False) -> list[tuple[str, dict]]:
    """Payments and openings of accounts, some of them corporate, some amounts just below a limit."""
    rng = random.Random(seed)
    events = [
        (topic, event)
        for topic, event in random_events(rng, 3 * count, len(ACCOUNTS), slow)
        if topic == "txn" or event.get("card", "").startswith("account:")
    ][:count]
    for topic, event in events:
        if topic == "txn" and rng.random() < 0.2:
            event["amount"] = rng.choice((1_900, 1_899.75, 9_700, 9_999.75, 47_500, 49_000))
        if topic == "txn" and rng.random() < 0.3:
            event["channel"] = rng.choice(("online", "third_party", "counter", "pos"))
        if topic == "card" and rng.random() < 0.5:
            event["corporate"] = True
    return events


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 60), slow=st.booleans())
def test_short_streams_of_accounts(seed, count, slow):
    check_against_oracle(arrivals(random.Random(seed), account_events(seed, count, slow)))


@pytest.mark.parametrize(("seed", "slow"), [(1, True), (2, False)])
def test_streams_long_enough_for_a_population(seed, slow):
    """Every feature takes part: those held against peers come out of their warm-up."""
    steps = arrivals(random.Random(seed), account_events(seed, 700, slow))
    assert check_against_oracle(steps)[ACCOUNT] > 1000
    if not slow:
        return
    moved = {name for _, row, past in expected(steps) for name in FEATURES[ACCOUNT] if ACCOUNT_ORACLE[name](past) > 0}
    assert moved | {"linked_28d", "device_cards"} == set(FEATURES[ACCOUNT])  # those two take signals


@settings(deadline=None, max_examples=200)
@given(MEETINGS, st.integers(1, 5), st.integers(0, 3))
def test_the_memory_is_like_a_slow_one(meetings, slots, first):
    words = np.zeros(first + slots * SLOT_WORDS + 2, np.uint32)
    words[:first], words[-2:] = 77, 88
    slow, now_s = RegularPeers(slots), 1_700_000_000
    last: dict[int, tuple[float, int]] = {}
    for peer, gap_s, yuan in meetings:
        now_s += gap_s
        met, run = meet_pair(words, first, slots, np.uint32(peer), now_s, now_s - MONTH_S, yuan)
        times, novel = slow.meet(str(peer), now_s)
        before, length = last.get(peer, (0.0, 0))
        near = not novel and abs(yuan - before) <= 0.05 * max(yuan, before)
        last[peer] = (yuan, length + 1 if near else 1)
        assert (met, run) == (times, last[peer][1])
        assert [knows_pair(words, first, slots, np.uint32(k)) for k in range(1, 10)] == [
            slow.knows(str(k)) for k in range(1, 10)
        ]
    assert (words[:first] == 77).all() and (words[-2:] == 88).all(), "it writes beyond its slots"


def test_regulars_are_never_novel_again_however_many_strangers_come():
    words = np.zeros(4 * SLOT_WORDS, np.uint32)
    for regular in (1, 2, 3):
        for k in range(3):
            meet_pair(words, 0, 4, np.uint32(regular), 1000 + k, 0, 5.0)
    for stranger in range(100, 400):
        assert meet_pair(words, 0, 4, np.uint32(stranger), 2000 + stranger, 0, 5.0)[0] == 1
    assert [meet_pair(words, 0, 4, np.uint32(regular), 3000, 0, 5.0)[0] for regular in (1, 2, 3)] == [4, 4, 4]


def test_meetings_and_runs_are_counted_up_to_a_byte():
    words = np.zeros(SLOT_WORDS, np.uint32)
    counted = [meet_pair(words, 0, 1, np.uint32(7), 1000 + k, 0, 88.0) for k in range(MOST + 20)]
    assert counted[MOST - 1] == counted[-1] == (MOST, MOST)
    assert meet_pair(words, 0, 1, np.uint32(7), 9000, 0, 99.0) == (MOST, 1)


def test_signals_of_links_add_up_and_decay_with_four_weeks():
    day_ms = 86_400_000
    rows = np.zeros(4, CARD_ROW)
    rows["time"] = START_MS + np.array([0, 0, 0, 28 * day_ms])
    rows["uid"] = [1, 2, 3, 4]
    rows["entity"], rows["card_kind"] = 99, ACCOUNT
    rows["role"] = [SIGNAL, SIGNAL, OUT, OUT]
    rows["kind"] = [OF_LINK, OF_LINK, 0, 0]
    rows["value"] = [250_000, 500_000, 100, 100]
    matrix = next(CardFeatures().update(rows)).matrix
    assert matrix[:, account.FEATURES.index("linked_28d")].tolist() == pytest.approx([0.25, 0.75, 0.75, 0.375])
    assert matrix[:, account.FEATURES.index("events_28d")].tolist() == pytest.approx([0, 0, 1, 1.5])
    assert (matrix[:, account.FEATURES.index("device_cards")] == 0).all()
