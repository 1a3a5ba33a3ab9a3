"""A list's word puts a floor under the risk, its share adds up, and nothing changes without one."""

import pytest

from models.explanation import explain, recompute
from models.fusion import evidence_codes
from models.list_findings import CODES, ListFinding, floors
from models.rules import BadRules, default_rules, parse_rules, write_rules
from models.scorer import FEATURE_NAMES

RULES = default_rules()
ACCOUNT = 1
VALUES = [0.0] * len(FEATURE_NAMES[ACCOUNT])
NOTHING = [0.0] * len(evidence_codes(ACCOUNT))


def finding(code="2001", floor=750.0, name="city"):
    return ListFinding(code, name, 1_700_000_000, "case 17 [Li Wei]", floor)


@pytest.mark.parametrize("found", [[finding()], [finding("3004", 450.0), finding()], [finding("3001", 10.0)]])
@pytest.mark.parametrize("strength", [0.0, 0.4, 0.99])
def test_points_add_up_to_the_risk_with_the_floor(found, strength):
    pieces = [strength, *NOTHING[1:]]
    plain, with_lists = (explain(ACCOUNT, VALUES, pieces, RULES, None, f) for f in ([], found))
    assert with_lists.risk == max(plain.risk, *(f.floor for f in found))
    assert sum(r.points for r in with_lists.reasons) == pytest.approx(with_lists.risk)
    assert {r.code for r in with_lists.reasons} >= {f.code for f in found}
    assert with_lists.level >= plain.level and with_lists.shares.rules.tolist() == plain.shares.rules.tolist()


def test_words_name_list_time_and_reason_in_both_languages():
    (reason,) = explain(ACCOUNT, VALUES, NOTHING, RULES, None, [finding()]).reasons
    assert reason.zh == "涉案账户或号码：自2023-11-15 06:13（北京时间）起在名单“city”上；原因：case 17 [Li Wei]"
    assert reason.en == "case-involved card: on list city since 2023-11-15 06:13 (UTC+8); reason: case 17 [Li Wei]"
    zh, en = finding("3005").words()
    assert zh.startswith("付款方涉案") and en == "the payer is case-involved: the other account is on list city"


def test_a_recomputed_row_says_the_same():
    stored = explain(ACCOUNT, VALUES, NOTHING, RULES, None, [finding()])
    assert recompute(ACCOUNT, VALUES, stored.strength, RULES, None, [finding()]).reasons == stored.reasons


def test_floors_are_those_of_the_levels_in_force():
    assert floors(RULES, False) == {
        "2001": 750, "3002": 750, "3003": 600, "3001": 600, "3004": 450, "3005": 600,
    }  # fmt: skip
    assert floors(RULES, True)["2001"] == RULES.model_levels["orange"]
    assert floors(parse_rules("[watchlists]\ncase_involved = 0"), True)["2001"] == 0
    assert set(CODES.values()) == set(RULES.watchlists)


def test_rules_without_lists_keep_the_version_they_had():
    other = parse_rules("[watchlists]\ncase_involved = 4")
    assert other.version != RULES.version and parse_rules(write_rules(other)).version == other.version
    assert parse_rules(write_rules(RULES)).version == RULES.version
    # What release 0.2.0 wrote names no lists.
    text = write_rules(RULES)
    assert parse_rules(text[: text.index("[watchlists]")]).version == RULES.version


@pytest.mark.parametrize("value", ["5", "-1", "1.5", '"red"'])
def test_a_level_is_one_of_five(value):
    with pytest.raises(BadRules, match="watchlists"):
        parse_rules(f"[watchlists]\ncase_involved = {value}")
