"""A lead from its receipt to its outcome, and what is refused on the way."""

import pytest

from casework.lead_case import (
    Lead,
    Outcome,
    assign_lead,
    close_lead,
    dispatch_lead,
    lead_case,
    receipt_lead,
    take_lead,
)
from casework.refusal import CaseRefused
from tests.casework.people import LI, MONDAY_MS, PEOPLE, ZHAO, Memory

LEAD = Lead("L1", "phone:13800000001", "provincial-center", MONDAY_MS, MONDAY_MS + 1, "510104")


@pytest.fixture
def desk():
    return Memory()


def do(desk, officer, how, *given, reason="", command_id=""):
    def decide(before, by, act):
        if how is dispatch_lead:
            return how(lead_case(before), LEAD, *given, act)
        return how(lead_case(before), LEAD, by, *given, act)

    return desk.do("lead:L1", list, decide, officer, reason, command_id)


def assigned(desk, name, by="wang-fang", reason=""):
    return do(desk, by, assign_lead, PEOPLE.get(name), name, reason=reason)


def refused(code, desk, *args, **kwargs):
    before = list(desk.events["lead:L1"])
    with pytest.raises(CaseRefused) as error:
        do(desk, *args, **kwargs)
    assert error.value.code == code and error.value.zh and error.value.en
    assert desk.events["lead:L1"] == before


def test_dispatched_taken_receipted_closed(desk):
    assert do(desk, "", dispatch_lead, LI)[0].act.officer == "system:dispatch"
    assert do(desk, "", dispatch_lead, ZHAO) == []
    do(desk, "li-wei", take_lead)
    assert do(desk, "li-wei", take_lead) == []
    do(desk, "li-wei", receipt_lead)
    done = do(desk, "li-wei", close_lead, Outcome.CONFIRMED, "confirmed")
    assert done[0].act.payload == {"outcome": "confirmed", "card": LEAD.card, "source": LEAD.source}
    case = lead_case(desk.events["lead:L1"])
    assert (case.handler, case.receipted, case.outcome) == ("li-wei", True, Outcome.CONFIRMED)


def test_a_closed_lead_is_not_acted_on(desk):
    do(desk, "li-wei", take_lead)
    do(desk, "li-wei", close_lead, Outcome.UNDECIDED, None, reason="查无此卡")
    refused("closed_lead", desk, "li-wei", take_lead)
    refused("closed_lead", desk, "li-wei", receipt_lead)
    refused("closed_lead", desk, "li-wei", close_lead, Outcome.UNDECIDED, None, reason="x")
    refused("closed_lead", desk, "wang-fang", assign_lead, LI, "li-wei", reason="x")
    assert do(desk, "", dispatch_lead, LI) == []


@pytest.mark.parametrize(("name", "code"), [("nobody", "unknown_officer"), ("sun-li", "inactive_officer"),
                                            ("zhao-min", "outside_territory")])
def test_who_may_not_act_takes_no_lead(desk, name, code):
    refused(code, desk, name, take_lead)
    do(desk, "li-wei", take_lead)
    refused(code, desk, name, receipt_lead)
    refused(code, desk, name, close_lead, Outcome.UNDECIDED, None, reason="x")
    refused(code, desk, "wang-fang", assign_lead, PEOPLE.get(name), name, reason="x")


def test_another_s_lead_is_left_alone(desk):
    do(desk, "li-wei", take_lead)
    refused("taken", desk, "wang-fang", take_lead)
    refused("not_handler", desk, "wang-fang", receipt_lead)
    refused("not_handler", desk, "chen-jie", close_lead, Outcome.CONFIRMED, "confirmed")
    refused("not_supervisor", desk, "li-wei", assign_lead, LI, "li-wei")
    refused("no_reason", desk, "wang-fang", assign_lead, PEOPLE["chen-jie"], "chen-jie")
    assert assigned(desk, "chen-jie", reason="休假")[0].act.payload["handler"] == "chen-jie"
    refused("not_handler", desk, "li-wei", receipt_lead)


def test_nobody_s_lead_is_taken_before_it_is_worked(desk):
    refused("not_handler", desk, "li-wei", receipt_lead)


@pytest.mark.parametrize("verdict", [None, "cleared"])
def test_an_outcome_says_what_the_verdict_says(desk, verdict):
    do(desk, "li-wei", take_lead)
    refused("no_verdict", desk, "li-wei", close_lead, Outcome.CONFIRMED, verdict)
    refused("no_reason", desk, "li-wei", close_lead, Outcome.UNDECIDED, verdict, reason=" ")


def test_a_receipt_is_given_once_and_a_repeated_command_changes_nothing(desk):
    do(desk, "li-wei", take_lead)
    do(desk, "li-wei", receipt_lead, command_id="same")
    assert do(desk, "li-wei", receipt_lead, command_id="same") == []
    refused("receipted", desk, "li-wei", receipt_lead)
