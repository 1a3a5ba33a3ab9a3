"""Lists as the boards ask for them: the quick ways give what the plain way gives."""

import random
from collections import Counter

import pytest

from connectors.queries.watchlist_entries import newest_entries, watchlist_entries, watchlist_sizes

T0_MS, HOUR_MS = 1_772_416_800_000, 3_600_000


@pytest.fixture(scope="module")
def listed(store):
    """A thousand words on few cards of two lists: put on, taken off, ended, put on again."""
    rng = random.Random(7)
    n = 1000
    store.insert("watchlist", {
        "uid": rng.sample(range(2**50, 2**60), n), "event_time": [T0_MS + k * HOUR_MS for k in range(n)],
        "list": [rng.choice(["city", "3002-hotline"]) for _ in range(n)],
        "card": [f"phone:{rng.randrange(160)}" for _ in range(n)],
        "action": [rng.choice(["add", "add", "remove"]) for _ in range(n)], "kind": ["block"] * n,
        "reason": ["x [y]"] * n,
        "expires_at": [rng.choice([None, T0_MS + 900 * HOUR_MS, T0_MS + 9000 * HOUR_MS]) for _ in range(n)]})
    return store


@pytest.mark.parametrize("name", ["city", "3002-hotline", "none"])
@pytest.mark.parametrize("limit", [1, 10, 50, 300])
def test_the_newest_entries_are_the_first_of_all(listed, name, limit):
    now_ms = T0_MS + 1000 * HOUR_MS
    found = newest_entries(listed, now_ms, name, limit)
    assert found == watchlist_entries(listed, now_ms, name, "", limit)
    assert len(found) <= limit and (name == "none") is not bool(found)


def test_sizes_count_what_is_listed(listed):
    now_ms = T0_MS + 1000 * HOUR_MS
    entries = watchlist_entries(listed, now_ms, "", "", 10_000)
    sizes = watchlist_sizes(listed, now_ms)
    assert {row["list"]: row["cards"] for row in sizes} == Counter(row["list"] for row in entries)
    assert {row["list"]: row["ending"] for row in sizes} == Counter(r["list"] for r in entries if r["expires_ms"] > 0)
