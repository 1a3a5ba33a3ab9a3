"""Suspicion that passes along payments, against the slow oracle."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import links
from features.bounds import Bounds
from features.link_features import MILLION, LinkFeatures
from features.roles import ACCOUNT, DEVICE_ROW, IN, LINK, OF_LINK, OUT, SIGNAL
from tests.features.oracle_links import Links

START_MS = 1_772_420_400_000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def payments(seed: int, count: int, accounts: int, gaps=(0, 60_000, HOUR_MS, 7 * HOUR_MS), repeat=0.02) -> np.ndarray:
    """Both sides of random payments, in order; a share `repeat` of them repeats the one before, several times."""
    rng = random.Random(seed)
    rows, now, pair = [], START_MS, (1, 2)
    for k in range(count):
        now += rng.choice(gaps)
        if rng.random() >= repeat or k == 0:
            pair = (rng.randrange(1, accounts), rng.randrange(1, accounts))
        yuan = rng.choice((50, 500, 5_000, 20_000))
        for _ in range(rng.randrange(2, 6) if rng.random() < repeat else 1):
            uid = rng.randrange(1, 2**63)
            for role, mine, other in ((OUT, *pair), (IN, *pair[::-1])):
                rows.append((now, uid, mine << 40, other << 40, 0, role, ACCOUNT, LINK, yuan))
    return np.array(rows, DEVICE_ROW)


def told_by(rows: np.ndarray, cuts: list[int]) -> tuple[np.ndarray, LinkFeatures]:
    features = LinkFeatures()
    parts = [features.update(part) for part in np.split(rows, cuts)]
    return np.concatenate(parts), features


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32), accounts=st.integers(2, 400))
def test_like_the_slow_way(seed, accounts):
    rows = payments(seed, 250, accounts)
    told, _ = told_by(rows, [])
    slow, expected = Links(), []
    for row in rows:
        expected += [(card, weight, int(row["time"]), int(row["uid"]), row["role"]) for card, weight in slow.take(row)]
    assert told["entity"].tolist() == [card for card, *_ in expected]
    assert (told["value"] / MILLION).tolist() == pytest.approx([weight for _, weight, *_ in expected], abs=1e-3)
    assert told["time"].tolist() == [time for _, _, time, _, _ in expected]
    assert told["uid"].tolist() == [uid - (1 if role == OUT else 2) for *_, uid, role in expected]


def test_rare_repeats_are_told_and_common_ones_are_not():
    """The streams tell something: bursts of repeats where hardly any pair repeats."""
    rare = payments(1, 3_000, 300, gaps=(HOUR_MS // 4,), repeat=0.01)
    common = payments(1, 3_000, 300, gaps=(HOUR_MS // 4,), repeat=0.6)
    cheap = [rows.copy() for rows in (rare, common)]
    for rows in cheap:
        rows["yuan"] = 5  # nothing large is passed on
    told, common_told = (told_by(rows, [])[0] for rows in cheap)
    assert len(told) > 100 and len(common_told) == 0
    assert set(told["role"]) == {SIGNAL} and set(told["kind"]) == {OF_LINK} and set(told["card_kind"]) == {ACCOUNT}


def test_who_passes_a_strangers_money_on_is_told_of_to_both():
    rows = np.zeros(3, DEVICE_ROW)
    rows["time"] = START_MS + np.array([0, HOUR_MS, 2 * DAY_MS])
    rows["uid"], rows["entity"], rows["card"] = [11, 12, 13], 7 << 40, [1 << 40, 2 << 40, 3 << 40]
    rows["role"], rows["yuan"] = [IN, OUT, OUT], [30_000, 29_000, 5]
    told, _ = told_by(rows, [])
    assert told["entity"].tolist() == [2 << 40, 1 << 40, 3 << 40]  # the payee, then who paid; later a new one
    assert told["value"][:2].tolist() == pytest.approx([500_000, 500_000], abs=2_000)


@pytest.mark.parametrize("cuts", [[1], [7, 8, 900], list(range(0, 2_000, 13))])
def test_batches_and_snapshots_change_nothing(cuts):
    rows = payments(3, 1_000, 60)
    whole, one = told_by(rows, [])
    parts, other = told_by(rows, cuts)
    assert whole.tobytes() == parts.tobytes() and len(whole) > 50
    half = len(rows) // 2
    first = LinkFeatures()
    before = first.update(rows[:half])
    again = LinkFeatures()
    again.restore({name: array.copy() for name, array in first.snapshot().items()})
    assert np.concatenate([before, again.update(rows[half:])]).tobytes() == whole.tobytes()
    assert [a.tobytes() for a in one.snapshot().values()] == [a.tobytes() for a in other.snapshot().values()]


def test_memory_is_bounded():
    features = LinkFeatures(Bounds(max_entities=50))
    features.update(payments(4, 2_000, 500))
    assert len(features.table) == 50
    assert (links.F.WIDTH * 4 + links.I.WIDTH * 8) <= 192
