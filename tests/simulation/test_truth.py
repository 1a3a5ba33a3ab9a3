"""The truth is what the streams show."""

from collections import defaultdict
from datetime import datetime

from simulation.rings.registry import SCENARIOS
from simulation.roles import FRAUD_ROLES, HONEST, HONEST_ROLES, VICTIM


def ms(text):
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def times_of_cards(cdr, txn):
    times = defaultdict(list)
    for event in cdr:
        for side in ("caller", "callee"):
            times[f"phone:{event[side]}"].append(event["event_time"])
    for event in txn:
        for side in ("payer", "payee"):
            times[f"account:{event[side]}"].append(event["event_time"])
    return times


def test_cards_act_from_first_to_last(city, cdr, txn):
    times = times_of_cards(cdr, txn)
    for row in city.truth():
        first, last = ms(row["from"]), ms(row["to"])
        assert first <= last
        assert {first, last} <= set(times[row["card"]]), row


def test_every_scenario_and_role_occurs_once_a_card(city):
    truth = city.truth()
    assert len({row["card"] for row in truth}) == len(truth)
    assert {row["scenario"] for row in truth if row["role"] in FRAUD_ROLES} == {s.name for s in SCENARIOS}
    honest = {row["role"] for row in truth if row["scenario"] == HONEST}
    assert set(HONEST_ROLES) - honest <= {"payday_pass", "sms_marketer"}  # not every city has a payday in the window
    assert {row["role"] for row in truth} <= {*FRAUD_ROLES, VICTIM, *HONEST_ROLES}


def test_victims_are_called_before_they_pay(city, cdr, txn):
    """The long call from a fraud phone precedes the first payment to a mule by less than a day."""
    truth = {row["card"]: row for row in city.truth()}
    for scam in ("impersonation", "refund"):
        called = {row["card"][6:] for row in truth.values() if row["role"] == VICTIM and row["scenario"] == scam
                  and row["card"].startswith("phone:")}
        assert called
        long_calls = [e for e in cdr if e["callee"] in called and e.get("duration_s", 0) >= 150
                      and truth.get(f"phone:{e['caller']}", {}).get("role") == "fraud_phone"]
        assert {e["callee"] for e in long_calls} == called
        paid = [row for row in truth.values() if row["role"] == VICTIM and row["scenario"] == scam
                and row["card"].startswith("account:")]
        first_call = min(e["event_time"] for e in long_calls)
        assert paid and all(ms(row["from"]) > first_call for row in paid)


def test_fraud_cards_have_ordinary_traffic_too(city, cdr):
    fraud = {row["card"][6:] for row in city.truth() if row["role"] == "fraud_phone"}
    reached = {event["callee"] for event in cdr} & fraud
    assert len(reached) > 0.4 * len(fraud)


def test_verdicts_come_late_and_mostly_true(city):
    truth = {row["card"]: row for row in city.truth()}
    verdicts = city.events("verdict")
    for event in verdicts:
        row = truth.get(event["card"])
        if event["verdict"] == "confirmed":
            assert row["role"] in FRAUD_ROLES
            assert event["event_time"] >= ms(row["from"]) + 86_400_000
        else:
            assert row is None or row["role"] not in FRAUD_ROLES
    cards = {event["card"] for event in city.events("lead")}
    fraud = {card for card, row in truth.items() if row["role"] in FRAUD_ROLES}
    assert cards & fraud and cards - fraud
