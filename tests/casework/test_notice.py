"""What the law asks of a notice stands in it, in both languages."""

import pytest
from jinja2 import UndefinedError

from casework import notice
from casework.card_case import Measure, Status
from casework.ladder import STEP_NAMES, Step
from casework.notice import PAPERS, Office, notice_texts
from tests.casework.people import MONDAY_MS

DAY_MS = 86_400_000


def approved(step=Step.LIMIT, until_ms=MONDAY_MS + 90 * DAY_MS, reason="短时间内大量主叫"):
    return Measure("M1", step, "li-wei", MONDAY_MS, reason, Status.IN_FORCE, "wang-fang", MONDAY_MS, until_ms,
                   MONDAY_MS + 30 * DAY_MS)


@pytest.mark.parametrize("kind", ["phone", "account"])
@pytest.mark.parametrize("step", Step)
def test_reason_law_remedy_papers_term_and_review_are_said(kind, step):
    office = Office("反诈中心", "the centre", "96110", "96110")
    zh, en = notice_texts(f"{kind}:6222021234567890", approved(step), office)
    article = {"phone": ("第十一条", "arts. 11 and 32"), "account": ("第十八条", "arts. 18 and 32")}[kind]
    for text, wanted in ((zh, ["M1", "短时间内大量主叫", STEP_NAMES[step][0], article[0], "反诈中心", "96110", "申诉",
                               "2026-05-31", "2026-04-01", "2026-03-02", *(p[0] for p in PAPERS[kind])]),
                         (en, ["M1", "短时间内大量主叫", STEP_NAMES[step][1], article[1], "the centre", "object",
                               "2026-05-31", "2026-04-01", "2026-03-02", *(p[1] for p in PAPERS[kind])])):
        assert not [word for word in wanted if word not in text], text
        assert "7890" in text and "6222021234567890" not in text


def test_without_an_end_the_review_is_said():
    zh, en = notice_texts("phone:1", approved(until_ms=0), Office())
    assert "未设期限" in zh and "no end is set" in en


def notice_texts_of(reason):
    return notice_texts("phone:1", approved(reason=reason), Office())


def test_what_an_officer_writes_stays_text():
    assert "A & B's <card>" in notice_texts_of("A & B's <card>")[1]
    assert "{{ reason }}" in notice_texts_of("{{ reason }}")[0]


def test_an_empty_place_is_an_error_and_no_notice():
    with pytest.raises(UndefinedError):
        notice._TEMPLATES.from_string("{{ nothing }}").render()
