"""Verdicts reach every shard of devices; what it remembers of them is bounded and does not depend on its table."""

import numpy as np
import pytest

from features.confirmed_cards import MOST, ConfirmedCards, is_confirmed, note_verdict
from features.device_features import DeviceFeatures
from features.partition import device_rows, event_uids, to_every_shard
from features.roles import NOTE
from features.subbatch import SubBatch
from tests.features.event_stream import START_MS, decoded

DAY_MS = 86_400_000


def note(cards: ConfirmedCards, card: int, now_s: int) -> None:
    cards.reserve(1)
    note_verdict(cards.cards, cards.since_s, cards.meta, np.uint32(card), np.uint32(now_s))


def holds(cards: ConfirmedCards, card: int) -> bool:
    return bool(is_confirmed(cards.cards, cards.since_s, cards.meta, np.uint32(card)))


def test_like_a_dict_of_cards():
    rng, cards, slow = np.random.default_rng(1), ConfirmedCards(), {}
    for k in range(4000):
        card, now_s = int(rng.integers(1, 900)) * 2 + 1, int(rng.integers(0, 3)) and 1000 + k
        note(cards, card, now_s)
        slow[card] = now_s
        other = int(rng.integers(1, 900)) * 2 + 1
        assert holds(cards, other) == bool(slow.get(other))


def test_the_half_confirmed_last_stays_when_there_are_too_many():
    cards = ConfirmedCards()
    numbers = np.random.default_rng(2).permutation(np.arange(1, 2 * MOST + 20, 2, dtype=np.uint32) * np.uint32(65_537))
    for k, card in enumerate(numbers[: MOST + 1].tolist()):
        note(cards, card, 1000 + k)
    kept = [holds(cards, card) for card in numbers[: MOST + 1].tolist()]
    assert kept == [False] * (MOST // 2) + [True] * (MOST // 2 + 1)
    assert cards.cards.size <= 4 * MOST


def test_a_restored_set_is_the_same_whatever_the_table():
    one, other = ConfirmedCards(), ConfirmedCards()
    for k in range(300):
        note(one, 2 * k * 7919 + 1, 1000 + k % 5)
    other.restore(one.snapshot())
    assert all((one.snapshot()[n] == other.snapshot()[n]).all() for n in ("cards", "since_s"))
    assert all(holds(other, 2 * k * 7919 + 1) for k in range(300)) and not holds(other, 3)


def call(k: int, caller: str, at_ms: int, imei: str = "i") -> dict:
    event = {"event_id": f"e{k}", "event_time": START_MS + at_ms, "kind": "voice", "caller": caller, "callee": "9"}
    return event | {"imei": imei}


def verdict(card: str, at_ms: int, what: str = "confirmed") -> dict:
    return {"event_time": START_MS + at_ms, "card": f"phone:{card}", "verdict": what, "officer": "o"}


def told(calls: list[dict], verdicts: list[dict]) -> list[tuple[int, int]]:
    """(cards, confirmed) of each signal."""
    shard = DeviceFeatures()
    for topic, events in (("cdr", calls), ("verdict", verdicts)):
        if events:
            batch = decoded(topic, events)
            shard.push(SubBatch(device_rows(batch, event_uids(batch))))
    return [(int(s["value"]), int(s["balance"])) for s in shard.advance(2**62)]


def test_the_next_card_in_a_confirmed_cards_handset_is_told():
    assert told([call(1, "1", 0), call(2, "2", 3000)], [verdict("1", 2000)]) == [(2, 1)]


@pytest.mark.parametrize(
    ("calls", "verdicts"),
    [
        ([call(1, "1", 0), call(2, "2", 1000)], [verdict("1", 2000)]),  # not known yet
        ([call(1, "1", 0), call(2, "1", 3000)], [verdict("1", 2000)]),  # itself
        ([call(1, "1", 0), call(2, "2", 3000, "j")], [verdict("1", 2000)]),  # another handset
        ([call(1, "1", 0), call(2, "2", 3000)], [verdict("1", 2000, "cleared")]),
        ([call(1, "1", 0), call(2, "2", 3000)], [verdict("1", 2000), verdict("1", 2500, "cleared")]),
        ([call(1, "1", 0), call(2, "2", 91 * DAY_MS)], [verdict("1", 2000)]),  # too long ago
    ],
)
def test_others_are_not(calls, verdicts):
    assert told(calls, verdicts) == []


def test_a_card_is_told_when_the_other_one_is_cleared():
    calls = [call(k, "12"[k > 0], 3000 * k) for k in range(4)]
    assert told(calls, [verdict("1", 1000), verdict("1", 5000, "cleared")]) == [(2, 1), (2, 0), (2, 0)]


def test_every_shard_learns_of_a_verdict():
    batch = decoded("verdict", [verdict("1", 0), verdict("2", 0, "cleared")])
    rows = device_rows(batch, event_uids(batch))
    assert (rows["role"] == NOTE).all() and rows["flags"].tolist() == [1, 0]
    parts = to_every_shard(rows, 4)
    assert [shard for shard, _ in parts] == [0, 1, 2, 3]
    assert all(part.rows.tobytes() == rows.tobytes() for _, part in parts)
    assert to_every_shard(rows[:0], 4) == []
