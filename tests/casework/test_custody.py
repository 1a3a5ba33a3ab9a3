"""Cards and warnings: taken, handed over, put off, closed; and who may not."""

from dataclasses import replace

import pytest

from casework.card_case import card_case
from casework.clocks import DAY_MS
from casework.custody import hand_over_card, take_card
from casework.ladder import Step
from casework.refusal import CaseRefused
from casework.snooze import put_off_until, snooze_card, wake_card
from casework.warning_case import (
    VictimWarning,
    WarningOutcome,
    close_warning,
    hand_over_warning,
    take_warning,
    warning_case,
)
from tests.casework.cards import Card
from tests.casework.people import PEOPLE, POLICY, Memory


class Held(Card):
    """A card with the acts of custody."""

    def take(self, officer):
        return self._do(officer, "", lambda c, by, a: take_card(c, self.facts, by, a))

    def hand(self, officer, to, reason="休假"):
        return self._do(officer, reason, lambda c, by, a: hand_over_card(c, self.facts, by, PEOPLE.get(to), to, a))

    def snooze(self, officer, days=2.0, reason="等银行回函"):
        until = self.now_ms + round(days * DAY_MS)
        return self._do(officer, reason, lambda c, by, a: snooze_card(c, self.facts, by, until, POLICY, a))

    def wake(self, officer):
        return self._do(officer, "", lambda c, by, a: wake_card(c, self.facts, by, a))


class Warned(Memory):
    """A warning in Chengdu."""

    about = VictimWarning("w1", "phone:13900000003", "510104")

    @property
    def case(self):
        return warning_case(self.events["warning:w1"])

    def _do(self, officer, reason, decide):
        return self.do("warning:w1", warning_case, decide, officer, reason)

    def take(self, officer):
        return self._do(officer, "", lambda c, by, a: take_warning(c, self.about, by, a))

    def hand(self, officer, to, reason="轮班"):
        return self._do(officer, reason, lambda c, by, a: hand_over_warning(c, self.about, by, PEOPLE.get(to), to, a))

    def close(self, officer, outcome, fen=0, reason=""):
        return self._do(officer, reason, lambda c, by, a: close_warning(c, self.about, by, outcome, fen, a))


def refused(code, subject, how, *given):
    before = subject.case
    with pytest.raises(CaseRefused) as error:
        getattr(subject, how)(*given)
    assert error.value.code == code, error.value
    assert error.value.zh and error.value.en and subject.case == before


@pytest.mark.parametrize("made", [Held, Warned])
def test_one_takes_what_nobody_has_and_hands_it_over_with_a_reason(made):
    held = made()
    refused("not_handler", held, "hand", "li-wei", "wang-fang")
    assert len(held.take("li-wei")) == 1 and held.take("li-wei") == [] and held.case.handler == "li-wei"
    refused("taken", held, "take", "wang-fang")
    refused("no_reason", held, "hand", "li-wei", "wang-fang", " ")
    refused("outside_territory", held, "hand", "li-wei", "zhao-min")
    refused("inactive_officer", held, "hand", "li-wei", "sun-li")
    refused("unknown_officer", held, "hand", "li-wei", "nobody")
    refused("taken", held, "hand", "li-wei", "li-wei")
    held.hand("li-wei", "wang-fang")
    refused("not_handler", held, "hand", "li-wei", "li-wei")
    held.hand("chen-jie", "li-wei")
    assert held.case.handler == "li-wei", "a supervisor may take it from another"
    refused("outside_territory", held, "take", "zhao-min")


def test_a_card_is_put_off_by_who_has_it_until_a_time_that_is_near():
    card = Held()
    refused("not_handler", card, "snooze", "li-wei")
    card.take("li-wei")
    refused("no_reason", card, "snooze", "li-wei", 2, "")
    for days in (0, -1, 30.01):
        refused("bad_time", card, "snooze", "li-wei", days)
    made = card.snooze("li-wei", 30)
    assert made[0].act.payload == {"until_ms": card.now_ms + 30 * DAY_MS, "level": "red"}
    assert card.case.snoozed_until_ms == card.now_ms + 30 * DAY_MS
    assert put_off_until(card.case, card.facts, card.now_ms) == card.case.snoozed_until_ms
    assert put_off_until(card.case, replace(card.facts, level="orange"), card.now_ms + 30 * DAY_MS - 1)
    assert put_off_until(card.case, card.facts, card.now_ms + 30 * DAY_MS) == 0
    assert len(card.wake("li-wei")) == 1 and card.case.snoozed_until_ms == 0 and card.wake("li-wei") == []
    card.snooze("wang-fang")
    card.hand("li-wei", "wang-fang")
    assert card.case.snoozed_until_ms == 0, "who gets it sees it"


def test_a_graver_hit_ends_it():
    card = Held()
    card.take("li-wei")
    card.facts = replace(card.facts, level="orange")
    card.snooze("li-wei")
    card.facts = replace(card.facts, level="red")
    assert put_off_until(card.case, card.facts, card.now_ms) == 0 and card.wake("li-wei") == []


def test_a_card_with_an_open_appeal_is_not_put_off():
    card = Held()
    card.take("li-wei")
    measure = card.propose("li-wei", Step.VERIFY)
    card.approve("wang-fang", measure)
    card.appeal("li-wei", measure)
    refused("open_appeal", card, "snooze", "li-wei")


def test_custody_changes_nothing_else_of_a_case():
    card = Held()
    card.verdict("li-wei")
    measure = card.propose("li-wei", Step.VERIFY)
    before = card.case
    card.take("li-wei")
    card.snooze("li-wei")
    after = card_case(before.card, card.events[f"card:{before.card}"])
    assert (after.verdict, after.measures[measure], after.done) == (before.verdict, before.measures[measure], [])


def test_a_warning_is_closed_with_what_came_of_it():
    warned = Warned()
    refused("not_handler", warned, "close", "li-wei", WarningOutcome.REACHED)
    warned.take("li-wei")
    refused("bad_amount", warned, "close", "li-wei", WarningOutcome.STOPPED)
    refused("bad_amount", warned, "close", "li-wei", WarningOutcome.REACHED, 100)
    refused("bad_amount", warned, "close", "li-wei", WarningOutcome.STOPPED, -1)
    for outcome in (WarningOutcome.UNREACHED, WarningOutcome.FALSE):
        refused("no_reason", warned, "close", "li-wei", outcome)
    warned.close("li-wei", WarningOutcome.STOPPED, 5_000_000)
    assert (warned.case.outcome, warned.case.stopped_fen) == (WarningOutcome.STOPPED, 5_000_000)
    refused("no_reason", warned, "close", "li-wei", WarningOutcome.VISITED)
    warned.close("wang-fang", WarningOutcome.VISITED, 0, "已上门")
    assert (warned.case.outcome, warned.case.stopped_fen) == (WarningOutcome.VISITED, 0)
    assert all(event.act.payload["card"] == "phone:13900000003" for event in warned.events["warning:w1"])
