"""Look-ups that stand out, and those that do not."""

from datetime import datetime

from casework.clocks import CHINA
from casework.lookup_review import MANY_CARDS, MANY_TIMES, MANY_UNDER_ONE_PURPOSE, Sign, unusual

NOON = round(datetime(2026, 3, 2, 12, tzinfo=CHINA).timestamp() * 1000)
HOUR_MS = 3_600_000


def looks(n, *, officer="li", purpose="case {}", subject="phone:{}", start_ms=NOON, step_ms=1000, command="card"):
    return [{"at_ms": start_ms + step_ms * i, "officer": officer, "purpose": purpose.format(i), "command": command,
             "subject": subject.format(i)} for i in range(n)]


def signs(rows):
    return [(each.officer, each.sign, each.n) for each in unusual(rows)]


def test_many_cards_within_an_hour():
    assert signs(looks(MANY_CARDS)) == [("li", Sign.MANY_CARDS, MANY_CARDS)]
    assert signs(looks(MANY_CARDS - 1)) == []
    assert signs(looks(MANY_CARDS, step_ms=HOUR_MS // 10, start_ms=NOON - 4 * HOUR_MS)) == [], "over four hours"
    assert signs(looks(MANY_CARDS // 2) + looks(MANY_CARDS // 2, officer="wang", subject="account:{}")) == []


def test_many_cards_under_one_purpose():
    rows = looks(MANY_UNDER_ONE_PURPOSE, purpose="check", step_ms=HOUR_MS // 5, start_ms=NOON - 3 * HOUR_MS)
    assert signs(rows) == [("li", Sign.ONE_PURPOSE, MANY_UNDER_ONE_PURPOSE)] and unusual(rows)[0].about == "check"
    assert signs(rows[1:]) == []


def test_one_card_again_and_again():
    rows = looks(MANY_TIMES, subject="phone:138")
    assert signs(rows) == [("li", Sign.ONE_CARD, MANY_TIMES)] and unusual(rows)[0].about == "phone:138"
    assert signs(rows[1:]) == []


def test_at_night_by_the_clock_of_china_and_the_latest_first():
    night = round(datetime(2026, 3, 3, 2, tzinfo=CHINA).timestamp() * 1000)
    rows = looks(2, start_ms=night) + looks(1, officer="wang", start_ms=night + HOUR_MS)
    assert signs(rows) == [("wang", Sign.NIGHT, 1), ("li", Sign.NIGHT, 2)]


def test_lists_and_audits_are_passed_over():
    assert signs(looks(100, subject="*") + looks(100, subject="card:{}", command="audit show")) == []


def test_steps_within_a_picture_are_one_look_each_half_hour():
    steps = looks(3 * MANY_TIMES, subject="account:62", purpose="check", command="flow")
    assert signs(steps) == []
    again = [row | {"at_ms": row["at_ms"] + k * HOUR_MS // 2} for k in range(MANY_TIMES) for row in steps]
    assert signs(again) == [("li", Sign.ONE_CARD, MANY_TIMES)]
