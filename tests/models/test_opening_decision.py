"""Allowed, verify or refuse: every reason by hand, at its limit and just below."""

from dataclasses import replace

import pytest

from features.openings.holdings import Holding
from features.roles import ACCOUNT, PHONE
from models.opening_decision import OpeningFacts, OpeningQuestion, decide
from models.opening_reasons import REASONS, Advice
from models.opening_rules import OpeningRules, opening_rules

#: Thursday 2026-01-01, noon in Beijing; and a year before.
NOW_MS, LONG_AGO_MS = 1_767_240_000_000, 1_735_704_000_000
RULES = OpeningRules()
ASKED = OpeningQuestion("h", ACCOUNT, NOW_MS, "ICBC", area=510107)


def cards(count: int, at_ms: int = LONG_AGO_MS, kind: int = ACCOUNT, **more) -> list[Holding]:
    where = "ICBC" if kind == ACCOUNT else "mobile"
    return [Holding(f"{at_ms}:{k}", kind, more.get("institution", where), at_ms, more.get("area", 510107),
                    more.get("held", True)) for k in range(count)]


def codes(facts: OpeningFacts, asked: OpeningQuestion = ASKED, rules: OpeningRules = RULES) -> list[str]:
    return [reason.code for reason in decide(asked, facts, rules).reasons]


def test_nothing_known_is_allowed():
    answer = decide(ASKED, OpeningFacts(), RULES)
    assert (answer.advice, answer.reasons) == ("allowed", ())
    assert "person decides" in answer.person_decides_en and "人员决定" in answer.person_decides_zh


@pytest.mark.parametrize(("facts", "asked", "reasons"), [
    (OpeningFacts(cards(1, NOW_MS)), ASKED, []),
    (OpeningFacts(cards(2, NOW_MS)), ASKED, ["1001"]),
    (OpeningFacts(cards(2, NOW_MS, PHONE)), ASKED, []),
    (OpeningFacts(cards(3)), ASKED, []),
    (OpeningFacts(cards(4)), ASKED, ["D401"]),
    (OpeningFacts(cards(4)), replace(ASKED, institution="CCB"), []),
    (OpeningFacts(cards(4, held=False)), ASKED, []),
    (OpeningFacts(cards(8, held=False)), ASKED, []),
    (OpeningFacts(cards(9, held=False)), ASKED, ["1002"]),
    (OpeningFacts(cards(9, kind=PHONE, held=False)), replace(ASKED, kind=PHONE, institution="mobile"), []),
    (OpeningFacts(cards(4, kind=PHONE)), replace(ASKED, kind=PHONE, institution="mobile"), []),
    (OpeningFacts(cards(5, kind=PHONE)), replace(ASKED, kind=PHONE, institution="mobile"), ["D402"]),
    (OpeningFacts(cards(9, NOW_MS)), replace(ASKED, corporate=True), []),
    (OpeningFacts(identities={"address": 8}), replace(ASKED, address="r"), []),
    (OpeningFacts(identities={"address": 9}), replace(ASKED, address="r"), ["D403"]),
    (OpeningFacts(identities={"address": 9}), ASKED, []),
    (OpeningFacts(identities={"agent": 49}), replace(ASKED, agent="a"), ["D404"]),
    (OpeningFacts(identities={"linked_phone": 1}), replace(ASKED, linked_phone="1"), ["D405"]),
    (OpeningFacts(phone_of_another=True), ASKED, ["D406"]),
    (OpeningFacts(cards(1, area=110101)), ASKED, ["D407"]),
    (OpeningFacts(cards(1, area=110101)), replace(ASKED, area=0), []),
    (OpeningFacts(confirmed=("a",)), ASKED, ["2001"]),
    (OpeningFacts(blocked=("a",)), ASKED, ["D408"]),
    (OpeningFacts(hit=("a",)), ASKED, ["D409"]),
])
def test_reasons_begin_at_their_limits(facts, asked, reasons):
    assert codes(facts, asked) == reasons
    worst = max((REASONS[code].advice for code in reasons), default=Advice.ALLOWED)
    assert decide(asked, facts, RULES).advice == worst.label


def test_the_worst_reason_decides_and_stands_first():
    facts = OpeningFacts(cards(4) + cards(2, NOW_MS), phone_of_another=True, hit=("a",))
    answer = decide(ASKED, facts, RULES)
    assert answer.advice == "refuse" and [r.code for r in answer.reasons] == ["D401", "1001", "D406", "D409"]


def test_where_the_bank_is_unknown_the_quota_asks_for_a_check():
    answer = decide(replace(ASKED, institution=""), OpeningFacts(cards(4) + cards(1, institution="CCB")), RULES)
    [reason] = answer.reasons
    assert (answer.advice, reason.code, reason.value) == ("verify", "D401", 5) and "not known" in reason.en


def test_rules_change_the_limits_and_the_version():
    lax = opening_rules({"debit_cards": 6, "frequent_cards": 9})
    assert codes(OpeningFacts(cards(5)), rules=lax) == [] and lax.version != RULES.version


def test_every_reason_says_why_on_what_basis_and_what_is_needed_in_both_languages():
    facts = OpeningFacts(cards(9, NOW_MS, area=110101), {"address": 99, "agent": 99, "linked_phone": 9}, True, ("a",),
                         ("b",), ("c",))
    asked = replace(ASKED, address="r", agent="a", linked_phone="1")
    phones = decide(replace(asked, kind=PHONE, institution="mobile"), OpeningFacts(cards(9, kind=PHONE)), RULES)
    given = {reason.code: reason for reason in (*decide(asked, facts, RULES).reasons, *phones.reasons)}
    assert set(given) == set(REASONS)
    for reason in given.values():
        said = (reason.zh, reason.en), (reason.basis_zh, reason.basis_en), (reason.needed_zh, reason.needed_en)
        for zh, en in said:
            assert zh and en and "{" not in zh + en and any("\u4e00" <= c <= "\u9fff" for c in zh)
    refusals = [r for r in given.values() if r.advice == "refuse"]
    assert all("art. 32" in r.needed_en and "第三十二条" in r.needed_zh for r in refusals) and len(refusals) == 5
