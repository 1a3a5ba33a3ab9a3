"""The two open-addressing tables, under crowded keys, against a dict: who has which row, who was seen."""

from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import entity_index as index
from features.entity_table import EntityTable
from features.ordering import RECENT_ROWS, EventTimeOrder
from features.roles import DEVICE_ROW


def take(table: EntityTable, entity: int, now_ms: int) -> int:
    """What the kernels do first with a row: find its entity, or give it a row."""
    table.reserve(1)
    row = index.find(table.keys, table.slots, np.uint64(entity))
    if row < 0:
        arrays = (table.keys, table.slots, table.entity, table.last, table.holes, table.meta)
        row = index.insert(*arrays, np.uint64(entity), now_ms)
    table.last[row] = now_ms
    return int(row)


def check_index(table: EntityTable, known: set[int]) -> None:
    """Everyone in the table is found where it is; nobody else is found."""
    alive = {int(e): row for row, e in enumerate(table.entity.tolist()) if e}
    assert len(alive) == len(table) == int(np.count_nonzero(table.keys))
    for entity in known:
        assert index.find(table.keys, table.slots, np.uint64(entity)) == alive.get(entity, -1)


#: Entities whose hashes begin in four neighbouring places of the index, its end among them.
CROWDED = st.builds(lambda home, k: ((home - 2) % 512) + 512 * (k + 1), st.integers(0, 3), st.integers(0, 12))


@settings(deadline=None, max_examples=80)
@given(st.lists(CROWDED, min_size=1, max_size=120), st.integers(1, 20), st.sampled_from([50, 10**9]))
def test_the_index_under_collisions_and_evictions(entities, most, silence_ms):
    table = EntityTable(1, 1, 1, most, silence_ms)
    for now_ms, entity in enumerate(entities):
        row = take(table, entity, now_ms)
        assert table.entity[row] == entity
        assert len(table) <= most
        check_index(table, set(entities))
    copy = EntityTable(1, 1, 1, most, silence_ms)
    copy.restore({name: array.copy() for name, array in table.snapshot().items()})
    check_index(copy, set(entities))
    for now_ms, entity in enumerate(entities[::-1], len(entities)):
        assert take(table, entity, now_ms) == take(copy, entity, now_ms)


def test_the_table_grows_and_keeps_its_rows():
    table = EntityTable(1, 1, 1, 10**6, 10**9)
    for k in range(1, 3000):
        row = take(table, k * 7919, k)
        table.i[row, 0] = k
    check_index(table, {k * 7919 for k in range(1, 3000)})
    assert all(table.i[index.find(table.keys, table.slots, np.uint64(k * 7919)), 0] == k for k in range(1, 3000))
    assert table.nbytes < 3 * table.snapshot_nbytes + 100_000


def rows_with(uid: np.ndarray) -> np.ndarray:
    rows = np.zeros(len(uid), DEVICE_ROW)
    rows["time"], rows["uid"], rows["entity"], rows["role"] = np.arange(len(uid)), uid, uid % 5, uid % 2
    return rows


@pytest.mark.parametrize("distinct", [RECENT_ROWS // 2, RECENT_ROWS + 100, 2 * RECENT_ROWS])
def test_repeats_among_the_most_recent_rows_exactly(distinct):
    """A row is a repeat while it is among the last RECENT_ROWS that were not; restored in between."""
    rows = rows_with(np.random.default_rng(distinct).integers(1, distinct, 60_000).astype(np.uint64))
    order, repeats = EventTimeOrder(DEVICE_ROW), []
    for k, part in enumerate(np.array_split(rows, 9)):
        order.push(part)
        repeats += order.release(int(part["time"][-1])).repeats["time"].tolist()
        if k % 4 == 2:
            saved = {name: array.copy() for name, array in order.snapshot().items()}
            order = EventTimeOrder(DEVICE_ROW)
            order.restore(saved)
    recent, want = OrderedDict(), []
    for time, uid in zip(rows["time"].tolist(), rows["uid"].tolist()):
        if uid in recent:
            want.append(time)
            continue
        recent[uid] = None
        if len(recent) > RECENT_ROWS:
            recent.popitem(last=False)
    assert repeats == want and want


def test_decimal_numbers_hash_as_their_strings_do():
    import pyarrow as pa

    from features.hashing import decimal_numbers, hash_decimals, hash_strings

    texts = pa.array(["13812345678", "057188886666", "0", "00", "9" * 19, "", "no number"])
    number, digits = decimal_numbers(texts)
    wanted = hash_strings(texts, 11)
    wanted[-1] = 0  # hashed as a text, and no decimal number
    assert hash_decimals(number, digits, 11).tolist() == wanted.tolist()
    assert hash_decimals(number[:1], np.array([128], np.uint8), 11).tolist() == [0], "read beyond its digits"
