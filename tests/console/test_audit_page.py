"""The auditor's page: turned a page at a time, filtered, about one subject for a purpose, and never fooled."""

import random
import re
from datetime import datetime

import pytest

from casework.clocks import CHINA
from casework.event import Act
from casework.lookup_review import (
    MANY_CARDS,
    MANY_TIMES,
    MANY_UNDER_ONE_PURPOSE,
    NIGHT,
    SITTING_MS,
    STEPWISE,
    Sign,
    unusual,
)
from casework.officers import Role, add_officer
from connectors.case_log import lookups, note_lookup
from connectors.queries.audit_log import LogFilter, act_page, look_page
from connectors.queries.unusual_lookups import unusual_lookups
from console.trail_check import TrailCheck
from jobs.casework.desk import Desk
from tests.console.station import CHENGDU, MIANYANG

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
OLD_MS = 1_772_416_800_000


def looks_of(html: str) -> list[str]:
    table = html.partition('id="looked"')[2].partition("</table>")[0]
    return re.findall(r"<tr><td[^>]*>[^<]*</td><td[^>]*>[^<]*</td><td>([^<]*)</td>", table)


def test_who_looked_at_a_card_is_asked_with_a_purpose_and_answered_under_an_address_without_its_number(
        signed_in, store, ground):
    person, at = signed_in("zhou-yi"), ground[1]()
    note_lookup(store, at, "li-wei", "case 41", "card", CHENGDU)
    note_lookup(store, at, "li-wei", "case 42", "card", MIANYANG)
    refused = person.post("/audit", {"subject": "138 0000 0001"})
    assert refused.status_code == 422 and "case 41" not in refused.text and "写明目的" in refused.text
    answer = person.post("/audit", {"subject": "138 0000 0001", "purpose": "complaint 7"})
    assert answer.status_code == 200 and looks_of(answer.text) == ["case 41"], "the number alone, however it is typed"
    assert "13800000001" not in str(answer.url) and "13800000001" not in answer.text.replace("138 0000 0001", "")
    noted = lookups(store, "138 0000 0001", 5)
    assert [(row["officer"], row["purpose"], row["command"]) for row in noted] == [
        ("zhou-yi", "complaint 7", "audit show")]
    again = person.get(str(answer.url).removeprefix("http://testserver"))
    assert looks_of(again.text) == ["case 41"], "the address can be opened again"
    assert "case 42" not in again.text and "officer:li-wei" not in again.text


def test_an_address_about_a_card_asks_for_the_purpose_first(browser, ground):
    person, reference = browser().sign_in("zhou-yi"), ground[0].references.of(CHENGDU)
    html = person.get(f"/audit?subject={reference}").text
    assert "写明目的" in html and 'id="looked"' not in html
    assert person.get("/audit?subject=made-up").status_code == 200


def test_the_log_is_turned_page_by_page_and_nothing_is_left_out_or_shown_twice(signed_in, store, monkeypatch):
    monkeypatch.setattr("console.pages.audit.ROWS", 7)
    for k in range(30):  # three at each moment
        note_lookup(store, OLD_MS + k // 3, "pager", f"turn {k:02}", "card", f"phone:1390000{k:04}")
    seen, path = [], "/audit?by=pager&what=look%3Acard"
    pages = 0
    while path:
        html = signed_in("zhou-yi").get(path).text
        seen, pages = seen + looks_of(html), pages + 1
        assert 'id="acts"' not in html and ">30<" in html
        more = re.search(r'href="(/audit\?[^"]+)" rel="next"', html)
        path = more and more[1].replace("&amp;", "&")
    assert sorted(seen) == [f"turn {k:02}" for k in range(30)] and pages == 4
    assert [int(text[5:]) // 3 for text in seen] == [k // 3 for k in range(29, -1, -1)]


def test_the_log_is_filtered_by_person_act_and_period_and_senseless_filters_are_no_error(signed_in, store):
    day = datetime(2026, 3, 5, 12, tzinfo=CHINA).timestamp() * 1000
    for days, who, command in ((0, "filter-a", "card"), (1, "filter-a", "search"), (2, "filter-b", "card")):
        note_lookup(store, int(day + days * DAY_MS), who, f"{who} {command} {days}", command, "phone:13900009999")

    def found(query):
        answer = signed_in("zhou-yi").get(f"/audit?{query}")
        assert answer.status_code == 200
        return [text for text in looks_of(answer.text) if text.startswith("filter-")]

    assert found("by=filter-a") == ["filter-a search 1", "filter-a card 0"]
    assert found("what=look%3Acard&begin=2026-03-05&end=2026-03-07") == ["filter-b card 2", "filter-a card 0"]
    assert found("begin=2026-03-06&end=2026-03-06") == ["filter-a search 1"]
    assert found("end=2026-03-04") == [] and found("by=' OR 1=1 --") == []
    assert len(found("begin=2026-13-99&end=x&what=look%3Anone&looks=-5&acts=9999999999999999999&end=2026-03-07")) == 3
    html = signed_in("zhou-yi").get("/audit?what=act%3Aofficer_added&by=wang-fang").text
    assert 'id="looked"' not in html and "登记民警" in html


def test_events_of_a_lead_and_of_an_officer_are_found_by_their_bare_names(signed_in):
    html = signed_in("zhou-yi").post("/audit", {"subject": "li-wei", "purpose": "review"}).text
    acts = html.partition('id="acts"')[2]
    assert acts.count("officer:li-wei") == 1 and "officer:zhao-min" not in acts


def test_looks_that_stand_out_are_those_that_the_rule_says(store):
    rng, at, rows = random.Random(5), OLD_MS + 40 * DAY_MS, []
    for _ in range(9000):
        rows.append({"at_ms": at + rng.randrange(30 * HOUR_MS), "officer": f"odd-{rng.randrange(2)}",
                     "purpose": f"p{rng.randrange(8)}",
                     "command": rng.choice(("card", "card", "flow", "calls", "search", "audit show")),
                     "subject": rng.choice(("*", f"phone:{rng.randrange(60)}",
                                                f"phone:{rng.randrange(9000)}"))})
    store.insert("lookups", {"lookup_id": [f"odd{n}" for n in range(len(rows))], "at": [r["at_ms"] for r in rows]}
                 | {name: [row[name] for row in rows] for name in ("officer", "purpose", "command", "subject")})
    limits = (MANY_CARDS, MANY_UNDER_ONE_PURPOSE, MANY_TIMES, NIGHT, STEPWISE, SITTING_MS)
    counted = {(r["officer"], r["sign"], r["n"], r["last_ms"], r["about"])
               for r in unusual_lookups(store, at, *limits, 1000) if r["officer"].startswith("odd-")}
    told = {(u.officer, str(u.sign), u.n, u.last_ms, u.about) for u in unusual(rows)}
    assert counted == told and {sign for _, sign, *_ in told} == set(Sign)
    later = unusual_lookups(store, at + 2 * DAY_MS, *limits, 1000)
    assert not [row for row in later if row["officer"].startswith("odd-")]


@pytest.fixture
def chains(store):
    """Cards of their own with three events each, in slices of a few events."""
    desk = Desk(store, None)
    for n in range(12):
        desk.carry_out(f"card:phone:177{n:08}", Act("", "li-wei", OLD_MS, command_id="made"), lambda before, act: [
            Act(name, act.officer, act.at_ms, f"reason {name}", {}, act.command_id) for name in ("a", "b", "c")])
    return TrailCheck(store, lambda: 5, slice_events=7)


def altered(store, change: str, subject: str = "card:phone:17700000005", seq: int = 2) -> None:
    store.command(f"ALTER TABLE case_events UPDATE {change} WHERE subject = '{subject}' AND seq = {seq} "
                  "SETTINGS mutations_sync = 1")


def test_a_row_altered_in_the_store_is_found_wherever_it_is_and_only_what_changed_is_read_again(chains, store):
    first = chains.round()
    assert not first.findings and first.events == first.read >= 36 and first.up_to_ms == 5
    assert (again := chains.round()).read == 0 and again.events == first.events and again.chains == first.chains
    altered(store, "reason = 'nothing'")
    found = chains.round()
    assert [(f.subject, f.seq, f.what) for f in found.findings] == [
        ("card:phone:17700000005", 2, "content does not fit its hash")]
    assert 0 < found.read <= 24 < first.events
    assert chains.round().findings == found.findings, "it stays found"
    altered(store, "reason = 'reason b'")
    assert not chains.round().findings


@pytest.mark.parametrize("change", ["officer = 'wang-fang'", "at = at + 1", "payload = 'no json'",
                                    "action = 'measure_lifted'", "command_id = 'x'"])
def test_no_column_can_be_altered_unseen(chains, store, change):
    before = store.query("SELECT officer, toUnixTimestamp64Milli(at) AS at_ms, payload, action, command_id "
                         "FROM case_events WHERE subject = 'card:phone:17700000005' AND seq = 2")[0]
    chains.round()
    altered(store, change)
    assert [f.seq for f in chains.round().findings] == [2]
    store.command("ALTER TABLE case_events UPDATE officer = {officer:String}, payload = {payload:String}, "
                  "at = fromUnixTimestamp64Milli({at_ms:Int64}, 'UTC'), action = {action:String}, "
                  "command_id = {command_id:String} WHERE subject = 'card:phone:17700000005' AND seq = 2 "
                  "SETTINGS mutations_sync = 1", before)
    assert not chains.round().findings


def test_slices_do_not_change_what_is_found(chains, store):
    altered(store, "reason = 'x'", "card:phone:17700000011", 3)
    try:
        found = [TrailCheck(store, lambda: 5, n).round() for n in (1, 2, 5, 10_000)]
        assert len({each.findings for each in found}) == 1 == len(found[0].findings)
        assert len({(each.events, each.chains) for each in found}) == 1
    finally:
        altered(store, "reason = 'reason c'", "card:phone:17700000011", 3)


def test_what_is_added_is_checked_and_what_is_taken_out_of_a_chain_is_missed(ground, chains, store):
    before = chains.round()
    Desk(store, None).on_officer("new-one", Act("", "wang-fang", OLD_MS), add_officer, role=Role.HANDLER,
                                 territories=("51",))
    after = chains.round()
    assert after.events == before.events + 1 and not after.findings
    row = store.query("SELECT * FROM case_events WHERE subject = 'card:phone:17700000007' AND seq = 2")[0]
    store.command("ALTER TABLE case_events DELETE WHERE subject = 'card:phone:17700000007' AND seq = 2 "
                  "SETTINGS mutations_sync = 1")
    assert [f.what for f in chains.round().findings] == ["missing up to 2"]
    store.insert("case_events", {name: [value] for name, value in row.items()})
    assert not chains.round().findings


def test_the_page_says_what_the_check_found_and_up_to_when(signed_in, ground, store):
    context = ground[0]
    context.beside.trail.refresh()
    assert re.search(r"记录完整.*已核验至 20\d\d-", signed_in("zhou-yi").get("/audit").text)
    altered(store, "reason = 'nothing'")
    context.beside.trail.refresh()
    html = signed_in("zhou-yi").get("/audit").text
    assert "记录异常 1 处" in html and "177****0005" in html and "内容与哈希不符" in html and "记录完整" not in html
    altered(store, "reason = 'reason b'")
    context.beside.trail.refresh()
    assert "记录完整" in signed_in("zhou-yi").get("/audit").text


def test_a_page_of_events_has_each_once_though_its_row_came_twice(chains, store):
    wanted = LogFilter(subjects=("card:phone:17700000003",))
    row = store.query("SELECT * FROM case_events WHERE subject = 'card:phone:17700000003' AND seq = 2")[0]
    store.insert("case_events", {name: [value] for name, value in row.items()})
    assert [(row["seq"], row["action"]) for row in act_page(store, wanted).rows] == [(1, "a"), (2, "b"), (3, "c")]
    assert look_page(store, wanted).rows == [] and look_page(store, wanted).next_ms == 0
