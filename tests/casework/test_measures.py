"""Measures and appeals: the whole way, and every shortcut refused."""

from dataclasses import replace

import pytest

from casework.card_case import Decision, Status
from casework.clocks import DAY_MS
from casework.ladder import LADDER, Step, recommended, skipped
from casework.refusal import CaseRefused
from tests.casework.cards import FACTS, Card


@pytest.fixture
def card():
    return Card()


@pytest.fixture
def in_force(card):
    """A verification of li-wei, approved by wang-fang."""
    measure = card.propose("li-wei", Step.VERIFY)
    card.approve("wang-fang", measure)
    return measure


def refused(code, card, how, *args, **kwargs):
    before = card.case
    with pytest.raises(CaseRefused) as error:
        getattr(card, how)(*args, **kwargs)
    assert error.value.code == code, error.value
    assert error.value.zh and error.value.en and card.case == before


def test_the_whole_way(card):
    card.verdict("li-wei")
    measure = card.propose("li-wei", Step.VERIFY)
    assert card.case.measures[measure].status is Status.PROPOSED
    card.approve("wang-fang", measure)
    standing = card.case.measures[measure]
    assert standing.status is Status.IN_FORCE and standing.until_ms == standing.review_ms == card.now_ms + 30 * DAY_MS
    card.notice("li-wei", measure)
    appeal = card.appeal("zhao-min", measure)  # taken down anywhere
    decided = card.decide("chen-jie", appeal, Decision.GRANTED)
    assert [event.act.action for event in decided] == ["appeal_decided", "measure_lifted"]
    assert {event.act.at_ms for event in decided} == {card.now_ms}
    assert card.case.measures[measure].status is Status.LIFTED and card.case.done == []


def test_one_s_own_measure_is_not_approved(card):
    measure = card.propose("wang-fang", Step.VERIFY)
    refused("own_measure", card, "approve", "wang-fang", measure)
    refused("own_measure", card, "refuse", "wang-fang", measure)
    card.approve("chen-jie", measure)
    refused("decided", card, "approve", "chen-jie", measure)
    refused("decided", card, "refuse", "chen-jie", measure)


def test_only_a_supervisor_approves(card):
    measure = card.propose("wang-fang", Step.VERIFY)
    refused("not_supervisor", card, "approve", "li-wei", measure)
    refused("not_supervisor", card, "refuse", "li-wei", measure)


def test_steps_are_skipped_only_for_a_written_reason(card):
    refused("ladder", card, "propose", "li-wei", Step.SUSPEND)
    refused("ladder", card, "propose", "li-wei", Step.LIMIT, skip="  ")
    card.propose("li-wei", Step.SUSPEND, skip="正在转移赃款")
    event = card.events["card:phone:13800000001"][0]
    assert event.act.payload["skipped"] == ["verify", "limit"]
    assert event.act.payload["skip_reason"] == "正在转移赃款"


def test_a_refused_or_overturned_step_does_not_count(card, in_force):
    appeal = card.appeal("li-wei", in_force)
    card.decide("chen-jie", appeal, Decision.GRANTED)
    refused("ladder", card, "propose", "li-wei", Step.LIMIT)
    measure = card.propose("li-wei", Step.VERIFY)
    card.refuse("wang-fang", measure)
    refused("ladder", card, "propose", "li-wei", Step.LIMIT)


def test_a_step_that_was_lifted_counts(card, in_force):
    card.lift("li-wei", in_force)
    assert card.propose("li-wei", Step.LIMIT)


def test_no_measure_on_a_warned_victim(card, in_force):
    card.facts = replace(FACTS, warnings=("w1",))
    refused("warned_victim", card, "propose", "li-wei", Step.LIMIT)
    refused("warned_victim", card, "review", "li-wei", in_force)
    card.lift("li-wei", in_force)  # lifting is for them, too


def test_a_warning_between_proposal_and_approval_stops_it(card):
    measure = card.propose("li-wei", Step.VERIFY)
    card.facts = replace(FACTS, warnings=("w1",))
    refused("warned_victim", card, "approve", "wang-fang", measure)
    card.refuse("wang-fang", measure, reason="受害人")


@pytest.mark.parametrize(("name", "code"), [("nobody", "unknown_officer"), ("sun-li", "inactive_officer"),
                                            ("zhao-min", "outside_territory")])
def test_who_may_not_act_does_nothing(card, in_force, name, code):
    refused(code, card, "verdict", name)
    refused(code, card, "propose", name, Step.LIMIT)
    refused(code, card, "notice", name, in_force)
    refused(code, card, "review", name, in_force)
    refused(code, card, "lift", name, in_force)
    proposed = card.propose("li-wei", Step.LIMIT)
    refused(code, card, "approve", name, proposed)
    refused(code, card, "refuse", name, proposed)
    if name != "zhao-min":
        refused(code, card, "appeal", name, in_force)


def test_nothing_goes_without_a_reason(card, in_force):
    refused("no_reason", card, "verdict", "li-wei", note=" ")
    refused("no_reason", card, "propose", "li-wei", Step.LIMIT, reason="")
    refused("no_reason", card, "lift", "li-wei", in_force, reason="")
    refused("no_reason", card, "review", "li-wei", in_force, reason="")
    refused("no_reason", card, "appeal", "li-wei", in_force, reason="")
    appeal = card.appeal("li-wei", in_force)
    refused("no_reason", card, "decide", "chen-jie", appeal, Decision.REJECTED, reason="")


def test_a_note_fits_the_topic_of_verdicts(card):
    refused("bad_note", card, "verdict", "li-wei", note="字" * 400)
    refused("bad_note", card, "verdict", "li-wei", note="a\nb")


def test_an_appeal_is_decided_by_who_had_no_part(card, in_force):
    appeal = card.appeal("wang-fang", in_force)
    refused("own_measure", card, "decide", "wang-fang", appeal, Decision.REJECTED)
    refused("own_measure", card, "decide", "li-wei", appeal, Decision.GRANTED)
    refused("open_appeal", card, "appeal", "li-wei", in_force)
    card.decide("chen-jie", appeal, Decision.REJECTED)
    refused("decided", card, "decide", "chen-jie", appeal, Decision.GRANTED)
    assert card.case.measures[in_force].status is Status.IN_FORCE
    assert card.appeal("li-wei", in_force) != appeal


def test_after_lifting_nothing_more_is_done(card, in_force):
    card.lift("li-wei", in_force)
    for how in ("appeal", "lift", "notice", "review"):
        refused("lifted", card, how, "li-wei", in_force)
    refused("decided", card, "approve", "wang-fang", in_force)


def test_an_appeal_open_when_its_measure_was_lifted_can_still_be_granted(card, in_force):
    appeal = card.appeal("li-wei", in_force)
    card.lift("li-wei", in_force)
    assert [e.act.action for e in card.decide("chen-jie", appeal, Decision.GRANTED)] == ["appeal_decided"]


def test_a_proposal_is_not_in_force(card):
    measure = card.propose("li-wei", Step.VERIFY)
    for how in ("appeal", "lift", "notice", "review"):
        refused("not_in_force", card, how, "li-wei", measure)
    refused("standing", card, "propose", "li-wei", Step.VERIFY)


def test_what_is_unknown_is_said_to_be(card):
    for how in ("approve", "refuse", "lift", "notice", "review", "appeal"):
        refused("unknown_measure", card, how, "wang-fang", "M0")
    refused("unknown_appeal", card, "decide", "chen-jie", "A0", Decision.GRANTED)


def test_cancelling_needs_a_confirmed_verdict_and_a_cleared_card_is_let_be(card):
    refused("not_confirmed", card, "propose", "li-wei", Step.CANCEL, skip="紧急")
    measure = card.propose("li-wei", Step.VERIFY)
    card.verdict("li-wei", "cleared")
    refused("cleared_card", card, "approve", "wang-fang", measure)
    card.refuse("wang-fang", measure)
    refused("cleared_card", card, "propose", "li-wei", Step.VERIFY)


def test_a_measure_is_kept_until_its_term_and_not_beyond(card, in_force):
    card.now_ms += 20 * DAY_MS
    card.review("li-wei", in_force)
    assert card.case.measures[in_force].review_ms == card.now_ms + 30 * DAY_MS
    card.now_ms += 10 * DAY_MS
    refused("term_over", card, "review", "li-wei", in_force)


def test_a_repeated_command_changes_nothing(card):
    assert card.propose("li-wei", Step.VERIFY, command_id="same")
    assert card.propose("li-wei", Step.VERIFY, command_id="same") is None
    assert len(card.events["card:phone:13800000001"]) == 1


def test_the_next_step_is_recommended_and_none_above_what_level_and_verdict_support():
    assert recommended("blue", None, []) is Step.VERIFY and recommended("blue", None, [Step.VERIFY]) is None
    assert recommended("red", None, []) is Step.VERIFY
    assert recommended("red", None, [Step.VERIFY, Step.LIMIT]) is Step.SUSPEND
    assert recommended("red", None, LADDER[:3]) is None
    assert recommended(None, "confirmed", LADDER[:3]) is Step.CANCEL
    assert recommended("red", "cleared", []) is None and recommended(None, None, []) is None
    assert skipped(Step.CANCEL, [Step.LIMIT]) == [Step.SUSPEND]
