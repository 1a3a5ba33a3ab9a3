"""Cards opened, flagged and confirmed by opener, with repeats, second openings and changed verdicts."""

import pytest

from connectors.errors import StoreError
from connectors.event_rows import insert_events
from connectors.queries.opener_cards import opener_cards
from connectors.queries.opener_counts import opener_counts

T0_MS, DAY_MS = 1_767_225_600_000, 86_400_000


def at(day: float) -> int:
    return int(T0_MS + day * DAY_MS)


@pytest.fixture(scope="module")
def bank(store):
    rows = [("e1", 0, "A", 0, "b1", "k1", "a1"), ("e2", 1, "B", 0, "b1", "k2", ""),
            ("e3", 2, "C", 0, "b2", "k3", "a1"), ("e4", 3, "A", 1, "b1", "k1", ""),
            ("e5", 10, "A", 0, "b2", "k3", "a2"), ("e6", 11, "D", 0, "b2", "k3", "a1")]
    for again in (rows, rows[:2]):
        ids, days, cards, actions, branches, clerks, agents = zip(*again)
        insert_events(store, "card", [int(i[1:]) for i in ids], {
            "event_id": list(ids), "event_time": [at(d) for d in days], "card": [f"account:{c}" for c in cards],
            "action": list(actions), "holder": ["h"] * len(ids), "branch": list(branches), "clerk": list(clerks),
            "agent": list(agents)})
    # A was confirmed after its second opening, B confirmed and cleared, C confirmed twice, D before it was opened.
    insert_events(store, "verdict", list(range(1, 7)), {
        "event_time": [at(d) for d in (12, 4, 5, 4, 6, 9)], "verdict": [0, 0, 1, 0, 0, 0], "officer": ["o"] * 6,
        "card": [f"account:{c}" for c in "ABBCCD"]})
    store.insert("hits", {"hit_id": ["1", "2", "3"], "card": ["account:A", "account:A", "account:B"],
                          "first_seen": [at(1), at(11), at(2)], "last_seen": [at(1), at(11), at(2)], "level": [1, 2, 4],
                          "version": [1, 1, 1]})
    return store


def table(found: dict) -> dict:
    return {o: (a, b, c) for o, a, b, c in zip(found["opener"], found["opened"], found["flagged"], found["confirmed"])}


def test_what_is_found_counts_for_the_opening_before_it(bank):
    assert table(opener_counts(bank, "branch")) == {"b1": (2, 2, 0), "b2": (3, 1, 2)}
    assert table(opener_counts(bank, "clerk")) == {"k1": (1, 1, 0), "k2": (1, 1, 0), "k3": (3, 1, 2)}


def test_cards_without_an_agent_have_none(bank):
    assert table(opener_counts(bank, "agent")) == {"a1": (3, 1, 1), "a2": (1, 1, 1)}


def test_the_time_is_that_of_the_opening(bank):
    assert table(opener_counts(bank, "branch", at(1), at(10))) == {"b1": (1, 1, 0), "b2": (1, 0, 1)}


def test_the_cards_behind_an_opener_are_those_that_count_for_it(bank):
    def found(opener, *time):
        return [(row["card"][8:], row["level"], row["verdict"]) for row in opener_cards(bank, "branch", opener, *time)]

    # A was flagged and confirmed after b2 opened it once more; what b1 opened was flagged before.
    assert found("b1") == [("A", "blue", ""), ("B", "red", "cleared")]
    assert found("b2") == [("A", "yellow", "confirmed"), ("C", "", "confirmed")]
    assert found("b2", at(1), at(10)) == [("C", "", "confirmed")] and found("b3") == []


def test_another_opener_is_refused(bank):
    with pytest.raises(StoreError, match="branch, clerk, agent"):
        opener_counts(bank, "card; DROP TABLE card")
