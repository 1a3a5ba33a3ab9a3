"""Territory first, then load, then name; and the first officer."""

import pytest

from casework.assignment import handler_for
from casework.event import Act
from casework.officers import Officer, Role, add_officer, retire_officer
from casework.refusal import CaseRefused
from tests.casework.people import CHEN, GONE, LI, MONDAY_MS, PEOPLE, WANG, ZHAO


def test_the_narrowest_territory_comes_first_whatever_the_load():
    assert handler_for("510104", PEOPLE.values(), {"li-wei": 99}) is LI
    assert handler_for("510704", PEOPLE.values(), {}) is ZHAO
    assert handler_for("511102", PEOPLE.values(), {}) is WANG
    assert handler_for("440305", PEOPLE.values(), {}) is CHEN


def test_then_the_least_load_then_the_name():
    second = Officer("an-bo", Role.HANDLER, ("5101",))
    assert handler_for("510104", [LI, second], {"an-bo": 3, "li-wei": 2}) is LI
    assert handler_for("510104", [LI, second], {}) is second
    assert handler_for("", [WANG, second], {"an-bo": 1}) is WANG


def test_nobody_gets_what_nobody_covers_and_no_one_who_left_gets_anything():
    assert handler_for("440305", [LI, GONE], {}) is None


def act(name):
    return Act("", name, MONDAY_MS)


def test_the_first_officer_is_a_supervisor_and_others_are_registered_by_one():
    made = add_officer(None, None, act("wang-fang"), "wang-fang", Role.SUPERVISOR, ["51"], is_first=True)
    assert made[0].action == "officer_added"
    for by, code in ((LI, "not_supervisor"), (None, "unknown_officer"), (GONE, "inactive_officer")):
        with pytest.raises(CaseRefused) as refused:
            add_officer(None, by, act("x"), "new", Role.HANDLER, ["51"], is_first=False)
        assert refused.value.code == code
        with pytest.raises(CaseRefused):
            retire_officer(LI, by, act("x"), "li-wei")
    with pytest.raises(CaseRefused, match="first officer"):
        add_officer(None, None, act("x"), "x", Role.HANDLER, ["51"], is_first=True)


@pytest.mark.parametrize(("name", "territories"), [
    ("a b", ["51"]), ("system:x", ["51"]), ("", ["51"]), ("王" * 30, ["51"]), ("a\u200bb", ["51"]),
    ("a", []), ("a", ["5"]), ("a", ["sichuan"]),
])
def test_names_and_territories_are_checked(name, territories):
    with pytest.raises(CaseRefused):
        add_officer(None, WANG, act("wang-fang"), name, Role.HANDLER, territories, is_first=False)
