"""The chain finds what was changed, taken out, put in or cut off."""

from dataclasses import replace

import pytest

from casework.chain import chained, check_chain, check_heads, heads
from casework.event import Act


@pytest.fixture
def events():
    acts = [Act("verdict_given", "li-wei", 1000 + n, f"理由{n}", {"verdict": "confirmed", "n": n}) for n in range(5)]
    return chained("card:phone:1", [], acts)


def test_an_untouched_chain_has_no_finding(events):
    assert check_chain(events) == [] and check_heads({"s": events}, heads({"s": events})) == []


def test_events_added_later_follow_on(events):
    more = chained("card:phone:1", events, [Act("x", "y", 1)])
    assert more[0].seq == 6 and more[0].prev_hash == events[-1].hash
    assert check_chain([*events, *more]) == []
    assert check_heads({"s": [*events, *more]}, heads({"s": events})) == []


@pytest.mark.parametrize("change", [
    {"reason": "另有理由"}, {"officer": "x"}, {"at_ms": 1}, {"payload": {"verdict": "cleared"}}, {"action": "x"},
    {"command_id": "x"},
])
def test_a_changed_event_is_found(events, change):
    events[2] = replace(events[2], act=replace(events[2].act, **change))
    assert [(f.seq, f.what) for f in check_chain(events)] == [(3, "content does not fit its hash")]


def test_a_changed_event_with_a_new_hash_is_found_by_the_next(events):
    forged = chained("card:phone:1", events[:2], [replace(events[2].act, reason="另有理由")])[0]
    assert [f.seq for f in check_chain([*events[:2], forged, *events[3:]])] == [4]


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_a_missing_event_is_found(events, gone):
    found = check_chain(events[:gone] + events[gone + 1:])
    assert [f.seq for f in found] == [gone + 1] and "missing" in found[0].what


def test_two_events_in_one_place_are_found(events):
    fork = chained("card:phone:1", events[:2], [Act("x", "y", 1)])
    assert [f.what for f in check_chain([*events[:3], *fork, *events[3:]])] == ["two events have this number"]


def test_an_end_cut_off_and_a_subject_gone_are_found_by_heads_alone(events):
    kept = heads({"a": events, "b": events[:1]})
    assert check_chain(events[:3]) == []
    assert [(f.subject, f.seq) for f in check_heads({"a": events[:3]}, kept)] == [("a", 5), ("b", 0)]
    rewritten = chained("a", [], [replace(e.act, officer="x") for e in events])
    assert "another event" in check_heads({"a": rewritten, "b": events[:1]}, kept)[0].what
