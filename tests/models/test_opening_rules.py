"""The table [openings]: defaults, what is refused, and that hits know nothing of it."""

import tomllib

import pytest

from models.opening_findings import is_reached
from models.opening_rules import DEFAULTS, BadOpeningRules, OpeningRules, opening_rules, write_opening_rules
from models.rules import BadRules, default_rules, parse_rules


def test_what_is_written_reads_back_the_same():
    rules = opening_rules({"debit_cards": 7, "issuers": {"622262": "交通银行"}})
    again = opening_rules(tomllib.loads(write_opening_rules(rules))["openings"])
    assert again == rules and again.version == rules.version != OpeningRules().version
    assert opening_rules({}).version == OpeningRules().version


@pytest.mark.parametrize(("given", "said"), [
    ({"debit_card": 5}, "did you mean 'debit_cards'"), ({"debit_cards": 0}, "must be 1 to"),
    ({"frequent_cards": 1}, "must be 2 to"), ({"debit_cards": 2.5}, "whole number"),
    ({"debit_cards": True}, "whole number"),
    ({"debit_cards": float("nan")}, "whole number"), ({"debit_cards": "4"}, "whole number"),
    ({"address_identities": 256}, "must be 2 to 255"), ({"home_digits": 3}, "2 .province. or 4"),
    ({"hit_level": 5}, "1 .blue. to 4"), ({"issuers": {"62x": "B"}}, "digits"), ({"issuers": 3}, "digits"),
    ({"issuers": {"62": ""}}, "digits"), (7, "must be a table")])
def test_wrong_values_are_refused_with_what_was_given(given, said):
    with pytest.raises(BadOpeningRules, match=said):
        opening_rules(given)


def test_the_rules_of_hits_keep_their_version_and_refuse_a_wrong_table():
    assert parse_rules("[openings]\ndebit_cards = 5").version == default_rules().version
    with pytest.raises(BadRules, match="did you mean 'debit_cards'"):
        parse_rules("[openings]\ndebit_card = 5")


def test_every_default_can_be_given():
    assert opening_rules(dict(DEFAULTS)).values == DEFAULTS


def test_a_limit_is_reached_once_and_at_each_doubling():
    assert [v for v in range(100) if is_reached(v, 5)] == [5, 10, 20, 40, 80]
