"""Fraud differs by what it does, not by the form of its numbers or the fields it fills."""

from collections import Counter

import pytest

from features.events import TOPICS
from simulation.roles import FRAUD_ROLES


@pytest.fixture(scope="module")
def bad_city(make_city):
    """Many rings, so that shares among fraud cards are known to a few percent."""
    return make_city(people=2_000, days=3, seed=23, fraud_phones_per_1000=25, mules_per_1000=25)


def fraud(city):
    return {row["card"].partition(":")[2] for row in city.truth() if row["role"] in FRAUD_ROLES}


def same_presence(own, honest, names):
    """Presence rates agree within four standard errors."""
    assert len(own) > 10
    for name in names:
        here, there = (sum(name in e for e in events) / len(events) for events in (own, honest))
        assert abs(here - there) <= 4 * (max(there * (1 - there), 0.005) / len(own)) ** 0.5 + 0.002, (name, here, there)


@pytest.mark.parametrize("kind", ["voice", "sms"])
def test_optional_fields_of_calls(bad_city, kind):
    bad = fraud(bad_city)
    events = [e for e in bad_city.events("cdr") if e["kind"] == kind]
    lines = {e["caller"] for e in events if "imsi" in e}
    own = [e for e in events if e["caller"] in bad]
    honest = [e for e in events if e["caller"] in lines - bad]
    names = [f.name for f in TOPICS["cdr"].fields if not f.required]
    same_presence(own, honest, names)


@pytest.mark.parametrize("channels", [("mobile", "online", "third_party"), ("atm", "pos")])
def test_optional_fields_of_payments(bad_city, channels):
    """Compared among accounts with a phone; shop, biller and cash accounts are companies."""
    bad = fraud(bad_city)
    events = [e for e in bad_city.events("txn") if e.get("channel") in channels]
    own = [e for e in events if e["payer"] in bad]
    honest = [e for e in events if e["payer"] not in bad]
    names = ["currency", "payer_bank", "payee_bank", "balance_after", "device", "ip", "area"]
    same_presence(own, honest, names)


_DIGITS = str.maketrans("012345678", "999999999")


def shape(value):
    return str(value).translate(_DIGITS)


@pytest.mark.parametrize(("topic", "side", "names"), [
    ("cdr", "caller", ("caller", "imei", "imsi", "cell", "area", "home_area", "operator", "event_id")),
    ("txn", "payer", ("payer", "payee", "payer_phone", "device", "area", "currency", "event_id")),
    ("card", "card", ("card", "holder", "branch", "clerk", "agent", "address", "linked_phone", "area", "event_id"))])
def test_values_have_the_same_form(bad_city, topic, side, names):
    bad = fraud(bad_city)
    events = bad_city.events(topic)
    for name in names:
        forms = Counter(shape(e[name]) for e in events if name in e and e[side].partition(":")[2] not in bad
                        and e[side] not in bad)
        own = {shape(e[name]) for e in events if name in e and (e[side] in bad or e[side].partition(":")[2] in bad)}
        assert own <= forms.keys(), name


def test_numbers_come_from_the_same_ranges(bad_city):
    bad = fraud(bad_city)
    lines = {e["caller"] for e in bad_city.events("cdr") if "imsi" in e}
    blocks = {n[:7] for n in lines - bad}
    assert {n[:7] for n in lines & bad} <= blocks
    models = Counter(e["imei"][:8] for e in bad_city.events("cdr") if "imei" in e and e["caller"] not in bad)
    own = {e["imei"][:8] for e in bad_city.events("cdr") if "imei" in e and e["caller"] in bad}
    assert len(own & models.keys()) > 0.9 * len(own)


def test_order_of_identifiers_does_not_tell(bad_city):
    """The last digits of identifiers and of times are even, within four standard errors."""
    bad = fraud(bad_city)
    last = Counter(e["event_id"][-1] for e in bad_city.events("cdr") if e["caller"] in bad)
    total = sum(last.values())
    room = 4 * (0.1 * 0.9 / total) ** 0.5
    assert total > 400
    assert max(abs(count / total - 0.1) for count in last.values()) < room
    milli = Counter(e["event_time"] % 10 for e in bad_city.events("cdr") if e["caller"] in bad)
    assert max(abs(count / total - 0.1) for count in milli.values()) < room


def test_strangers_are_called_by_honest_people_too(bad_city):
    """Numbers outside the register are nothing special."""
    bad = fraud(bad_city)
    lines = {e["card"][6:] for e in bad_city.events("card") if e["card"].startswith("phone:")}
    callers = {e["caller"] for e in bad_city.events("cdr") if e["callee"] not in lines}
    assert len(callers - bad) > 20 * len(callers & bad)
