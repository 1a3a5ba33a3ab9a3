"""A walk over the boards in a real browser, with their accessibility checked.

CONSOLE_SCREENSHOTS=1 writes their pictures in docs/console anew.
"""

import time

import pytest
from playwright.sync_api import Page

from tests.console.board_rows import fill_leads, fill_lists, fill_openings
from tests.console.test_walk import address, both, chromium, walker

__all__ = ["address", "chromium", "walker"]


@pytest.fixture(scope="module", autouse=True)
def filled(store, address):
    now_ms = time.time_ns() // 1_000_000
    fill_leads(store, now_ms)
    fill_lists(store, now_ms)
    fill_openings(store, now_ms)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pictures(walker):
    page = walker("wang-fang")
    for path, name in (("/leads", "leads"), ("/watchlists", "watchlists"), ("/openers", "openers"),
                       ("/report", "report")):
        both(page, path, name)
