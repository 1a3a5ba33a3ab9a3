"""Acting on the console: every act, every refusal, sent twice, sent too late, and with the store away."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

import jobs.casework.desk as desk_module
from casework.chain import check_chain
from casework.clocks import CHINA, DAY_MS
from casework.event import Act
from casework.notice import Office, notice_texts
from casework.officers import Role, add_officer, retire_officer
from connectors.case_log import lookups
from connectors.errors import StoreUnavailableError, TopicError
from connectors.queries.card_custody import put_off
from connectors.queries.queue_page import QueueFilter, queue_page
from console.accounts.duties import Duty
from console.act_id import new_act_id
from console.app import create_app
from jobs.casework.desk import Desk
from tests.console.station import CHENGDU, MIANYANG, PASSWORD, VICTIM, insert_hit, token_of

OWN, WARNED = iter(range(100, 129)), "phone:13800000129"


@pytest.fixture
def desk(ground):
    with ground[0].desk() as made:
        yield made


@pytest.fixture
def card(store, ground):
    """A card in Chengdu with a hit that no other test has, and nothing done."""
    number = f"phone:13800000{next(OWN)}"
    insert_hit(store, number, ground[1](), "orange", 700)
    return number


class Worker:
    """An officer before the open page of a card."""

    def __init__(self, ground, browser, name, card):
        self.context, self.browser, self.card, self.name = ground[0], browser, card, name
        self.path = f"/card/{self.context.references.of(card)}"
        self.open()

    def open(self):
        self.html = self.browser.open_card(self.path.removeprefix("/card/")).text
        return self

    def form(self, act, **fields):
        """The fields of one form of the open page, as a browser would send them."""
        part = re.search(rf'action="[^"]*/{act}"(.*?)</form>', self.html, re.S)[1]
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part))
        return hidden | fields

    def send(self, act, fields, base=""):
        return self.browser.client.post(f"{base or self.path}/{act}", data=fields)

    def do(self, act, **fields):
        """Open the page anew, fill in a form and send it."""
        self.open()
        form = "preview" if act == "act/propose" else "act/approve" if act == "act/refuse" else act
        answer = self.send(act, self.form(form, **fields))
        self.html = answer.text
        return answer


@pytest.fixture
def worker(ground, signed_in):
    return lambda name, card: Worker(ground, signed_in(name), name, card)


def acts_on(desk, card):
    return [event.act.action for event in desk.events(f"card:{card}") if not event.act.officer.startswith("system:")]


def was_done(answer, text):
    done = re.search(r'id="done">(.*?)</p>', answer.text, re.S)
    return answer.status_code == 200 and answer.history[0].status_code == 303 and done is not None and text in done[1]


def refused(answer, status, text):
    said = re.search(r'role="alert">([^<]+)', answer.text)
    return answer.status_code == status and text in said[1] and not answer.history


def measure_of(desk, card, n=-1):
    return list(desk.case(card).measures)[n]


def in_china(ms):
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%dT%H:%M")


def test_a_card_is_taken_in_the_queue_handed_over_and_shown_by_whose_it_is(worker, signed_in, ground, desk, card):
    person, reference = signed_in("li-wei"), ground[0].references.of(card)

    def listed(name, whose):
        return f'data-row="h-{reference}"' in signed_in(name).get(f"/?hours=0&whose={whose}").text

    assert listed("li-wei", "nobodys") and not listed("li-wei", "mine") and listed("li-wei", "")
    html = person.get("/?hours=0").text
    part = re.search(rf'action="/card/{reference}/act/take"(.*?)</form>', html, re.S)[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', part))
    taken = person.client.post(f"/card/{reference}/act/take", data=fields)
    assert taken.url.path == f"/card/{reference}" and 'name="purpose"' in taken.text, "it still opens for a purpose"
    assert desk.case(card).handler == "li-wei" and not listed("li-wei", "nobodys") and listed("li-wei", "mine")
    assert not listed("wang-fang", "mine") and re.search(
        rf'h-{reference}".*?data-label="经办人">li-wei', signed_in("wang-fang").get("/?hours=0").text, re.S)
    assert f'data-row="h-{reference}"' in signed_in("wang-fang").get("/?hours=0&handler=li-wei").text
    other = worker("wang-fang", card)
    assert refused(other.send("act/take", {"form_token": token_of(other.html), "act_id": new_act_id()}), 409, "li-wei")
    li = worker("li-wei", card)
    assert refused(li.do("act/hand-over", to="zhao-min", reason="属地"), 403, "辖区")
    assert refused(li.do("act/hand-over", to="wang-fang"), 422, "须写明理由")
    assert was_done(li.do("act/hand-over", to="wang-fang", reason="休假"), "移交卡片")
    assert listed("wang-fang", "mine") and not listed("li-wei", "mine")
    assert refused(li.do("act/hand-over", to="li-wei", reason="反悔"), 403, "不是“li-wei”")
    assert acts_on(desk, card) == ["card_taken", "card_handed_over"]


def test_a_card_put_off_leaves_the_queue_until_then_or_until_a_graver_hit(worker, signed_in, ground, store, card):
    clock, reference, li = ground[1], ground[0].references.of(card), worker("li-wei", card)

    def listed(whose=""):
        return f'data-row="h-{reference}"' in signed_in("li-wei").get(f"/?hours=0&whose={whose}").text

    def counted():
        return int(re.search(r'<a class="level orange".*?<span class="n">(\d+)</span>',
                             signed_in("li-wei").get("/?hours=0").text, re.S)[1])

    before = counted()
    li.do("act/take")
    assert refused(li.do("act/snooze", until=in_china(clock() - DAY_MS), reason="等回函"), 422, "须晚于现在")
    assert refused(li.do("act/snooze", until="yesterday", reason="等回函"), 422, "须晚于现在")
    assert was_done(li.do("act/snooze", until=in_china(clock() + 2 * DAY_MS), reason="等回函"), "暂缓卡片")
    assert not listed() and listed("snoozed") and counted() == before - 1
    insert_hit(store, card, clock(), "orange", 710)
    assert not listed(), "no graver than it was"
    for later_ms, is_there in ((DAY_MS, False), (2 * DAY_MS + 60_000, True)):
        found = queue_page(store, QueueFilter(put_off=put_off(store, clock() + later_ms)), limit=1000)
        assert (card in {row["card"] for row in found}) == is_there, "back when its time has come"
    insert_hit(store, card, clock(), "red", 960)
    assert listed() and not listed("snoozed"), "graver"
    assert was_done(li.do("act/snooze", until=in_china(clock() + DAY_MS), reason="已见过"), "暂缓卡片") and not listed()
    assert was_done(li.do("act/wake"), "结束暂缓") and listed()


def test_a_warning_is_taken_from_the_queue_opens_the_persons_card_and_is_closed(signed_in, ground, store, desk, worker):
    store.insert("warnings", {
        "warning_id": ["00ab34cd56ef7890"], "person": [WARNED.partition(":")[2]], "level": ["red"], "risk": [900],
        "event_time": [ground[1]()], "payee": ["6222000000000066"], "amount_fen": [100_000], "version": [1],
        "warned_at": [ground[1]()]})
    person, path = signed_in("li-wei"), "/warning/00ab34cd56ef7890"
    html = person.get("/?whose=nobodys&warnings=all").text
    part = re.search(rf'action="{path}/act/take"(.*?)</form>', html, re.S)[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', part))
    for again in (False, True):
        taken = person.client.post(f"{path}/act/take", data=fields)
        assert was_done(taken, "领取预警") and WARNED.partition(":")[2] in taken.text, "taking it states the purpose"
        assert ("没有重复" in taken.text) == again
    assert lookups(store, WARNED, 1)[0]["purpose"] == "处置预警 00ab34cd56ef7890"
    assert 'data-row="w-00ab34cd56ef7890"' in person.get("/?whose=mine&warnings=all").text
    assert 'data-row="w-00ab34cd56ef7890"' not in person.get("/?whose=nobodys&warnings=all").text
    li = worker("li-wei", WARNED)

    def close(**fields):
        li.open()
        return li.send("act/close", li.form("act/close", **fields), path)

    assert refused(close(outcome="stopped"), 422, "须填写止付金额")
    assert refused(close(outcome="stopped", amount="much"), 422, "须填写止付金额")
    assert refused(close(outcome="false_warning"), 422, "须写明理由")
    assert was_done(close(outcome="stopped", amount="1,000.50", reason="银行已止付"), "登记预警处置结果")
    html = person.get("/?warnings=all").text
    assert "1,000.50" in html and re.findall(r'data-row="w-(\w+)"', html)[-1] == "00ab34cd56ef7890", "closed come last"
    assert desk.facts(WARNED).warnings, "who was cheated stays protected"
    answer = li.send("act/propose", {"form_token": token_of(li.open().html), "act_id": new_act_id(), "step": "verify",
                                     "reason": "群呼"})
    assert refused(answer, 409, "应劝阻保护") and "群呼" in answer.text
    assert was_done(close(outcome="false_warning", reason="与子女通话"), "登记预警处置结果")
    assert not desk.facts(WARNED).warnings
    assert signed_in("zhao-min").client.post(f"{path}/act/take", data=fields | {
        "form_token": token_of(signed_in("zhao-min").get("/").text)}).status_code == 403, "elsewhere"


def test_a_verdict_is_given_once_and_told_to_the_engine(worker, desk, ground, card):
    li = worker("li-wei", card)
    assert refused(li.do("act/verdict", verdict="confirmed", reason=" "), 422, "须写明理由")
    assert li.do("act/verdict", verdict="perhaps", reason="?").status_code == 422
    fields = li.open().form("act/verdict", verdict="confirmed", reason="机主供述出租")
    assert was_done(li.send("act/verdict", fields), "作出结论")
    again = li.send("act/verdict", fields | {"verdict": "cleared"})
    assert was_done(again, "作出结论") and "没有重复" in again.text and desk.case(card).verdict == "confirmed"
    lines = (ground[0].users.path.parent / "bus" / "verdict" / "000000.ndjson").read_text("utf-8").splitlines()
    told = [record for record in map(json.loads, lines) if record["card"] == card]
    assert [(r["verdict"], r["officer"], r["note"]) for r in told] == [("confirmed", "li-wei", "机主供述出租")]
    assert "尚未发送" not in again.text


def test_a_bus_that_is_away_loses_no_verdict_and_the_page_says_so(worker, desk, ground, card, monkeypatch):
    def fail(*_):
        raise TopicError("away")

    li = worker("li-wei", card)
    monkeypatch.setattr("jobs.casework.bulletin.record_of", fail)
    fields = li.form("act/verdict", verdict="cleared", reason="本人")
    with monkeypatch.context() as patch:
        patch.setattr("console.work.panel.unpublished", lambda _: [1])
        answer = li.send("act/verdict", fields)
    assert was_done(answer, "作出结论") and "尚未发送" in answer.text and desk.case(card).verdict == "cleared"


def test_the_whole_way_of_a_measure(worker, desk, ground, card, signed_in):
    li, wang = worker("li-wei", card), worker("wang-fang", card)
    shown = li.do("preview", step="verify", reason="群呼")
    assert shown.status_code == 200 and not desk.case(card).measures, "nothing is proposed by looking"
    identity = re.search(r"编号：(M\w+)", shown.text)[1]
    proposed = li.send("act/propose", li.form("act/propose", reason="群呼，机主供述出租"))
    assert was_done(proposed, "提出措施") and measure_of(desk, card) == identity
    assert refused(li.do("act/approve"), 403, "须由另一人审批")
    assert refused(wang.do("act/refuse"), 422, "须写明理由")
    approved = wang.do("act/approve")
    assert was_done(approved, "批准措施")
    measure = desk.case(card).measures[identity]
    assert measure.status == "in_force" and measure.approved_by == "wang-fang"
    assert refused(wang.send("act/approve", {"form_token": token_of(wang.html), "act_id": new_act_id(),
                                             "measure": identity}), 409, "已有审批结果")
    zh, en = notice_texts(card, measure, Office())
    for line in (zh + en).replace("群呼，机主供述出租", "群呼").splitlines():
        assert line in shown.text.replace("&#39;", "'"), f"the preview is the notice: {line}"
    assert was_done(li.do("act/notice"), "制作告知书")
    letter = signed_in("li-wei").get(f"{li.path}/notice/{identity}")
    assert all(line in letter.text.replace("&#39;", "'") for line in (zh + en).splitlines())
    assert was_done(li.do("act/review", reason="仍在群呼"), "复核措施")
    assert was_done(li.do("act/appeal", appellant="holder", reason="本人使用，已解释"), "受理申诉")
    appeal = list(desk.case(card).appeals)[0]
    assert refused(wang.do("act/decide", decision="granted", reason="成立"), 403, "申诉须由另一人决定")
    assert refused(li.do("act/decide", decision="granted", reason="成立"), 403, "申诉须由另一人决定")
    desk.on_officer("chen-jie", Act("", "wang-fang", 0), add_officer, role=Role.SUPERVISOR, territories=("*",))
    ground[0].users.add("chen-jie", Duty.SUPERVISOR, "chen-jie")
    ground[0].users.set_password("chen-jie", PASSWORD)
    chen = worker("chen-jie", card)
    assert was_done(chen.do("act/decide", decision="granted", reason="解释成立"), "解除措施")
    assert desk.case(card).appeals[appeal].decision == "granted" and desk.case(card).measures[identity].overturned
    assert acts_on(desk, card) == ["measure_proposed", "measure_approved", "notice_issued", "measure_reviewed",
                                   "appeal_filed", "appeal_decided", "measure_lifted"]
    assert check_chain(desk.events(f"card:{card}")) == []


def test_a_measure_is_refused_or_lifted_with_a_reason(worker, desk, card):
    li, wang = worker("li-wei", card), worker("wang-fang", card)
    li.do("act/propose", step="verify", reason="群呼")
    assert refused(wang.do("preview", step="limit", reason="再提"), 409, "已有措施")
    assert was_done(wang.do("act/refuse", reason="证据不足"), "不予批准")
    li.do("act/propose", step="verify", reason="群呼，另有笔录")
    wang.do("act/approve", reason="同意")
    assert refused(li.do("act/lift"), 422, "须写明理由")
    assert was_done(li.do("act/lift", reason="已核实"), "解除措施")
    assert desk.case(card).measures[measure_of(desk, card)].status == "lifted"


def test_steps_are_skipped_with_a_reason_and_cancelling_needs_a_verdict(worker, desk, card):
    li = worker("li-wei", card)
    answer = li.do("preview", step="suspend", reason="群呼")
    assert refused(answer, 422, "跳过") and "群呼" in answer.text and 'name="skip_reason"' in answer.text
    assert refused(li.do("act/propose", step="cancel", reason="群呼", skip_reason="急"), 409, "须先有“涉诈”结论")
    shown = li.do("preview", step="suspend", reason="群呼", skip_reason="正在群呼")
    assert "重新核验" in shown.text and "限制部分功能" in shown.text
    li.send("act/propose", li.form("act/propose", reason="群呼", skip_reason="正在群呼"))
    payload = desk.events(f"card:{card}")[-1].act.payload
    assert (payload["step"], payload["skipped"], payload["skip_reason"]) == ("suspend", ["verify", "limit"], "正在群呼")
    assert li.do("preview", step="abolish", reason="x").status_code == 422


def test_no_measure_on_a_warned_victim_and_the_form_is_not_offered(worker):
    li = worker("li-wei", VICTIM)
    assert "/preview" not in li.html and "不得提出措施" in li.html
    answer = li.send("preview", {"form_token": token_of(li.html), "act_id": new_act_id(), "step": "verify",
                                 "reason": "有理由"})
    assert refused(answer, 409, "应劝阻保护") and "有理由" in answer.text


def test_who_is_retired_or_from_elsewhere_may_do_nothing(worker, desk, ground, card, browser):
    desk.on_officer("sun-li", Act("", "wang-fang", 0), add_officer, role=Role.HANDLER, territories=("5101",))
    ground[0].users.add("sun-li", Duty.OFFICER, "sun-li")
    ground[0].users.set_password("sun-li", PASSWORD)
    sun = Worker(ground, browser().sign_in("sun-li"), "sun-li", card)
    fields = sun.form("act/verdict", verdict="confirmed", reason="写了很久的理由")
    desk.on_officer("sun-li", Act("", "wang-fang", 0), retire_officer)
    answer = sun.send("act/verdict", fields)
    assert refused(answer, 403, "已停用") and "写了很久的理由" in answer.text
    zhao = worker("zhao-min", MIANYANG)
    path = f"/card/{ground[0].references.of(card)}"
    given = {"form_token": token_of(zhao.html), "act_id": new_act_id()}
    assert refused(zhao.browser.client.post(f"{path}/act/take", data=given), 403, "辖区")
    answer = zhao.browser.client.post(f"{path}/act/verdict", data=given | {"verdict": "cleared", "reason": "x"})
    assert answer.status_code == 403 and answer.url.path == path, "never opened, so nothing is done"
    assert acts_on(desk, card) == []


def test_forms_that_are_none_of_ours_are_refused(worker, desk, card, signed_in, ground):
    li = worker("li-wei", card)
    fields = li.form("act/verdict", verdict="confirmed", reason="x")
    for wrong in ({"act_id": ""}, {"act_id": "short"}, {"act_id": "x" * 30 + "'"}, {"seen": "-1"}, {"seen": "x"}):
        assert li.send("act/verdict", fields | wrong).status_code == 422
    assert li.send("act/verdict", fields | {"form_token": "x"}).status_code == 403
    assert li.send("act/annul", fields).status_code == 404
    assert li.browser.client.post("/warning/0000000000000000/act/take", data=fields).status_code == 404
    assert signed_in("analyst").client.post(f"{li.path}/act/take", data=fields | {
        "form_token": token_of(signed_in("analyst").get("/account").text)}).status_code == 403
    assert "/act/take" not in signed_in("analyst").get("/?hours=0&warnings=all").text
    assert acts_on(desk, card) == []


def test_a_form_sent_many_times_at_once_by_two_consoles_is_carried_out_once(worker, ground, desk, card):
    li = worker("li-wei", card)
    fields = li.form("act/verdict", verdict="confirmed", reason="双击")
    clients = []
    for _ in range(2):
        clients.append(TestClient(create_app(ground[0])))
        clients[-1].cookies = li.browser.client.cookies
        # Routes are built at the first request, with warnings switched off for the whole process meanwhile.
        assert clients[-1].post(f"{li.path}/act/verdict", data=fields | {"act_id": ""}).status_code == 422
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: clients[n % 2].post(f"{li.path}/act/verdict", data=fields,
                                                              follow_redirects=False), range(4)))
    assert [answer.status_code for answer in answers] == [303] * 4
    assert any(answer.headers["location"].endswith("&again=1") for answer in answers)
    assert was_done(li.send("act/verdict", fields), "作出结论")
    assert acts_on(desk, card) == ["verdict_given"] and check_chain(desk.events(f"card:{card}")) == []


def test_who_comes_second_is_told_what_happened_keeps_the_text_and_can_go_on(worker, desk, card, signed_in):
    li, wang = worker("li-wei", card), worker("wang-fang", card)
    mine = li.form("act/verdict", verdict="confirmed", reason="写了很久的理由 <b>")
    assert was_done(wang.do("act/verdict", verdict="cleared", reason="机主已解释"), "作出结论")
    late = li.send("act/verdict", mine)
    assert refused(late, 409, "有了变化")
    since = re.search(r'aria-labelledby="since">(.*?)</ul>', late.text, re.S)[1]
    assert "wang-fang" in since and "作出结论" in since and "排除" in since and "机主已解释" in since
    assert re.search(r"\d\d-\d\d \d\d:\d\d:\d\d", since) and since.count("<li>") == 1, "not what programs noted"
    assert "写了很久的理由 &lt;b&gt;" in late.text and f'href="{li.path}"' in late.text
    assert desk.case(card).verdict == "cleared"
    li.html = late.text
    assert was_done(li.send("act/verdict", li.form("act/verdict", reason="写了很久的理由")), "作出结论")
    assert desk.case(card).verdict == "confirmed" and acts_on(desk, card) == ["verdict_given"] * 2
    assert "没有重复" not in li.send("act/verdict", mine | {"act_id": new_act_id(), "seen": "99"}).text


def test_two_who_act_at_the_same_moment_are_a_conflict_as_well(worker, desk, card, monkeypatch):
    """Between reading and adding; here the second acts while the first decides."""
    li, wang = worker("li-wei", card), worker("wang-fang", card)
    fields = wang.form("act/verdict", verdict="cleared", reason="先到")
    given = li.form("act/take")
    append, calls = desk_module.append_events, []

    def slow(store, rows):
        if not calls:
            calls.append(1)
            wang.send("act/verdict", fields)
        return append(store, rows)

    with monkeypatch.context() as patch:
        patch.setattr(desk_module, "append_events", slow)
        answer = li.send("act/take", given)
    assert refused(answer, 409, "有了变化") and "先到" in answer.text
    assert acts_on(desk, card) == ["verdict_given"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_with_the_store_away_nothing_is_lost_and_nothing_done_twice(worker, desk, card, monkeypatch, when):
    append, li = desk_module.append_events, worker("li-wei", card)

    def away(store, rows):
        if when == "after":
            append(store, rows)
        raise StoreUnavailableError("connection broke: 127.0.0.1")

    fields = li.form("act/verdict", verdict="confirmed", reason="写了很久的理由")
    with monkeypatch.context() as patch:
        patch.setattr(desk_module, "append_events", away)
        answer = li.send("act/verdict", fields)
    assert refused(answer, 503, "不会重复办理") and "写了很久的理由" in answer.text and "127.0.0.1" not in answer.text
    assert answer.headers["retry-after"] == "5"
    li.html = answer.text
    sent = li.form("act/verdict", reason="写了很久的理由")
    assert sent["act_id"] == fields["act_id"] and sent["verdict"] == "confirmed"
    again = li.send("act/verdict", sent)
    assert was_done(again, "作出结论") and ("没有重复" in again.text) == (when == "after")
    assert acts_on(desk, card) == ["verdict_given"]


def test_the_store_away_altogether(worker, ground, monkeypatch, card):
    def nobody(*_):
        raise StoreUnavailableError("away")

    li = worker("li-wei", card)
    fields = li.form("preview", step="verify", reason="留着")
    monkeypatch.setattr(Desk, "events", nobody)
    for act in ("preview", "act/propose", "act/verdict"):
        answer = li.send(act, fields | {"verdict": "confirmed"})
        assert refused(answer, 503, "没有应答") and "留着" in answer.text


def test_a_verdict_names_the_lead_that_it_answers(worker, desk):
    li = worker("li-wei", CHENGDU)
    assert "L-2026-1" in li.html
    li.do("act/verdict", verdict="confirmed", reason="核实", lead="L-2026-1")
    given = [e for e in desk.events(f"card:{CHENGDU}") if e.act.action == "verdict_given"]
    assert given[-1].act.payload["lead_id"] == "L-2026-1"
    answer = li.do("act/verdict", verdict="confirmed", reason="核实", lead="L-none")
    assert refused(answer, 404, "没有编号为 L-none 的线索")
