"""What a person holds, obtained lately and ever, and what is far from home: by hand."""

import pytest

from features.openings.holdings import (
    CLOSE,
    OPEN,
    TRANSFER,
    Holding,
    ever_at,
    held_at,
    holdings_from,
    is_far_from_home,
    obtained_lately,
)
from features.openings.institutions import institution_of
from features.roles import ACCOUNT, PHONE

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
#: Thursday 2026-01-01, noon in Beijing.
THURSDAY = 1_767_240_000_000


def card(name: str, at_ms: int = THURSDAY, **more) -> Holding:
    return Holding(name, more.pop("kind", ACCOUNT), more.pop("institution", "ICBC"), at_ms, **more)


def test_closing_and_handing_on_end_that_a_card_is_held_and_not_that_it_was_obtained():
    events = [(OPEN, card("A"), "me"), (OPEN, card("B"), "me"), (CLOSE, card("A"), "me"), (OPEN, card("C"), "me"),
              (TRANSFER, card("B"), "you")]
    mine, yours = holdings_from(events, "me"), holdings_from(events, "you")
    assert [h.card for h in mine if h.held] == ["C"] and ever_at(mine, ACCOUNT, "ICBC") == 3
    assert [h.card for h in yours if h.held] == ["B"] and held_at(yours, ACCOUNT, "ICBC") == 1


def test_a_repeated_announcement_is_no_second_card_and_a_card_obtained_again_is():
    events = [(OPEN, card("A"), "me"), (OPEN, card("A", THURSDAY + 1), "me")]
    assert len(holdings_from(events, "me")) == 1
    events += [(CLOSE, card("A"), "me"), (OPEN, card("A", THURSDAY + 2), "me")]
    assert [h.held for h in holdings_from(events, "me")] == [False, True]


def test_a_number_that_another_person_opens_later_is_theirs():
    events = [(OPEN, card("A"), "me"), (OPEN, card("A", THURSDAY + 1), "you")]
    assert [h.held for h in holdings_from(events, "me")] == [False]


@pytest.mark.parametrize(("days_later", "counted"), [(0, 1), (1, 1), (4, 1), (5, 1), (6, 1), (7, 0)])
def test_five_working_days_reach_over_a_weekend(days_later, counted):
    # Thursday, Friday, Monday, Tuesday, Wednesday: the Thursday after is the sixth.
    assert obtained_lately([card("A")], ACCOUNT, THURSDAY + days_later * DAY_MS) == counted


def test_counts_keep_kinds_banks_companies_and_the_future_apart():
    cards = [card("A"), card("B", institution="CCB"), card("P", kind=PHONE, institution="mobile"),
             card("F", corporate=True), card("L", THURSDAY + DAY_MS)]
    assert obtained_lately(cards, ACCOUNT, THURSDAY) == 2
    assert (held_at(cards, ACCOUNT, "ICBC"), held_at(cards, PHONE, "mobile")) == (2, 1)
    assert ever_at(cards, ACCOUNT, "CCB") == 1


@pytest.mark.parametrize(("areas", "area", "digits", "far"), [
    ((510107,), 510104, 2, False), ((510107,), 513201, 2, False), ((510107,), 513201, 4, True),
    ((510107,), 110101, 2, True), ((510107, 110105), 110101, 4, False), ((), 110101, 2, None), ((510107,), 0, 2, None),
    ((0,), 110101, 2, None)])
def test_far_from_home(areas, area, digits, far):
    cards = [card(str(k), area=home) for k, home in enumerate(areas)]
    assert is_far_from_home(cards, area, digits) is far


def test_cards_given_up_are_no_home():
    assert is_far_from_home([card("A", area=510107, held=False)], 110101, 2) is None


@pytest.mark.parametrize(("number", "issuers", "institution"), [
    ("phone:13312345678", {}, "telecom"), ("phone:+8613312345678", {}, "telecom"), ("phone:9991234", {}, "999"),
    ("account:6222620000000001", {}, "622262"), ("account:62", {}, "62"),
    ("account:6222620000000001", {"6222": "ICBC", "622262": "BOCOM"}, "BOCOM"),
    ("account:6222020000000001", {"6222": "ICBC", "622262": "BOCOM"}, "ICBC")])
def test_bank_and_operator(number, issuers, institution):
    assert institution_of(number, issuers) == institution
