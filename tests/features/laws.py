"""The laws of everything that keeps state in a shard, as functions that a test applies.

A *subject* is an adapter with five verbs: ``push(rows)``, ``step(watermark_ms)`` which returns what
came out as ``{stream: [item, …]}``, ``snapshot()``, ``restore(blob)`` and ``fresh()``, which makes
another one like it; it may have ``final()``, which gives items that only the end decides. Items
compare with ``==``; bytes make that bit for bit.
"""

import random
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

END_MS = 2**62


def ordered(rows: np.ndarray) -> np.ndarray:
    """Rows in the order in which a shard takes them."""
    return rows[np.lexsort((rows["role"], rows["uid"], rows["time"]))]


def run(subject, parts: Iterable[tuple[np.ndarray, int]], snapshot_after=frozenset()):
    """Push (rows, watermark) after (rows, watermark); give all that came out, and the subject.

    After each part whose number is in `snapshot_after` the subject is replaced by a fresh one that
    is restored from its snapshot.
    """
    out = defaultdict(list)
    for number, (rows, watermark_ms) in enumerate(parts):
        subject.push(rows)
        for stream, items in subject.step(watermark_ms).items():
            out[stream] += items
        if number in snapshot_after:
            blob = subject.snapshot()
            subject = subject.fresh()
            subject.restore(blob)
            assert subject.snapshot() == blob, "a restored shard snapshots differently"
    if hasattr(subject, "final"):
        out["final"] = subject.final()
    return dict(out), subject


def in_parts(rows: np.ndarray, cuts: list[int]) -> list[tuple[np.ndarray, int]]:
    """Rows in order, cut at places; the watermark lets out all but the last moment's."""
    bounds = [0, *sorted(cuts), len(rows)]
    parts = [(rows[a:b], int(rows["time"][b - 1]) - 1) for a, b in zip(bounds, bounds[1:]) if b > a]
    return [*parts, (rows[:0], END_MS)]


def _cuts(count: int, seed: int) -> tuple[list[int], ...]:
    rng = random.Random(seed)
    return list(range(count)), [rng.randrange(count) for _ in range(9)], list(range(0, count, 7))


def check_batching(make, rows: np.ndarray, seed: int = 0) -> None:
    """All at once, one by one, or in parts of any size: the same comes out."""
    rows = ordered(rows)
    whole, _ = run(make(), in_parts(rows, []))
    assert any(whole.values()), "nothing came out"
    for cuts in _cuts(len(rows), seed):
        assert run(make(), in_parts(rows, cuts))[0] == whole, "batches make a difference"


def check_state(make, rows: np.ndarray, seed: int = 0) -> None:
    """All at once, one by one, or in parts of any size: the same stays, bit for bit."""
    rows = ordered(rows)
    at_once = run(make(), in_parts(rows, []))[1].snapshot()
    for cuts in _cuts(len(rows), seed):
        assert run(make(), in_parts(rows, cuts))[1].snapshot() == at_once, "batches leave another state"


def disordered(rows: np.ndarray, lateness_ms: int, rng: random.Random) -> list[tuple[np.ndarray, int]]:
    """Rows in an order of arrival that the lateness allows, each with the watermark it allows."""
    delay = np.array([rng.randrange(lateness_ms + 1) for _ in rows])
    rows = rows[np.argsort(rows["time"] + delay, kind="stable")]
    newest = np.maximum.accumulate(rows["time"])
    return [*((rows[k : k + 1], int(newest[k]) - lateness_ms - 1) for k in range(len(rows))), (rows[:0], END_MS)]


def check_order(make, rows: np.ndarray, seed: int = 0, lateness_ms: int = 5_000_000) -> None:
    """Any order of arrival within the lateness gives what the order of time gives."""
    rng = random.Random(seed)
    whole, _ = run(make(), in_parts(ordered(rows), []))
    assert any(whole.values()), "nothing came out"
    shuffled = disordered(ordered(rows), lateness_ms, rng)
    assert not np.array_equal(np.concatenate([part for part, _ in shuffled]), ordered(rows)), "nothing was shuffled"
    assert run(make(), shuffled)[0] == whole, "the order of arrival makes a difference"
    anyhow = rows[np.array(rng.sample(range(len(rows)), len(rows)))]
    assert run(make(), [(anyhow, END_MS)])[0] == whole, "the order of arrival makes a difference"


def check_snapshots(make, rows: np.ndarray, seed: int = 0, lateness_ms: int = 5_000_000) -> None:
    """Snapshots and restores in mid-stream, with rows held back, change nothing, bit for bit."""
    rng = random.Random(seed)
    parts = disordered(ordered(rows), lateness_ms, rng)
    whole, undisturbed = run(make(), parts)
    assert any(whole.values()), "nothing came out"
    points = frozenset(rng.sample(range(len(parts)), min(7, len(parts))))
    restored, last = run(make(), parts, points)
    assert restored == whole, "a snapshot makes a difference"
    assert last.snapshot() == undisturbed.snapshot(), "a snapshot leaves another state"


def check_repeats(make, rows: np.ndarray, seed: int = 0) -> None:
    """Rows that come again bring nothing out and change nothing that comes after them."""
    rows = ordered(rows)
    half = len(rows) // 2
    once, _ = run(make(), in_parts(rows, [half]))
    assert any(once.values()), "nothing came out"
    twice = in_parts(rows, [half])
    twice.insert(1, twice[0])
    twice.append((rows[half:], END_MS))
    assert run(make(), twice)[0] == once, "repeats make a difference"


LAWS = (check_batching, check_state, check_order, check_snapshots, check_repeats)
