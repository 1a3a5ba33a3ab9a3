"""What a question at the counter finds in the store: by time, by list, by branch; and that repeats change nothing."""

import pytest

from connectors.event_rows import insert_events
from connectors.queries.opening_state import last_card_of_branch, opening_state

T0_MS, DAY_MS = 1_767_225_600_000, 86_400_000
NOBODY = {"address": "", "agent": "", "linked_phone": ""}
ALWAYS = dict.fromkeys(NOBODY, 0)


def insert_cards(store, *rows: dict) -> None:
    given = [{"event_id": f"e{row['uid']}", "action": 0, "branch": "b1", "agent": "", "address": "", "linked_phone": "",
              "area": ""} | row for row in rows]
    columns = {name: [row[name] for row in given] for name in given[0] if name not in ("uid", "day")}
    insert_events(store, "card", [row["uid"] for row in given],
                  columns | {"event_time": [T0_MS + row["day"] * DAY_MS for row in given]})


@pytest.fixture(scope="module")
def desk(store):
    insert_cards(
        store,
        {"uid": 1, "day": 0, "card": "account:6221", "holder": "h1", "address": "r", "area": "510107"},
        {"uid": 2, "day": 1, "card": "phone:138", "holder": "h1", "branch": "shop"},
        {"uid": 3, "day": 2, "card": "account:6222", "holder": "h2", "address": "r", "agent": "a",
         "linked_phone": "138"},
        {"uid": 4, "day": 3, "card": "account:6223", "holder": "h3", "address": "r", "agent": "a"},
        {"uid": 5, "day": 4, "card": "account:6221", "holder": "h1", "action": 1, "address": "r"},
        {"uid": 6, "day": 5, "card": "phone:138", "holder": "h4", "action": 2, "branch": "shop"},
        {"uid": 7, "day": 6, "card": "account:6224", "holder": "h1", "branch": "b2"})
    insert_cards(store, {"uid": 1, "day": 0, "card": "account:6221", "holder": "h1", "address": "r", "area": "510107"})
    verdicts = {"event_time": [T0_MS + 7 * DAY_MS, T0_MS + 9 * DAY_MS], "card": ["account:6221"] * 2, "verdict": [0, 1],
                "officer": ["o", "o"]}
    insert_events(store, "verdict", [1, 2], verdicts)
    insert_events(store, "watchlist", [1, 2, 3, 4], {
        "event_time": [T0_MS + day * DAY_MS for day in (7, 7, 8, 9)], "list": ["l", "w", "l", "x"],
        "card": ["account:6224"] * 4, "action": [0, 0, 1, 0], "kind": [-1, 1, -1, 0],
        "expires_at": [None, None, None, T0_MS + 11 * DAY_MS]})
    row = {"hit_id": ["1", "2"], "card": ["account:6224"] * 2, "first_seen": [T0_MS + 7 * DAY_MS, T0_MS + 8 * DAY_MS],
           "last_seen": [T0_MS + 7 * DAY_MS, T0_MS + 8 * DAY_MS], "level": [4, 1], "version": [1, 1]}
    store.insert("hits", row)
    return store


def asked(store, holder: str, day: float, since=ALWAYS, **more):
    shared = NOBODY | {name: more.pop(name) for name in list(more) if name in NOBODY}
    return opening_state(store, holder, int(T0_MS + day * DAY_MS), shared, since, **more)


def test_events_of_all_the_cards_that_a_person_obtained_come_once_and_in_order(desk):
    assert [(e["card"], e["word"], e["holder"]) for e in asked(desk, "h1", 30).events] == [
        ("account:6221", "open", "h1"), ("phone:138", "open", "h1"), ("account:6221", "close", "h1"),
        ("phone:138", "transfer", "h4"), ("account:6224", "open", "h1")]
    assert [e["card"] for e in asked(desk, "h1", 1).events] == ["account:6221", "phone:138"]
    assert asked(desk, "h'; DROP TABLE hits", 30).events == []


def test_others_behind_an_address_an_agent_a_phone_within_the_window(desk):
    given = {"address": "r", "agent": "a", "linked_phone": "138"}
    assert asked(desk, "h1", 30, **given).identities == {"address": 2, "agent": 2, "linked_phone": 1}
    assert asked(desk, "h2", 30, **given).identities == {"address": 2, "agent": 1, "linked_phone": 0}
    since = dict.fromkeys(NOBODY, T0_MS + 2 * DAY_MS)
    assert asked(desk, "new", 30, since, **given).identities == {"address": 1, "agent": 1, "linked_phone": 0}
    assert asked(desk, "new", 2.5, **given).identities == {"address": 2, "agent": 1, "linked_phone": 1}


def test_a_contact_phone_belongs_to_who_got_it_last(desk):
    assert [asked(desk, "x", day, linked_phone="138").phone_holder for day in (0.5, 1, 4, 5)] == ["", "h1", "h1", "h4"]
    assert asked(desk, "x", 5, linked_phone="999").phone_holder == ""


def test_the_latest_verdict_counts_and_lists_end(desk):
    assert [asked(desk, "h1", day).verdicts.get("account:6221") for day in (6, 7, 9)] == [None, "confirmed", "cleared"]
    assert [asked(desk, "h1", day).blocked for day in (6, 7, 8.5, 10, 11)] == [
        frozenset(), {"account:6224"}, frozenset(), {"account:6224"}, frozenset()]


def test_hits_count_by_level_and_age(desk):
    assert asked(desk, "h1", 10).hit == {"account:6224"}
    assert asked(desk, "h1", 10, hit_since_ms=T0_MS + 8 * DAY_MS).hit == frozenset()
    assert asked(desk, "h1", 10, level=1, hit_since_ms=T0_MS + 8 * DAY_MS).hit == {"account:6224"}
    assert asked(desk, "h1", 6.5).hit == frozenset()


def test_the_last_card_of_a_branch_is_of_the_kind_asked_for(desk):
    at_ms = T0_MS + 30 * DAY_MS
    assert last_card_of_branch(desk, "b1", "account", at_ms) == "account:6223"
    assert last_card_of_branch(desk, "b1", "account", T0_MS + DAY_MS) == "account:6221"
    assert last_card_of_branch(desk, "b1", "phone", at_ms) == "" == last_card_of_branch(desk, "none", "account", at_ms)
    assert last_card_of_branch(desk, "shop", "phone", at_ms) == "phone:138"
