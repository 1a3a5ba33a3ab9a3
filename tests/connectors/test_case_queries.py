"""What the store says of a card, a lead and the log."""

import pytest

from connectors.case_log import all_events, append_events, card_of, events_of, lookups, note_lookup
from connectors.queries.case_facts import known_of_card
from connectors.queries.dormant_cards import dormant_cards
from connectors.queries.lead_list import lead_list, open_load
from connectors.queries.report_rows import judged_typologies

T0_MS = 1_772_416_800_000
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def filled(store):
    """Two cards of one holder, an account bound to a phone, a card known by its calls alone."""
    store.insert("card", {
        "uid": [1, 2, 3, 4], "event_id": ["a", "b", "c", "d"], "event_time": [T0_MS - 90 * DAY_MS] * 4,
        "card": ["phone:1", "phone:2", "account:3", "phone:9"], "action": ["open", "open", "open", "close"],
        "holder": ["h1", "h1", "h3", "h9"], "branch": ["b"] * 4, "linked_phone": ["", "", "139", ""],
        "area": ["510104", "510704", "", "440305"]})
    store.insert("cdr", {"uid": [10, 11, 12], "event_id": ["x", "y", "z"], "event_time": [T0_MS] * 3,
                         "kind": ["voice"] * 3, "caller": ["7", "7", "7"], "callee": ["8"] * 3,
                         "area": ["510105", "510106", "510106"]})
    for version, risk in ((1, 500), (2, 900)):
        store.insert("hits", {"hit_id": ["h"], "card": ["phone:1"], "first_seen": [T0_MS], "last_seen": [T0_MS],
                              "peak_time": [T0_MS], "risk": [risk], "level": ["red"], "typologies": [["D201"]],
                              "version": [version]})
    return store


def warn(store, identity, person, account, at_ms=T0_MS):
    store.insert("warnings", {"warning_id": [identity], "person": [person], "account": [account],
                              "warned_at": [at_ms]})


def test_where_a_card_belongs(filled):
    def area(card):
        return known_of_card(filled, card, 0).area

    assert (area("phone:1"), area("phone:7"), area("account:3"), area("phone:0")) == ("510104", "510106", "", "")


def test_the_latest_version_of_the_latest_hit(filled):
    hit = known_of_card(filled, "phone:1", 0).hit
    assert (hit["hit_id"], hit["risk"], hit["level"]) == ("h", 900, "red")
    assert known_of_card(filled, "phone:2", 0).hit is None


def test_a_warning_reaches_all_cards_of_its_holder_and_no_other(filled):
    warn(filled, "w1", "1", "")
    warn(filled, "w2", "phone:139", "x")
    warn(filled, "w3", "", "5", T0_MS - 40 * DAY_MS)

    def warned(card, since_ms=T0_MS - 30 * DAY_MS):
        return known_of_card(filled, card, since_ms).warnings

    assert warned("phone:1") == ["w1"] and warned("phone:2") == ["w1"], "another card of the same holder"
    assert warned("account:3") == ["w2"], "by the phone bound to it"
    assert warned("account:5") == [] and warned("account:5", 0) == ["w3"]
    assert warned("phone:7") == []


def event(subject, seq, officer="li", action="x", payload=None, digest=None):
    return {"subject": subject, "seq": seq, "at_ms": T0_MS + seq, "officer": officer, "action": action, "reason": "因",
            "command_id": f"c{seq}", "payload": payload or {}, "prev_hash": "p", "hash": digest or f"{officer}{seq}"}


def test_the_log_keeps_the_first_of_two_in_one_place(filled):
    assert append_events(filled, [event("card:phone:1", 1), event("card:phone:1", 2, payload={"measure": "M1"})])
    assert not append_events(filled, [event("card:phone:1", 1, "wang")])
    assert append_events(filled, [event("card:phone:1", 1), event("card:phone:1", 2, payload={"measure": "M1"})])
    rows = events_of(filled, "card:phone:1")
    assert [(row["seq"], row["officer"], row["at_ms"]) for row in rows] == [(1, "li", T0_MS + 1), (2, "li", T0_MS + 2)]
    assert rows[1]["payload"] == {"measure": "M1"} and rows[0]["reason"] == "因"
    assert card_of(filled, "measure", "M1") == "phone:1" and card_of(filled, "measure", "M2") is None
    assert set(all_events(filled, "card:")) == {"card:phone:1"}


def test_leads_are_listed_once_with_their_card_and_how_they_stand(filled):
    for uid in (21, 22):  # pushed twice
        filled.insert("lead", {"uid": [uid], "lead_id": ["L1"], "pushed_at": [T0_MS + uid], "source": ["省"],
                               "card": ["phone:1"], "due_at": [T0_MS + DAY_MS]})
    filled.insert("lead", {"uid": [23], "lead_id": ["L2"], "pushed_at": [T0_MS + 1], "source": ["市"],
                           "card": ["phone:7"]})
    rows = lead_list(filled)
    assert [(row["lead_id"], row["level"], row["handler"]) for row in rows] == [("L2", "", ""), ("L1", "red", "")]
    assert (rows[0]["sender_due_ms"], rows[1]["sender_due_ms"]) == (0, T0_MS + DAY_MS)
    append_events(filled, [event("lead:L1", 1, action="lead_taken", payload={"handler": "li", "due_ms": 5})])
    assert open_load(filled) == {"li": 1}
    append_events(filled, [event("lead:L1", 2, action="lead_closed", payload={"outcome": "confirmed"})])
    assert [row["lead_id"] for row in lead_list(filled, open_only=True)] == ["L2"]
    closed, = lead_list(filled, lead_id="L1")
    assert (closed["handler"], closed["outcome"], closed["due_ms"], closed["first_action_ms"]) == (
        "li", "confirmed", 5, T0_MS + 1)
    assert lead_list(filled, from_ms=T0_MS + DAY_MS) == [] and open_load(filled) == {}


def test_a_hit_has_the_latest_verdict_wherever_it_was_given(filled):
    def judged(from_ms=T0_MS, area=""):
        return [(row["typology"], row["hits"], row["confirmed"], row["cleared"])
                for row in judged_typologies(filled, from_ms, from_ms + 1, area)]

    assert judged() == [("D201", 1, 0, 0)]
    filled.insert("verdict", {"uid": [1], "event_time": [T0_MS], "card": ["phone:1"], "verdict": ["confirmed"],
                              "officer": ["li"]})
    assert judged() == [("D201", 1, 1, 0)]
    append_events(filled, [event("card:phone:1", 3, action="verdict_given", payload={"verdict": "cleared"})])
    assert judged() == judged(area="5101") == [("D201", 1, 0, 1)]
    assert judged(T0_MS + 1) == judged(area="44") == []


def test_dormant_is_what_was_opened_not_closed_and_is_silent(filled):
    found = dormant_cards(filled, T0_MS - 30 * DAY_MS, T0_MS, 10)
    assert [row["card"] for row in found] == ["account:3", "phone:2"]  # phone:1 has a verdict since
    assert dormant_cards(filled, T0_MS - 100 * DAY_MS, T0_MS, 10) == []


def test_look_ups_are_kept_the_latest_first(filled):
    note_lookup(filled, T0_MS, "li", "案件1", "card", "phone:1")
    note_lookup(filled, T0_MS + 1, "wang", "案件2", "lead list", "*")
    assert [(row["officer"], row["purpose"]) for row in lookups(filled)] == [("wang", "案件2"), ("li", "案件1")]
    assert [row["command"] for row in lookups(filled, "phone:1")] == ["card"]
