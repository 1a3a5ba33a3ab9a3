"""A walk over the boards in a real browser, with their accessibility checked.

CONSOLE_SCREENSHOTS=1 writes their pictures in docs/console anew.
"""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.console.board_rows import LATE, LATE_NEW, NOBODY_S, fill_leads, fill_lists, fill_openings
from tests.console.test_walk import address, both, chromium, look, walker
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.long

__all__ = ["address", "chromium", "walker"]
#: A busy machine is slow, not wrong.
expect.set_options(timeout=PATIENCE_S * 1000)
BOARDS = {"/leads": "leads", "/watchlists": "watchlists", "/openers": "openers", "/report": "report"}


@pytest.fixture(scope="module", autouse=True)
def filled(store, address):
    now_ms = time.time_ns() // 1_000_000
    fill_leads(store, now_ms)
    fill_lists(store, now_ms)
    fill_openings(store, now_ms)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_supervisor_finds_overdue_leads_in_one_click_gives_one_away_and_lists_cards(walker):
    page = walker("wang-fang")
    page.set_default_timeout(PATIENCE_S * 1000)
    assert page.url.endswith("/"), "the start page"
    page.get_by_role("link", name="线索 3 条逾期").click()
    first = page.locator(".leads tbody tr").first
    expect(first).to_contain_text("逾期 2 天")
    expect(first).to_contain_text(LATE)
    for path, name in BOARDS.items():
        both(page, path, name)
        page.set_viewport_size({"width": 400, "height": 800})
        assert fits(page), path
        look(page, f"{name}-narrow", picture=False)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert fits(page), path
        page.emulate_media(media="print")
        assert not page.locator("form.filter").first.is_visible() and page.locator("main h1").is_visible()
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1440, "height": 900})
    give_away(page)
    look_up_and_list(page)


def give_away(page: Page) -> None:
    page.goto("/leads")
    row = page.locator("tr", has_text=LATE_NEW)
    row.locator("summary").click()
    look(page, "leads-open", picture=False)
    row.locator("select[name=to]").select_option("zhou-yi")
    row.locator("form[action='/leads/assign'] input[name=reason]").fill("li-wei 休假")
    row.get_by_role("button", name="改派").click()
    expect(page.locator("[role=status]")).to_contain_text(f"{LATE_NEW}：已指派")
    expect(page.locator("tr", has_text=LATE_NEW)).to_contain_text("zhou-yi")
    page.reload()
    expect(page.locator("tr", has_text=LATE_NEW)).to_contain_text("zhou-yi")


def test_an_officer_works_a_lead_by_keyboard_alone(walker):
    page = walker("li-wei")
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto("/leads?state=nobody")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('tr')?.innerText ?? ''").count(NOBODY_S) and page.evaluate(
                "document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("已领取")
    page.goto("/leads")
    page.locator("tr", has_text=NOBODY_S).get_by_role("button", name="确认收悉").press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("已回执")
    summary = page.locator("tr", has_text=NOBODY_S).locator("summary")
    summary.press("Enter")
    page.locator("tr", has_text=NOBODY_S).get_by_role("button", name="办结").press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("须写明理由")
    look(page, "leads-refused", picture=False)


def look_up_and_list(page: Page) -> None:
    page.goto("/watchlists")
    page.fill("form[action='/watchlists/card'] input[name=card]", "13800000001")
    page.fill("input[name=purpose]", "案件 2026-17")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet .big")).to_contain_text("13800000001")
    assert "13800000001" not in page.url
    look(page, "watchlists-looked", picture=False)
    page.goto("/watchlists")
    page.locator("summary", has_text="批量列入").click()
    look(page, "watchlists-import", picture=False)
    page.fill("#cards", "phone:13800000140\nnonsense")
    page.locator("form[action='/watchlists/import'] input[name=reason]").fill("十一月名单")
    page.locator("form[action='/watchlists/import'] button").click()
    expect(page.locator("[role=alert]")).to_contain_text("1 行不合格式")
    page.locator("input[name=leave_out]").check()
    page.locator("form[action='/watchlists/import'] button").click()
    expect(page.locator("[role=status]")).to_contain_text("1 张卡已列入")
