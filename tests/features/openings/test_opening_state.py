"""The state of the stream, against holdings that are rebuilt from all events each time."""

import pytest

from features.openings.holdings import (
    CLOSE,
    Holding,
    ever_at,
    held_at,
    holdings_from,
    is_far_from_home,
    obtained_lately,
)
from features.openings.rows import opening_events
from features.openings.state import MAX_HOLDINGS, OpeningState
from features.roles import CORPORATE
from features.snapshot import BadSnapshot
from tests.features.laws import ordered
from tests.features.openings.card_events import T0_MS, records, sub_batch


def as_event(row):
    holding = Holding(int(row["card"]), int(row["card_kind"]), int(row["institution"]), int(row["time"]),
                      int(row["area"]), True, bool(row["flags"] & CORPORATE))
    return int(row["role"]), holding, int(row["entity"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_are_those_of_all_events_so_far(seed):
    state, past = OpeningState(), []
    told = 0
    rows = ordered(sub_batch(records(seed)).rows)
    for row, event in zip(rows, opening_events(rows)):
        holder = int(row["entity"])
        before = holdings_from(past, holder)
        past.append(as_event(row))
        mine = holdings_from(past, holder)
        figures = state.take(event)
        assert state.holdings(holder) == mine
        if row["role"] == CLOSE:
            assert figures is None
            continue
        told += 1
        kind, here = int(row["card_kind"]), int(row["institution"])
        assert (figures.lately, figures.held_here, figures.ever_here) == (
            obtained_lately(mine, kind, int(row["time"])), held_at(mine, kind, here), ever_at(mine, kind, here))
        assert figures.far == is_far_from_home(before, int(row["area"]), 2)
        owner = next((h for h in {int(e[2]) for e in past}
                      if any(c.held and c.card == int(row["linked_phone"]) for c in holdings_from(past, h))), holder)
        assert figures.phone_of_another == (owner != holder)
    assert told > 150


def test_memory_is_bounded_and_the_silent_go_first():
    state = OpeningState(max_holders=5)
    for event in opening_events(ordered(sub_batch(records(4, count=400, people=40, cards=200)).rows)):
        state.take(event)
        assert state.entities["holder"] <= 5 and state.entities["held_card"] <= 5 * MAX_HOLDINGS
    everyone = [{"event_id": f"x{k}", "event_time": T0_MS + k, "card": f"account:6222620{k:06d}", "action": "open",
                 "holder": "one", "branch": "b"} for k in range(MAX_HOLDINGS + 30)]
    last = [state.take(event) for event in opening_events(ordered(sub_batch(everyone).rows))][-1]
    assert last.held_here == MAX_HOLDINGS


def test_snapshots_of_others_are_refused():
    with pytest.raises(BadSnapshot):
        OpeningState().restore(b"nothing of the kind")
