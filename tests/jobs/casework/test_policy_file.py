"""The file of case work: what it may say, and how it is refused."""

import pytest

from casework.notice import Office
from casework.policy import Policy
from casework.refusal import BadPolicy
from jobs.casework.policy_file import load_policy


def test_periods_and_office_are_read(tmp_path):
    path = tmp_path / "casework.toml"
    path.write_text('appeal_hours = 18\nholidays = [2026-10-01]\n[office]\nname_zh = "反诈中心"\n')
    policy, office = load_policy(path)
    assert (policy.appeal_hours, policy.holidays, policy.lead_hours) == (18, ("2026-10-01",), Policy().lead_hours)
    assert (office.name_zh, office.name_en) == ("反诈中心", Office().name_en)
    assert load_policy(None) == (Policy(), Office())


@pytest.mark.parametrize(("text", "says"), [
    ("appeal_hour = 1", "did you mean 'appeal_hours'"), ("[office]\nname = 'x'", "did you mean 'name_"),
    ("[office]\nname_zh = 3", "office.name_zh is a text"), ("office = 3", "office is a table"), ("=", "not TOML"),
])
def test_a_wrong_file_is_refused_by_its_name(tmp_path, text, says):
    path = tmp_path / "casework.toml"
    path.write_text(text)
    with pytest.raises(BadPolicy, match=f"casework.toml.*{says}"):
        load_policy(path)
    with pytest.raises(BadPolicy, match="cannot be read"):
        load_policy(tmp_path / "none.toml")
