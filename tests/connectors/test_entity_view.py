"""An entity with what it is linked to: kinds, topics, times, depth, hubs and bounds."""

import pytest

from connectors.errors import StoreError
from connectors.event_rows import insert_events
from connectors.queries.entity_view import FAN, MOST_CARDS, entity_view

T0_MS, HOUR_MS = 1_767_225_600_000, 3_600_000


@pytest.fixture(scope="module")
def city(store):
    """A chain: account 1 -holder- account 2 -device- account 3 -address- account 4; phones by IMEI; one branch."""
    insert_events(store, "card", [1, 2, 3, 4, 5], {
        "event_id": list("abcde"), "event_time": [T0_MS + k * HOUR_MS for k in range(5)],
        "card": ["account:1", "account:2", "account:3", "account:4", "phone:138"], "action": [0] * 5,
        "holder": ["p", "p", "q", "r", "p"], "branch": ["b"] * 5, "address": ["", "", "x", "x", ""],
        "linked_phone": ["138", "", "", "", ""]})
    insert_events(store, "txn", [6, 7, 8], {
        "event_id": list("fgh"), "event_time": [T0_MS + k * HOUR_MS for k in range(6, 9)], "payer": ["2", "3", "2"],
        "payee": ["9", "9", "9"], "amount": [1, 1, 1], "device": ["d", "d", "d"]})
    insert_events(store, "cdr", [9, 10], {
        "event_id": list("ij"), "event_time": [T0_MS, T0_MS + HOUR_MS], "kind": [0, 0], "caller": ["138", "139"],
        "callee": ["1", "2"], "imei": ["86", "86"]})
    insert_events(store, "verdict", [1, 2], {"event_time": [T0_MS, T0_MS + 1], "card": ["account:2", "account:3"],
                                            "verdict": [0, 1], "officer": ["o", "o"]})
    store.insert("hits", {"hit_id": ["1", "1"], "card": ["account:4", "account:4"], "first_seen": [T0_MS] * 2,
                          "last_seen": [T0_MS, T0_MS + 1], "risk": [500, 800], "level": [2, 4], "version": [1, 2]})
    crowd = MOST_CARDS + 50
    insert_events(store, "card", list(range(100, 100 + crowd)), {
        "event_id": [f"x{k}" for k in range(crowd)], "event_time": [T0_MS + k for k in range(crowd)],
        "card": [f"account:9{k:04d}" for k in range(crowd)], "action": [0] * crowd, "holder": ["firm"] * crowd,
        "branch": ["b"] * crowd})
    return store


def things(view) -> set[str]:
    return {link.thing for link in view.links}


@pytest.mark.parametrize(("depth", "cards"), [
    (1, {"account:1", "account:2", "phone:138"}),
    (2, {"account:1", "account:2", "phone:138", "account:3", "phone:139"}),
    (3, {"account:1", "account:2", "phone:138", "account:3", "phone:139", "account:4"})])
def test_each_step_goes_from_cards_over_things_to_cards(city, depth, cards):
    assert set(entity_view(city, "account:1", depth).cards) == cards


def test_a_link_says_when_and_how_it_is_known(city):
    links = {(link.card, link.thing): link for link in entity_view(city, "account:2").links}
    device = links["account:2", "device:d"]
    assert (device.topic, device.n, device.first_seen_ms, device.last_seen_ms, device.sharers) == (
        "txn", 2, T0_MS + 6 * HOUR_MS, T0_MS + 8 * HOUR_MS, 2)
    assert links["account:2", "holder:p"].topic == "card" and links["account:2", "holder:p"].sharers == 3


@pytest.mark.parametrize(("start", "card", "topic"), [
    ("holder:p", "account:1", "card"), ("imei:86", "phone:139", "cdr"), ("device:d", "account:3", "txn"),
    ("address:x", "account:4", "card"), ("branch:b", "account:1", "card"), ("phone:138", "account:1", "card"),
    ("phone:139", "phone:138", "cdr")])
def test_it_begins_anywhere(city, start, card, topic):
    view = entity_view(city, start)
    assert (card, topic) in {(link.card, link.topic) for link in view.links} or start == "branch:b"
    assert view.links and all(link.card in view.cards for link in view.links)


def test_a_branch_is_shown_and_not_walked_through(city):
    view = entity_view(city, "account:4", 3)
    assert "branch:b" in things(view) and "account:90000" not in view.cards


def test_cards_carry_their_verdict_and_their_latest_hit(city):
    cards = entity_view(city, "account:1", 3).cards
    assert (cards["account:2"]["verdict"], cards["account:3"]["verdict"], cards["account:1"]["verdict"]) == (
        "confirmed", "cleared", "")
    assert cards["account:4"] == {"verdict": "", "risk": 800, "level": "red"}


def test_a_view_is_bounded(city):
    view = entity_view(city, "holder:firm", 3)
    assert len(view.cards) <= MOST_CARDS and {link.sharers for link in view.links if link.kind == "holder"} == {
        MOST_CARDS + 50}
    assert len([card for card in view.cards if card.startswith("account:9")]) == FAN


@pytest.mark.parametrize(("start", "depth"), [("person:1", 1), ("imei:", 1), ("138", 1), ("phone:138", 4)])
def test_what_cannot_be_is_refused(city, start, depth):
    with pytest.raises(StoreError):
        entity_view(city, start, depth)


def test_nothing_is_known_of_a_stranger(city):
    view = entity_view(city, "imei:' OR 1")
    assert not view.links and not view.cards and not view.is_cut
