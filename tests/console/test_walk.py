"""A walk through the console in a real browser, with its accessibility checked on every page.

CONSOLE_SCREENSHOTS=1 writes docs/console/*.png anew.
"""

import os
import re
import shutil
import threading
import time
from pathlib import Path

import pyotp
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from connectors.case_log import lookups, note_lookup
from console.accounts.user_file import UserFile
from console.app import create_app
from console.serve import opened
from console.static_files import VENDOR
from jobs.settings import load_settings
from tests.console.station import CHENGDU, PASSWORD, insert_hit, register
from tests.waiting import PATIENCE_S

PICTURES = Path(__file__).parents[2] / "docs" / "console" if os.environ.get("CONSOLE_SCREENSHOTS") else None
SERIOUS = ("serious", "critical")
#: Seconds within which a hit must be on the page; a machine that does much else is not timed (CONSOLE_TIMED=1 does).
SEEN_S = 2.0 if os.environ.get("CONSOLE_TIMED") else PATIENCE_S
#: A browser complains of forms that were refused as well.
_REFUSED = re.compile(r"status of (409|422)")
NEW = "phone:13800000123"


@pytest.fixture(scope="module")
def address(store, store_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    users = UserFile(folder / "console.sqlite")
    register(store, users)
    with opened(load_settings(store=store_url, state=folder, bus=f"file://{folder}/bus"), users) as context:
        server = uvicorn.Server(uvicorn.Config(create_app(context), host="127.0.0.1", port=0, log_level="error",
                                               timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join(20)
    users.close()


@pytest.fixture(scope="module")
def chromium():
    where = shutil.which("chromium")
    assert where, "the walk needs Debian's package chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def walker(chromium, address):
    """Make a signed-in user's page; what the browser complains about fails the test."""
    expect.set_options(timeout=PATIENCE_S * 1000)
    complaints, contexts = [], []

    def sign_in(name: str) -> Page:
        contexts.append(chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}))
        contexts[-1].set_default_timeout(PATIENCE_S * 1000)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text)
                if said.type == "error" and not _REFUSED.search(said.text) else None)
        page.goto("/sign-in")
        look(page, "sign-in")
        page.fill("#user", name)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/enrol")
        look(page, "enrol", picture=False)
        page.fill("#code", pyotp.TOTP(page.inner_text(".key")).now())
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints


def look(page: Page, name: str, picture: bool = True) -> None:
    """No serious finding of axe; a picture, if they are wanted; of the page with what it fetched."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    found = [f"{v['id']}: {[node['html'][:120] for node in v['nodes'][:3]]}" for v in
             Axe().run(page).response["violations"] if v["impact"] in SERIOUS]
    assert not found, (name, found)
    if PICTURES and picture:
        PICTURES.mkdir(exist_ok=True)
        language = page.locator("html").get_attribute("lang")[:2]
        page.screenshot(path=PICTURES / f"{name}-{language}.png", full_page=True)


def both(page: Page, path: str, name: str) -> None:
    """Look at a page in both languages, the Chinese one in the dark as well."""
    for language in ("en", "zh"):
        page.goto(f"/choose/language/{language}?back={path}")
        page.wait_for_load_state("load")
        look(page, name)
    page.emulate_media(color_scheme="dark")
    look(page, f"{name}-dark", picture=name == "queue")
    page.emulate_media(color_scheme="light")


def test_an_officer_sees_a_hit_arrive_opens_its_card_and_searches(walker, store):
    page = walker("li-wei")
    expect(page.locator("#state")).to_have_text("实时")
    countdown = page.locator("time[data-left]").first.inner_text()
    started = time.monotonic()
    insert_hit(store, NEW, time.time_ns() // 1_000_000, "red", 990)
    page.locator("tr.new", has_text="138****0123").wait_for()
    assert time.monotonic() - started < SEEN_S
    assert page.locator("tr[data-row^=h-]").first.inner_text().count("138****0123") == 1, "the latest red one is first"
    expect(page.locator("time[data-left]").first).not_to_have_text(countdown)
    both(page, "/", "queue")

    page.locator("tr[data-row^=h-] a", has_text="138****0001").click()
    look(page, "purpose")
    page.fill("#purpose", "案件 2026-17")
    page.keyboard.press("Enter")
    page.locator("h1", has_text=CHENGDU.partition(":")[2]).wait_for()
    noted = {(row["officer"], row["purpose"]) for row in lookups(store, CHENGDU, 100)}
    assert ("li-wei", "案件 2026-17") in noted
    if VENDOR.is_dir():
        page.locator("[data-chart=calls] svg path").first.wait_for(state="attached")
        assert page.locator("[data-chart] svg").count() == 2
    both(page, re.sub("^https?://[^/]+", "", page.url), "card")

    page.goto("/search")
    page.fill("#purpose", "案件 2026-17")
    page.fill("#text", "holder-1")
    page.keyboard.press("Enter")
    page.locator("#found a", has_text="138****0001").wait_for()
    page.locator("#text").press_sequentially("x")
    page.locator("#found", has_text="没有找到").wait_for()
    page.fill("#text", "0000001")
    page.locator("#found a", has_text="138****0001").wait_for()
    assert "0000001" not in page.url
    look(page, "search")
    page.goto("/choose/language/en?back=/search")
    page.fill("#text", "0000001")
    page.locator("#found a").first.wait_for()
    look(page, "search")


def test_the_queue_is_used_by_keyboard_at_twice_the_size_and_on_a_narrow_screen(walker):
    page = walker("wang-fang")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.name || ''"))
    assert {"/search", "hours", "typology", "area", "handler"} <= reached
    assert any(href.startswith("/card/") for href in reached)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, "queue-narrow", picture=False)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_auditor_finds_who_looked_at_a_card_in_two_clicks(walker, store):
    note_lookup(store, time.time_ns() // 1_000_000, "li-wei", "案件 2026-18", "card", CHENGDU)
    page = walker("zhou-yi")
    assert page.url.endswith("/audit")
    page.fill("input[name=subject]", CHENGDU)
    page.fill("input[name=purpose]", "投诉 2026-7")
    page.keyboard.press("Enter")
    page.locator("h2.about", has_text="138****0001").wait_for()
    assert page.locator("#looked ~ div tbody tr", has_text="案件 2026-18").count() == 1
    both(page, "/audit", "audit")
    both(page, "/account", "account")


def test_the_check_of_accessibility_would_find_something(chromium):
    page = chromium.new_page()
    page.set_content("<title>x</title><main><img src='data:,'><input></main>")
    with pytest.raises(AssertionError, match="image-alt"):
        look(page, "bad", picture=False)
    page.close()
