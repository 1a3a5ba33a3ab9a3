"""The operator's page: what the tables say, dead letters shown safely, and no need of a store."""

import re

import pytest
from fastapi.testclient import TestClient

from connectors.case_log import lookups
from connectors.errors import StoreDeniedError
from console.accounts.duties import Duty
from console.accounts.user_file import UserFile
from console.app import create_app
from console.raw_record import shown
from console.refreshed import Answer
from console.serve import opened
from jobs.doctor.finding import bad, ok
from jobs.settings import load_settings
from tests.console.operating_station import RUN, fill_counts, fill_models
from tests.console.station import PASSWORD, Browser, Clock


@pytest.fixture(scope="module")
def operated(store, ground):
    fill_counts(store, ground[1]())
    fill_models(store, ground[1]())
    ground[0].beside.system.refresh()
    ground[0].beside.checks._last = Answer([ok("store", "there"), bad("java", "none", "install it")], 1)
    ground[0].beside.checks._due_s = float("inf")
    return store


def row_of(html: str, name: str) -> list[str]:
    """Texts of the cells of the row whose head holds a name."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if name in row)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]


def test_the_page_says_lag_throughput_and_whether_every_record_is_accounted_for(operated, signed_in):
    html = signed_in("operator").get("/system").text
    read = operated.query(f"SELECT sum(records) AS n FROM chunk_counts WHERE run_id = '{RUN}'")[0]["n"]
    balance = row_of(html, RUN)
    assert balance[1:7] == [f"{read:,}", f"{read - 3:,}", "2", "1", "0", "平衡"] and balance[7] == "12"
    lossy = row_of(html, "run-lossy")
    assert lossy[5] == "1" and lossy[6] == "不平衡"
    assert f"{read:,} 条" in html and "作业正在读入" in html
    calls = row_of(html, "话单")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d", calls[1]) and calls[2] and calls[5] == "1"


def test_hits_versions_sizes_and_checks_with_their_fix_are_there(operated, signed_in):
    html = signed_in("admin").get("/system").text
    assert re.search(r'class="level red">红 <span class="n">1<', html)
    assert "t-2026-03" in html and "2 · cccc" in html and "3 · 5555" in html
    assert "case_events" in html and "install it" in html and "Java 运行环境" in html


def test_a_refused_record_is_shown_masked_and_escaped_and_every_look_is_noted(operated, signed_in):
    operator = signed_in("operator")
    listed = operator.get("/system/dead?topic=cdr&reason=bad_time").text
    assert "/system/dead/a1" in listed and "13812345678" not in listed and "dead/b2" not in listed
    before = len(lookups(operated, "dead:a1"))
    html = operator.get("/system/dead/a1").text
    assert "138********" in html and "13812345678" not in html
    assert "<script>alert" not in html and "&lt;script&gt;alert(1)" in html
    looks = lookups(operated, "dead:a1")
    assert len(looks) == before + 1 and (looks[0]["officer"], looks[0]["command"]) == ("user:operator", "dead letter")
    assert "dead:a1" in signed_in("zhou-yi").get("/audit").text


def test_what_is_no_text_is_shown_as_bytes_without_a_digit_of_a_number(operated, signed_in):
    html = signed_in("operator").get("/system/dead/b2").text
    assert "00 01 02 03" in html and "0100  ff 2a 2a 2a" in html
    assert "268 字节" in html and "仅显示开头" not in html
    assert "31 33 38" not in html and "138" not in html.partition('class="raw"')[2].partition("</pre>")[0]
    assert signed_in("operator").get("/system/dead/none").status_code == 404


@pytest.mark.parametrize("raw", [
    "13812345678".encode("utf-16"), b'{"caller": "\\u0031\\u0033\\u0038\\u0031\\u0032\\u0033"}',
    b"%31%33%38%31%32%33%34%35",
    b"\x00" + b"13812345678"])
def test_numbers_in_another_coding_are_shown_as_bytes_without_digits(raw):
    told = shown(raw, len(raw))
    assert told.text is None and not any(set("0123456789") & set(chars) for _, _, chars in told.lines)


def test_a_cut_through_a_character_leaves_text_and_long_records_say_that_they_are_cut():
    raw = "网络电话".encode() * 2000
    told = shown(raw[:4096], len(raw))
    assert told.text is not None and told.is_cut and told.text.startswith("网络")
    assert shown(b"", 0).text == ""


def test_a_store_user_who_may_not_read_raw_records_is_told_so(operated, signed_in, monkeypatch):
    def deny(*_):
        raise StoreDeniedError("no")

    monkeypatch.setattr("console.pages.system.dead_letter_raw", deny)
    answer = signed_in("operator").get("/system/dead/a1")
    assert answer.status_code == 200 and "无权读取原文" in answer.text


def test_officers_analysts_and_auditors_see_neither_the_page_nor_a_record(operated, signed_in):
    for name in ("li-wei", "wang-fang", "analyst", "zhou-yi"):
        for path in ("/system", "/system/dead?topic=cdr&reason=bad_time", "/system/dead/a1"):
            assert signed_in(name).get(path).status_code == 403


def test_the_page_asks_for_its_own_content_and_that_keeps_no_session_alive(operated, browser, ground):
    person = browser().sign_in("operator")
    part = person.get("/system", headers={"x-part": "system", "x-by-itself": "1"}).text
    assert "<html" not in part and RUN in part
    ground[1].ahead_ms += 31 * 60_000
    assert person.get("/system", headers={"x-part": "system", "x-by-itself": "1"}).status_code == 401


def test_without_a_store_the_page_is_there_and_says_what_is_wrong(tmp_path):
    clock, users = Clock(), UserFile(tmp_path / "u.sqlite")
    users.add("operator", Duty.OPERATOR)
    users.set_password("operator", PASSWORD)
    settings = load_settings(store="clickhouse://nobody@127.0.0.1:1/none", state=tmp_path, bus=f"file://{tmp_path}")
    with opened(settings, users, now_ms=clock) as context:
        person = Browser(TestClient(create_app(context)), clock).sign_in("operator")
        context.beside.checks.refresh()
        answer = person.get("/system")
    assert answer.status_code == 200 and "数据库没有应答" in answer.text
    assert re.search(r'check bad">故障</span></td><th scope="row">数据库<', answer.text), "the doctor's own word on it"
    assert "数据库暂时没有应答" not in answer.text
