"""Account, exports and interface in a real browser, with accessibility and the keyboard."""

import re

import pypdf
from playwright.sync_api import expect

from tests.console.station import CHENGDU
from tests.console.test_walk import address, both, chromium, look, walker  # noqa: F401


def test_a_person_makes_a_token_and_takes_a_list_and_a_card_out(walker, tmp_path):  # noqa: F811
    page = walker("wang-fang")
    page.goto("/account")
    page.fill("input[name=name]", "夜间同步")
    page.check("input[value='read:hits']")
    page.locator("form[action='/account/tokens'] button").press("Enter")
    expect(page.locator("code.key")).to_have_text(re.compile(r"^duanka_[\w-]{43}$"))
    look(page, "account-token", picture=False)
    both(page, "/account", "account")
    both(page, "/api", "api")
    both(page, "/export", "export")
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/export")
    form = page.locator("form[action='/export/list/queue']")
    form.locator("input[name=purpose]").fill("案件 2026-17")
    with page.expect_download() as taken:
        form.locator("button").press("Enter")
    assert re.fullmatch(r"duanka-queue-[\dT]+-[0-9a-f]{12}\.csv", taken.value.suggested_filename)
    taken.value.save_as(tmp_path / "queue.csv")
    assert "138****0001" in (tmp_path / "queue.csv").read_text("utf-8-sig")
    page.goto("/")
    page.locator("tr[data-row^=h-] a", has_text="138****0001").click()
    page.fill("#purpose", "案件 2026-17")
    page.keyboard.press("Enter")
    page.locator("h1", has_text=CHENGDU.partition(":")[2]).wait_for()
    page.locator("a[href^='/export/card/']").click()
    look(page, "export-card")
    page.fill("#purpose", "案件 2026-17")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    taken.value.save_as(tmp_path / "card.pdf")
    text = pypdf.PdfReader(tmp_path / "card.pdf").pages[0].extract_text()
    assert "138****0001" in text and "wang-fang" in text and CHENGDU.partition(":")[2] not in text

