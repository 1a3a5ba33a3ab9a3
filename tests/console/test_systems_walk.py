"""A walk through models, system, audit and users in a real browser, with their accessibility checked.

CONSOLE_SCREENSHOTS=1 writes docs/console/*.png anew.
"""

import re
import time
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from connectors.case_log import note_lookup
from console.own_checks import own_checks
from console.static_files import VENDOR
from jobs.doctor.finding import Finding
from tests.console.operating_station import fill_counts, fill_models, fill_shadow
from tests.console.station import CHENGDU, MIANYANG
from tests.console.test_walk import address, both, chromium, look, walker  # noqa: F401

pytestmark = pytest.mark.long


@pytest.fixture(scope="module", autouse=True)
def filled(store, tmp_path_factory):
    """What jobs left; checks without the folders of the machine that the test runs on, as pictures are kept."""
    base, bus = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("bus")
    for topic in ("cdr", "txn", "card", "lead"):
        (bus / topic).mkdir()

    def checks(settings) -> list[Finding]:
        return [replace(found, found=found.found.replace(str(base), "/srv"), fix=found.fix.replace(str(base), "/srv"))
                for found in own_checks(settings)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUANKA_BUS", f"file://{bus}")
        patch.setattr("console.beside.own_checks", checks)
        _fill(store)
        yield


def _fill(store):
    now_ms = time.time_ns() // 1_000_000
    fill_counts(store, now_ms)
    fill_models(store, now_ms)
    fill_shadow(store, now_ms)
    for n in range(60):
        note_lookup(store, now_ms - n * 240_000, ("li-wei", "zhao-min", "wang-fang")[n % 3], f"案件 2026-{17 + n % 4}",
                    ("card", "search")[n % 2], (CHENGDU, f"phone:1380000{n:04}", MIANYANG)[n % 3])


#: What stands out to the right of the page, and is in nothing that scrolls.
WIDE = """() => [...document.querySelectorAll("main *")].filter((each) =>
  each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".scroll, svg, [data-plot]"))
  .map((each) => each.outerHTML.slice(0, 120))"""


def fits(page) -> None:
    """On a narrow screen and at twice the size nothing is wider than the page."""
    for width, size in ((400, "100%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        page.wait_for_timeout(200)  # charts follow by a script
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDE)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_the_analyst_learns_in_one_click_whether_the_new_model_is_better(walker):  # noqa: F811
    page = walker("analyst")
    page.locator("nav a", has_text="模型").click()
    expect(page.locator("#answer")).to_have_text("新模型更好吗？ 更好")
    assert page.locator("#answer").bounding_box()["y"] < 300, "it stands on top"
    if VENDOR.is_dir():
        for plot in ("reliability", "histogram", "days"):
            page.locator(f"[data-plot={plot}] svg path").first.wait_for(state="attached")
    page.locator("#budget ~ .tabs a", has_text="红").first.click()
    expect(page.locator(".tabs a[aria-current]")).to_contain_text("红")
    both(page, "/models", "models")
    fits(page)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.locator("#answer").is_visible()


def test_the_system_page_goes_on_by_itself_and_a_dead_letter_is_looked_at(walker, store):  # noqa: F811
    page = walker("operator")
    assert page.url.endswith("/system")
    if VENDOR.is_dir():
        page.locator("[data-plot=rates] svg path").first.wait_for(state="attached")
    expect(page.locator("#checks ~ div .check").first).to_be_visible(timeout=90_000)
    store.insert("dead_letters", {"dead_id": ["z9"], "topic": ["lead"], "source": ["part-0"], "offset": [1],
                                  "reason": ["too_deep"], "detail": [""], "raw": [b"{}"]})
    expect(page.locator("#letters ~ div table", has_text="嵌套过深")).to_be_visible(timeout=60_000)
    expect(page.locator("#state")).to_have_text("实时")
    both(page, "/system", "system")
    fits(page)
    page.locator("#letters ~ div table a").first.click()
    look(page, "dead-letters", picture=False)
    page.locator("tbody a").first.click()
    expect(page.locator("pre.raw")).to_be_visible()
    look(page, "dead-letter", picture=False)


def test_the_auditor_learns_who_looked_at_a_card_in_one_click(walker):  # noqa: F811
    page = walker("zhou-yi")
    assert page.url.endswith("/audit")
    page.keyboard.type(CHENGDU.partition(":")[2])
    page.keyboard.press("Tab")
    page.keyboard.type("投诉 2026-7")
    page.keyboard.press("Enter")
    page.locator("h2.about", has_text="138****0001").wait_for()
    rows = page.locator("#looked ~ div tbody tr")
    assert rows.filter(has_text="li-wei").count() > 10 and rows.filter(has_text="6222").count() == 0
    assert "13800000001" not in page.url
    look(page, "audit-card", picture=False)
    fits(page)
    both(page, "/audit", "audit")


def test_the_administrator_adds_a_user_whose_password_is_shown_once(walker):  # noqa: F811
    page = walker("admin")
    assert page.url.endswith("/users")
    page.fill("input[name=name]", "zhang-lei")
    page.select_option("select[name=duty]", "officer")
    page.select_option("select[name=officer]", "zhao-min")
    page.locator("button.main").click()
    expect(page.locator(".once .key")).to_have_text(re.compile(r"(\w{5}-){3}\w{5}"))
    look(page, "users-added", picture=False)
    page.goto("/users")
    expect(page.locator(".once")).to_have_count(0)
    page.locator("tr", has_text="zhang-lei").locator("button.danger").click()
    expect(page.locator("tr", has_text="zhang-lei")).to_contain_text("已停用")
    both(page, "/users", "users")
    fits(page)
