"""A whole case in a real browser: from a warned victim to a lifted measure, and what the auditor finds of it."""

import re
import threading
import time

import pyotp
import pytest
import uvicorn
from playwright.sync_api import Page, expect

from connectors.case_log import lookups
from connectors.queries.case_facts import open_warnings
from console.accounts.user_file import UserFile
from console.app import create_app
from console.masked_card import masked
from console.serve import opened
from jobs.casework.desk import Desk
from jobs.settings import load_settings
from tests.console.laundering import THIRD, store_laundering
from tests.console.station import CHENGDU, MIANYANG, PASSWORD, VICTIM, register
from tests.console.test_walk import chromium, look  # noqa: F401
from tests.waiting import PATIENCE_S

#: The answers that say no are the point here; a browser writes them down as errors.
NO = re.compile(r"status of 40[39]")


@pytest.fixture(scope="module")
def station(store, store_url, tmp_path_factory):
    """Address of a console, and the desk behind it."""
    store_laundering(store, time.time_ns() // 1_000_000)
    folder = tmp_path_factory.mktemp("case")
    users = UserFile(folder / "console.sqlite")
    register(store, users)
    settings = load_settings(store=store_url, state=folder, bus=f"file://{folder}/bus")
    with opened(settings, users) as context:
        server = uvicorn.Server(uvicorn.Config(create_app(context), host="127.0.0.1", port=0, log_level="error",
                                               timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", Desk(store, context.policy)
        server.should_exit = True
        thread.join(20)
    users.close()


@pytest.fixture
def person(chromium, station):  # noqa: F811
    """Make a page of somebody who has just signed in, with the second factor set up."""
    complaints, contexts = [], []
    expect.set_options(timeout=PATIENCE_S * 1000)

    def sign_in(name: str) -> Page:
        contexts.append(chromium.new_context(base_url=station[0], viewport={"width": 1440, "height": 900}))
        contexts[-1].set_default_timeout(PATIENCE_S * 1000)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text)
                if said.type == "error" and not NO.search(said.text) else None)
        page.goto("/sign-in")
        page.fill("#user", name)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/enrol")
        page.fill("#code", pyotp.TOTP(page.inner_text(".key")).now())
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints


def open_card(page: Page) -> None:
    page.goto("/?hours=0")
    page.locator("tr[data-row^=h-] a", has_text=masked(CHENGDU)).click()
    page.fill("#purpose", "案件 2026-17")
    page.keyboard.press("Enter")
    page.locator("h1", has_text=CHENGDU.partition(":")[2]).wait_for()


def unfold(page: Page, name: str):
    """The form under a heading that opens it."""
    folded = page.locator("details", has=page.locator("summary", has_text=name)).last
    if folded.get_attribute("open") is None:
        folded.locator("summary").click()
    return folded


def done(page: Page, text: str) -> None:
    expect(page.locator("#done")).to_contain_text(text)


def in_english(page: Page, name: str) -> None:
    path = re.sub("^https?://[^/]+", "", page.url).partition("?")[0]
    page.goto(f"/choose/language/en?back={path}")
    look(page, name)
    page.goto(f"/choose/language/zh?back={path}")


def see_where_the_money_went(page: Page) -> None:
    """From the card's page: the flow of its holder's account, one account more of it opened, and back."""
    card = page.url
    page.locator("a[href$='/flow']").click()
    third = page.locator(f"a.spot[aria-label^='{THIRD[1].partition(':')[2]}']")
    third.wait_for()
    before = page.locator("a.spot").count()
    third.click()
    expect(page.locator("a.spot")).not_to_have_count(before)
    look(page, "case-flow", picture=False)
    page.goto(card)


def test_a_case_from_the_warning_to_the_lifted_measure(person, station, store):
    desk, li = station[1], person("li-wei")
    li.locator("tr[data-row=w-w1] button", has_text="领取").click()
    li.locator("h1", has_text=VICTIM.partition(":")[2]).wait_for()
    done(li, "领取预警")
    expect(li.locator("details", has=li.locator("summary", has_text="提出措施"))).to_have_count(0)
    look(li, "victim", picture=False)
    closing = unfold(li, "登记处置结果")
    closing.get_by_label("已止付").check()
    closing.get_by_label("止付金额").fill("50,000")
    closing.get_by_role("button").click()
    done(li, "登记预警处置结果")
    assert open_warnings(store, VICTIM, 0) == ["w1"], "the victim stays protected"
    li.goto("/")
    expect(li.locator("tr[data-row=w-w1]")).to_contain_text("已止付 50,000.00")
    look(li, "queue-acted", picture=False)

    open_card(li)
    see_where_the_money_went(li)
    assert [row["command"] for row in lookups(store, THIRD[1], 9)] == ["flow"]
    form = unfold(li, "作出结论")
    form.get_by_label("涉诈").check()
    form.get_by_label("说明").fill("机主供述出租")
    li.keyboard.press("Enter")
    done(li, "作出结论")
    li.locator("form.act button", has_text="领取此卡").click()
    done(li, "领取卡片")
    form = unfold(li, "提出措施")
    form.get_by_label("理由（写入告知书）").fill("群呼，机主供述出租")
    form.get_by_role("button").click()
    expect(li.locator("pre[lang=zh-CN]")).to_contain_text("措施告知书")
    look(li, "notice")
    assert not desk.case(CHENGDU).measures
    li.locator("button", has_text="提出措施").dblclick()
    done(li, "提出措施")
    assert len(desk.case(CHENGDU).measures) == 1
    for name in ("提出措施", "暂缓"):
        unfold(li, name) if li.locator("summary", has_text=name).count() else None
    look(li, "work")
    in_english(li, "work")

    li.locator("button", has_text="批准").first.click()
    expect(li.get_by_role("alert")).to_contain_text("须由另一人审批")
    look(li, "refused", picture=False)
    li.goto(li.url)
    li.locator("h1", has_text=CHENGDU.partition(":")[2]).wait_for()

    wang = person("wang-fang")
    open_card(wang)
    wang.locator("textarea[name=reason]").first.wait_for(state="attached")
    wang.locator("form[action$=approve] textarea").fill("同意")
    wang.locator("form[action$=approve] button.main").dblclick()
    done(wang, "批准措施")
    [measure] = desk.case(CHENGDU).measures.values()
    assert measure.approved_by == "wang-fang"

    # Li's page is from before the approval: told so, the text kept, and on with the next.
    late = li.context.new_page()
    late.goto(li.url)
    stale = unfold(late, "作出结论")
    wang.locator("button", has_text="制作告知书").click()
    done(wang, "制作告知书")
    stale.get_by_label("涉诈").check()
    stale.get_by_label("说明").fill("补充：另有笔录")
    late.keyboard.press("Enter")
    expect(late.get_by_role("alert")).to_contain_text("有了变化")
    expect(late.locator("ul.list")).to_contain_text("wang-fang 制作告知书")
    expect(late.locator("textarea[name=reason]")).to_have_value("补充：另有笔录")
    look(late, "changed", picture=False)
    late.locator("button.main").click()
    done(late, "作出结论")
    late.close()

    wang.locator("a", has_text="告知书").first.click()
    expect(wang.locator("pre[lang=en]")).to_contain_text("Notice of a measure")
    look(wang, "letter", picture=False)
    wang.go_back()
    wang.reload()
    form = unfold(wang, "受理申诉")
    form.get_by_label("申诉人陈述的理由").fill("本人使用，已解释")
    form.get_by_role("button").click()
    done(wang, "受理申诉")
    look(wang, "appeal", picture=False)
    form = unfold(wang, "解除措施")
    form.get_by_label("理由").fill("解释成立")
    form.get_by_role("button").click()
    done(wang, "解除措施")
    assert next(iter(desk.case(CHENGDU).measures.values())).status == "lifted"

    zhou = person("zhou-yi")
    expect(zhou.locator("p.good")).to_contain_text("记录完整")
    acts = zhou.locator("#acts ~ div tbody")
    for text in ("领取预警", "登记预警处置结果", "作出结论", "领取卡片", "提出措施", "批准措施", "制作告知书",
                 "受理申诉", "解除措施"):
        expect(acts).to_contain_text(text)
    expect(acts.locator("tr", has_text="批准措施")).to_have_count(1)
    look(zhou, "audit-acted", picture=False)


def test_without_a_script_one_acts_as_well_by_keyboard_and_on_a_narrow_screen(person, station, chromium):  # noqa: F811
    desk, zhao = station[1], person("zhao-min")
    context = chromium.new_context(base_url=station[0], storage_state=zhao.context.storage_state(),
                                   java_script_enabled=False, viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.goto("/?hours=0")
    page.locator("tr[data-row^=h-] a", has_text=masked(MIANYANG)).focus()
    page.keyboard.press("Enter")
    page.fill("#purpose", "案件 2026-17")
    page.keyboard.press("Enter")
    summary = page.locator("summary", has_text="作出结论")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("form[action$=verdict] input[name=reason]").fill("键盘")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_contain_text("作出结论")
    assert [e.act.action for e in desk.events(f"card:{MIANYANG}")] == ["verdict_given", "published"]
    context.close()
    zhao.goto("/?hours=0")
    zhao.locator("tr[data-row^=h-] a", has_text=masked(MIANYANG)).click()
    zhao.locator("h1", has_text=MIANYANG.partition(":")[2]).wait_for()
    for summary in zhao.locator("summary").all():
        summary.click()
    zhao.set_viewport_size({"width": 400, "height": 800})
    assert zhao.evaluate("document.documentElement.scrollWidth <= innerWidth")
    zhao.set_viewport_size({"width": 1280, "height": 800})
    zhao.evaluate("document.documentElement.style.fontSize = '200%'")
    assert zhao.evaluate("document.documentElement.scrollWidth <= innerWidth")
    zhao.evaluate("document.documentElement.style.fontSize = ''")
    zhao.emulate_media(color_scheme="dark")
    look(zhao, "work-dark", picture=False)
