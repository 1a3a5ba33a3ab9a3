"""The table of entries against a dict, whatever the order, size and snapshots; its bound."""

import random

import numpy as np
import pytest

from features.watch_table import MOST, WatchTable, best_entry, place_entries, put_entry, take_off


def best(table: WatchTable, card: int, now_ms: int, kind: int = 0):
    at = best_entry(table.keys, table.lists, table.since_s, table.until_s, table.what, np.uint64(card), now_ms, kind)
    return None if at < 0 else (int(table.what[at]), int(table.since_s[at]), int(table.lists[at]))


def put(table, card, name, now_s, end_s=0, kind=0):
    table.reserve(1, now_s * 1000 - 1)
    put_entry(*table.arrays, np.uint64(card), np.uint32(name), np.uint32(0), np.uint32(now_s), np.uint32(end_s),
              np.uint8(kind))  # fmt: skip


def counting(known: dict, card: int, now_s: int, kind: int):
    mine = [
        (what, since, name)
        for (c, name), (since, end, what) in known.items()
        if c == card and what & 1 == kind and (end == 0 or now_s < end)
    ]
    return min(mine, default=None)


@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_a_dict_says(seed):
    rng = random.Random(seed)
    table, known = WatchTable(), {}
    # Few low bits, so that probes run into each other and over the table's end.
    cards = [(rng.randrange(1 << 40) << 24) | rng.choice((1, 2, 63, 64, 1023)) for _ in range(60)]
    for now_s in range(1, 3000):
        card, name = rng.choice(cards), rng.randrange(1, 5)
        if rng.random() < 0.4:
            take_off(*table.arrays, np.uint64(card), np.uint32(name))
            known.pop((card, name), None)
        else:
            end_s, what = rng.choice((0, now_s + rng.randrange(1, 900))), rng.randrange(8)
            since, end, before = known.get((card, name), (now_s, 0, what))
            lasts = end == 0 or end > now_s
            known[card, name] = (since if lasts and before & 1 == what & 1 else now_s, end_s, what)
            put(table, card, name, now_s, end_s, what)
        if now_s % 500 == 0:
            fresh = WatchTable()
            fresh.restore(table.snapshot())
            assert all(np.array_equal(a, b) for a, b in zip(fresh.snapshot().values(), table.snapshot().values()))
            table = fresh
        for asked in rng.sample(cards, 5):
            for kind in (0, 1):
                assert best(table, asked, now_s * 1000, kind) == counting(known, asked, now_s, kind)


def test_what_ended_makes_room_before_the_table_grows():
    table = WatchTable()
    for k in range(1, 200_000):
        put(table, k << 20, 1, k, k + 10)
    assert table.keys.size == 64 and len(table) < 43


def test_a_shard_keeps_so_many_the_latest_listed():
    table = WatchTable()
    n = MOST + 1000
    table.reserve(n, 0)
    cards = (np.arange(1, n + 1, dtype=np.uint64) << np.uint64(33)) | np.arange(n, dtype=np.uint64)
    ones, since = np.ones(n, np.uint32), np.arange(1, n + 1, dtype=np.uint32)
    place_entries(cards, ones, ones, since, np.zeros(n, np.uint32), np.zeros(n, np.uint8), *table.arrays)
    assert len(table) == MOST - MOST // 8 + 1000
    assert best(table, int(cards[0]), 2**40) is None and best(table, int(cards[-1]), 2**40) is not None
    assert table.nbytes / len(table) < 80 and table.snapshot_nbytes == 25 * len(table)


def test_a_snapshot_of_a_release_without_lists_is_empty():
    table = WatchTable()
    put(table, 77, 1, 5)
    table.restore({})
    assert len(table) == 0 and best(table, 77, 10_000) is None
