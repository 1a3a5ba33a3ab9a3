"""The laws of shards, on features of cards and on devices; and on shards that break them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.bounds import Bounds
from features.decay import DAY_MS
from features.ordering import RECENT_ROWS
from features.roles import ACCOUNT, CARD_ROW, OUT, PHONE, PRIMARY
from tests.features.laws import (
    END_MS,
    LAWS,
    check_batching,
    check_order,
    check_repeats,
    check_snapshots,
    check_state,
    run,
)
from tests.features.subjects import Cards, Devices, random_rows

EACH_LAW = pytest.mark.parametrize("law", LAWS, ids=[law.__name__ for law in LAWS])
BOUNDS = {"wide": Bounds(), "tight": Bounds(max_entities=5, silence_days=1)}


@EACH_LAW
@pytest.mark.parametrize("bounds", list(BOUNDS))
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32), count=st.integers(4, 80), slow=st.booleans())
def test_cards(law, bounds, seed, count, slow):
    rows, _, names = random_rows(seed, count, 12, slow)
    law(lambda: Cards(BOUNDS[bounds], names), rows, seed)


@EACH_LAW
@pytest.mark.parametrize("bounds", list(BOUNDS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_devices(law, bounds, seed):
    _, rows, _ = random_rows(seed, 120, 12)
    law(lambda: Devices(BOUNDS[bounds]), rows, seed)


class LearnsTheBatch(Cards):
    """Bad: features depend on how many rows came together."""

    def step(self, watermark_ms):
        return {kind: [(len(items), item) for item in items] for kind, items in super().step(watermark_ms).items()}


class KeepsTheBatch(Cards):
    """Bad: remembers how many parts there were."""

    def step(self, watermark_ms):
        self.shard.sources.append("part")
        return super().step(watermark_ms)


class TakesThemAsTheyCome(Cards):
    """Bad: never waits for the watermark."""

    def step(self, watermark_ms):
        return super().step(END_MS)


class LosesWhatItHolds(Cards):
    """Bad: a snapshot leaves out the rows held back."""

    def snapshot(self):
        held = self.shard.order._held
        self.shard.order._held = []
        blob = super().snapshot()
        self.shard.order._held = held
        return blob


class TakesThemTwice(Cards):
    """Bad: recognises no repeats."""

    def push(self, rows):
        rows = rows.copy()
        self.pushed = getattr(self, "pushed", 0) + 1
        rows["uid"] += np.uint64(self.pushed)
        super().push(rows)

    def step(self, watermark_ms):
        return {kind: [values for _, values in items] for kind, items in super().step(watermark_ms).items()}


@pytest.mark.parametrize(
    ("law", "bad"),
    [
        (check_batching, LearnsTheBatch),
        (check_state, KeepsTheBatch),
        (check_order, TakesThemAsTheyCome),
        (check_snapshots, LosesWhatItHolds),
        (check_repeats, TakesThemTwice),
    ],
)
def test_the_laws_catch_who_breaks_them(law, bad):
    rows, _, names = random_rows(4, 60, 6)
    rows = rows[rows["card_kind"] == PHONE]
    law(lambda: Cards(names=names), rows)
    with pytest.raises(AssertionError, match="make|leave|snapshots"):
        law(lambda: bad(names=names), rows)


def plain_rows(count: int, first_ms: int, kind: int, entity: int = 0) -> np.ndarray:
    """Outgoing rows of one kind, a second apart, of as many cards or of one."""
    rows = np.zeros(count, CARD_ROW)
    rows["time"] = first_ms + 1000 * np.arange(count)
    rows["uid"] = 1 + np.arange(count) + (kind << 40) + (first_ms << 2)
    rows["entity"] = entity or rows["uid"] * 977
    rows["peer"], rows["value"], rows["role"], rows["flags"], rows["card_kind"] = 7, 100, OUT, PRIMARY, kind
    return rows


def repeats_refused(parts, again: np.ndarray) -> int:
    _, subject = run(Cards(), parts)
    subject.push(again)
    return len(subject.shard.release(END_MS).repeats)


def test_a_repeat_is_recognised_among_the_recent_rows_only():
    """The memory for repeats is bounded, and counts rows, not batches."""
    rows = plain_rows(RECENT_ROWS + 1, DAY_MS, PHONE)
    parts = [(rows, END_MS - 1)]
    assert repeats_refused(parts, rows[:1]) == 0
    assert repeats_refused(parts, rows[1:2]) == 1


def test_which_repeats_are_recognised_does_not_depend_on_batches():
    rows = np.concatenate([plain_rows(12_000, DAY_MS, PHONE), plain_rows(12_000, DAY_MS, ACCOUNT)])
    rows = rows[np.argsort(rows["time"], kind="stable")]
    again = rows[rows["card_kind"] == PHONE][6_000:6_001]
    pieces = [(part, int(part["time"][-1]) - 1) for part in np.array_split(rows, 50)] + [(rows[:0], END_MS - 1)]
    assert repeats_refused(pieces, again) == repeats_refused([(rows, END_MS - 1)], again) == 1
