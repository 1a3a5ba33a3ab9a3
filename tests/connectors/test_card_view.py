"""What is known about a card, against a slow count in plain Python, and how long it takes."""

import time
from collections import defaultdict

import numpy as np
import pytest

from connectors.errors import StoreError
from connectors.event_rows import insert_events
from connectors.queries import card_view, hits, stats
from connectors.queries.card_links import card_links

T0_MS = 1767225600000


def hit(number: int, card: str, **changes) -> dict:
    row = {"hit_id": f"{number:016x}", "card": card, "first_seen": T0_MS, "last_seen": T0_MS + number * 1000,
           "peak_time": T0_MS, "alerts": 1, "risk": 100 + number, "level": 1, "typologies": ["D201"],
           "reasons_zh": ["群呼"], "reasons_en": ["mass calling"], "feature_names": ["out_share"],
           "feature_values": [0.5], "trigger_uid": 2**63 + number, "model_version": "m1", "typology_version": "t1",
           "run_id": "r1", "version": 1}
    return row | changes


def insert_hits(store, *rows: dict) -> None:
    store.insert("hits", {name: [row[name] for row in rows] for name in rows[0]})


@pytest.fixture(scope="module")
def city(store):
    """Calls, payments and openings among few cards; part of them inserted twice."""
    rng = np.random.default_rng(5)
    n = 4000
    uid = rng.integers(0, 2**63, n).astype(np.uint64)
    at = T0_MS + rng.integers(0, 40 * 86_400_000, n)
    a, b = rng.integers(0, 40, n), rng.integers(0, 40, n)
    duration, amount = rng.integers(0, 300, n), rng.integers(1, 10**6, n)
    calls = {"event_id": [f"c{i}" for i in range(n)], "event_time": at, "kind": np.zeros(n, np.int8),
             "caller": [f"138{x}" for x in a], "callee": [f"138{x}" for x in b], "duration_s": duration,
             "imei": [f"86{x // 2}" for x in a]}
    payments = {"event_id": [f"t{i}" for i in range(n)], "event_time": at, "payer": [f"62{x}" for x in a],
                "payee": [f"62{x}" for x in b], "amount": amount, "payer_phone": [f"138{x}" for x in a]}
    insert_events(store, "cdr", uid, calls)
    insert_events(store, "txn", uid, payments)
    insert_events(store, "cdr", uid[:500], {name: values[:500] for name, values in calls.items()})
    insert_events(store, "card", [1], {"event_id": ["o"], "event_time": [T0_MS - 1], "card": ["phone:1380"],
                                       "action": [0], "holder": ["h1"], "branch": ["b1"]})
    insert_hits(store, hit(1, "phone:1380"), hit(2, "phone:1380", level=3))
    insert_hits(store, hit(2, "phone:1380", version=2, level=4, risk=900), hit(3, "account:627", typologies=["3006"]))
    return {"uid": uid, "at": at, "a": a, "b": b, "duration": duration, "amount": amount}


def test_recent_events_are_the_latest_and_come_once(store, city):
    expected = []
    for uid, at, a, b in zip(city["uid"], city["at"], city["a"], city["b"], strict=True):
        expected += [(int(at), int(uid), "caller", f"phone:138{b}")] * int(a == 0)
        expected += [(int(at), int(uid), "callee", f"phone:138{a}")] * int(b == 0)
    expected.sort(key=lambda event: (-event[0], event[1], event[2]))
    view = card_view(store, "phone:1380", limit=70)
    assert [(e["event_time_ms"], e["uid"], e["role"], e["counterparty"]) for e in view.events] == expected[:70]
    everything = card_view(store, "phone:1380", limit=10_000).events
    assert len(everything) == len(expected) + 1 and everything[-1]["topic"] == "card"


def test_counterparties_are_exact_though_rows_came_twice(store, city):
    calls, paid = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    for a, b, duration, amount in zip(city["a"], city["b"], city["duration"], city["amount"], strict=True):
        for own, other, direction in ((a, b, "out"), (b, a, "in")):
            if own == 0:
                calls[f"phone:138{other}", direction][0] += 1
                calls[f"phone:138{other}", direction][1] += int(duration)
                paid[f"account:62{other}", direction][0] += 1
                paid[f"account:62{other}", direction][1] += int(amount)
    view = card_view(store, "phone:1380", top=1000)
    assert view.counterparties == card_view(store, "phone:1380", limit=10_000, top=1000).counterparties
    assert {(c["counterparty"], c["direction"]): [c["n"], c["duration_s"]] for c in view.counterparties} == calls
    view = card_view(store, "account:620", top=1000)
    assert view.counterparties == card_view(store, "account:620", limit=10_000, top=1000).counterparties
    assert {(c["counterparty"], c["direction"]): [c["n"], c["amount_fen"]] for c in view.counterparties} == paid


def test_links_say_how_many_share_them(store, city):
    links = {(link["kind"], link["value"]): link for link in card_links(store, "phone:1380")}
    assert set(links) == {("imei", "860"), ("holder", "h1"), ("branch", "b1")}
    assert links["imei", "860"]["cards"] == 2 and links["branch", "b1"]["cards"] == 0
    mine = city["at"][city["a"] == 0]
    assert links["imei", "860"]["last_seen_ms"] == mine.max()
    [phone] = card_links(store, "account:620")
    assert (phone["kind"], phone["value"]) == ("bound_phone", "phone:1380")


def test_hits_are_the_latest_version_of_each(store, city):
    view = card_view(store, "phone:1380")
    assert [(h["hit_id"], h["level"], h["risk"]) for h in view.hits] == [
        (f"{2:016x}", "red", 900), (f"{1:016x}", "blue", 101)]
    assert (view.risk, view.level, view.hits[0]["reasons_zh"], view.hits[0]["trigger_uid"]) == (
        900, "red", ["群呼"], 2**63 + 2)


def test_an_unknown_card_is_empty(store, city):
    view = card_view(store, "phone:'; DROP TABLE hits")
    assert not view.is_known and (view.risk, view.level) == (0, None)


def test_the_queue_by_level_time_and_typology(store, city):
    assert [h["hit_id"][-1] for h in hits(store)] == ["2", "3", "1"]
    assert [h["hit_id"][-1] for h in hits(store, level="orange")] == ["2"]
    assert [h["hit_id"][-1] for h in hits(store, since_ms=T0_MS + 3000)] == ["3"]
    assert [h["hit_id"][-1] for h in hits(store, typology="3006")] == ["3"]
    assert len(hits(store, limit=1)) == 1
    with pytest.raises(StoreError, match="blue, yellow, orange, red"):
        hits(store, level="purple")


def test_stats_counts(store, city):
    found = stats(store)
    assert found["hits"] == {"red": 1, "blue": 2}
    assert {row["table"] for row in found["tables"]} >= {"cdr", "txn", "hits", "card_events"}


def test_a_card_is_shown_in_time(store, city):
    card_view(store, "phone:1380")
    took_s = []
    for _ in range(5):
        start = time.perf_counter()
        card_view(store, "phone:1380")
        took_s.append(time.perf_counter() - start)
    print(f"card_view: median {np.median(took_s) * 1000:.0f} ms")
    assert min(took_s) < 0.3
