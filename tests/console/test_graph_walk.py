"""Pictures of money and calls in a real browser: opened by mouse and keyboard, nothing lies on anything.

CONSOLE_SCREENSHOTS=1 writes docs/console/flow-*.png, flow-500-zh.png, calls-zh.png and explain-zh.png anew.
"""

import os
import time

import pytest
from playwright.sync_api import expect

from benchmarks.console_graph import name, store_ring
from tests.console.laundering import FIRST, THIRD, VICTIMS, store_laundering
from tests.console.station import CALLER, CHENGDU
from tests.console.test_explain import hit_id  # noqa: F401
from tests.console.test_walk import address, chromium, look, walker  # noqa: F401

pytestmark = pytest.mark.long

# ruff: noqa: F811

#: Boxes of texts, cards and boxes of others, as the browser drew them; how many pairs meet by more than a pixel.
MEETINGS = """
() => {
  const svg = document.querySelector("svg.graph");
  const boxes = (which) => [...svg.querySelectorAll(which)].map((e) => e.getBoundingClientRect())
    .filter((b) => b.width);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const within = (all) => all.reduce((n, a, i) => n + all.slice(0, i).filter((b) => meet(a, b)).length, 0);
  const across = (all, others) => all.reduce((n, a) => n + others.filter((b) => meet(a, b)).length, 0);
  const cards = boxes("rect.box"), words = boxes("text.words"), inner = boxes(".spot text:not(.more)");
  const out = [...svg.querySelectorAll(".spot")].reduce((n, spot) => {
    const box = spot.querySelector(".box").getBoundingClientRect();
    return n + [...spot.querySelectorAll("text:not(.more)")].map((e) => e.getBoundingClientRect())
      .filter((t) => t.width && (t.left < box.left || t.right > box.right + 1 || t.bottom > box.bottom + 1)).length;
  }, 0);
  return { cards: within(cards), words: within(words), inner: within(inner), mixed: across(words, cards), out };
}
"""
NOTHING = {"cards": 0, "words": 0, "inner": 0, "mixed": 0, "out": 0}


@pytest.fixture(scope="module")
def told(store):
    now = time.time_ns() // 1_000_000
    store_laundering(store, now)
    store_ring(store, now)


def open_part(page, card: str, part: str, query: str = "") -> None:
    """Find a card, state the purpose, and see a part of it."""
    page.goto("/search")
    if page.locator("#purpose").count():
        page.fill("#purpose", "案件 2026-17")
    page.fill("#text", card.partition(":")[2])
    page.locator("#search button").click()
    page.locator("#found a").first.wait_for()
    page.goto(page.locator("#found a").first.get_attribute("href") + f"/{part}")
    if page.locator("#purpose").count():
        page.fill("#purpose", "案件 2026-17")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{part}")
    page.locator("svg.graph").wait_for()
    if query:
        page.goto(page.url + query)


def in_english(page, picture: str = "") -> None:
    path = page.url.split("/", 3)[3]
    page.goto(f"/choose/language/en?back=/{path.partition('?')[0]}")
    look(page, picture or "flow", picture=bool(picture))
    assert page.evaluate(MEETINGS) == NOTHING
    page.goto(f"/choose/language/zh?back=/{path.partition('?')[0]}")


def test_an_officer_sees_where_the_money_went_and_opens_accounts_by_mouse_and_keyboard(walker, told):
    page = walker("wang-fang")
    open_part(page, FIRST, "flow")
    look(page, "flow")
    assert page.evaluate(MEETINGS) == NOTHING
    in_english(page, "flow")
    page.emulate_media(color_scheme="dark")
    look(page, "flow-dark", picture=False)
    page.emulate_media(color_scheme="light")

    third, victim = (f"a.spot[aria-label^='{card.partition(':')[2]}']" for card in (THIRD[1], VICTIMS[3]))
    before = page.locator("a.spot").count()
    page.locator(third).click()
    expect(page.locator("a.spot")).not_to_have_count(before)
    expect(page.locator(third)).to_be_focused()
    assert "opened=" in page.url
    more = page.locator("a.spot").count()
    page.locator(victim).focus()
    page.keyboard.press("Enter")
    expect(page.locator("a.spot")).not_to_have_count(more)
    expect(page.locator(victim)).to_be_focused()
    assert page.evaluate(MEETINGS) == NOTHING
    look(page, "flow-opened", picture=False)
    page.go_back()
    expect(page.locator("a.spot")).to_have_count(more)
    page.locator(third).click()
    expect(page.locator("a.spot")).to_have_count(before)

    page.locator(".zoom a").last.click()
    expect(page.locator(".zoom")).to_contain_text("150%")
    page.locator("th a", has_text="次数").click()
    page.locator("th[aria-sort=descending]", has_text="次数").wait_for()


    page.goto(page.url.partition("?")[0])
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reached = set()
    for _ in range(45):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('class') || document.activeElement.name || ''"))
    assert {"way", "hops", "days", "least", "most", "skip-picture"} <= reached
    assert any(kind.startswith("spot") for kind in reached)


def test_a_ring_of_five_hundred_calls_and_a_decision_replayed(walker, told, hit_id):
    page = walker("li-wei")
    open_part(page, name(0), "flow", "?way=any&hops=4&most=500")
    assert page.locator("a.spot").count() == 500 and page.locator("text.words").count() > 30
    if os.environ.get("CONSOLE_SCREENSHOTS"):  # the check of access takes minutes over so many; small ones have it
        look(page, "flow-500")
    # Turned texts have wide upright boxes: the drawing's own measure is in test_graph.py; here dots as they are drawn.
    dots = page.evaluate("""() => [...document.querySelectorAll('circle.dot, rect.dot')].map((e) => {
      const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2, b.width / 2]; })""")
    assert len(dots) == 500
    assert all((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 > (a[2] + b[2] - 0.5) ** 2 for k, a in enumerate(dots)
               for b in dots[:k])

    open_part(page, CHENGDU, "calls")
    look(page, "calls")
    assert page.evaluate(MEETINGS) == NOTHING
    open_part(page, CALLER, "calls")
    page.goto(page.locator(".facts a").first.get_attribute("href"))
    page.locator("a", has_text="决定重算").first.click()
    page.locator(".good", has_text="是").wait_for()
    look(page, "explain")
