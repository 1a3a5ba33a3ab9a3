"""What four people come for, walked by what stands on the pages, the clicks counted; docs/console.md names them."""

import time
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.console.laundering import FIRST, SECOND, store_laundering
from tests.console.operating_station import fill_models
from tests.console.station import CHENGDU, Browser, insert_hit

DAY_MS = 86_400_000


class Hand:
    """Somebody who has just signed in and clicks on what they see; typing is no click."""

    def __init__(self, browser: Browser):
        self._browser, self.clicks = browser, 0
        self._show(browser.get("/"))

    def follow(self, words: str) -> None:
        """Click on the first link that says so."""
        link = next(link for link in self.page.find_all("a", href=True) if words in link.get_text())
        self.clicks += 1
        self._show(self._browser.get(link["href"]))

    def send(self, has: str, **typed: str) -> None:
        """Fill the form that has such a field, and click on its button."""
        form = next(form for form in self.page.find_all("form") if form.find(attrs={"name": has}))
        fields = {each["name"]: each.get("value", "") for each in form.find_all("input") if each.get("name")}
        self.clicks += 1
        self._show(self._browser.client.post(form.get("action") or self.path, data=fields | typed))

    def _show(self, answer) -> None:
        assert answer.status_code == 200, answer.text
        self.page, self.path = BeautifulSoup(answer.text, "html.parser"), urlsplit(str(answer.url)).path

    @property
    def text(self) -> str:
        return self.page.find("main").get_text(" ", strip=True)


@pytest.fixture(scope="module")
def told(store):
    """A gatherer's account with a hit, and a lead whose time is over."""
    now = time.time_ns() // 1_000_000
    store_laundering(store, now)
    insert_hit(store, FIRST, now, "red", 999)
    store.insert("lead", {"uid": [77], "lead_id": ["L-LATE"], "pushed_at": [now - 60 * DAY_MS], "source": ["province"],
                          "card": [CHENGDU], "due_at": [now - 3 * DAY_MS]})


def test_an_officer_learns_in_three_clicks_who_is_behind_an_account_and_where_the_money_went(told, browser):
    hand = Hand(browser().sign_in("wang-fang"))
    hand.follow("6217********1001")
    hand.send("purpose", purpose="案件 2026-17")
    behind = hand.text
    hand.follow("资金流向")
    assert hand.clicks == 3
    assert FIRST.partition(":")[2] in behind and "机主" in behind
    assert SECOND[0].partition(":")[2] in hand.text


def test_a_supervisor_learns_in_one_click_which_leads_are_overdue(told, browser):
    hand = Hand(browser().sign_in("wang-fang"))
    hand.follow("线索")
    assert hand.clicks == 1
    assert hand.text.index("L-LATE") < hand.text.index("L-2026-1")


def test_an_analyst_learns_in_two_clicks_whether_the_new_model_is_better(store, browser, ground):
    fill_models(store, ground[1]())
    ground[0].beside.models.refresh()
    hand = Hand(browser().sign_in("analyst"))
    hand.follow("模型")
    assert hand.clicks <= 2 and "新模型更好吗" in hand.text


def test_an_auditor_learns_in_two_clicks_who_looked_at_a_card(told, browser, signed_in, ground):
    signed_in("wang-fang").open_card(ground[0].references.of(CHENGDU), "案件 2026-99")
    hand = Hand(browser().sign_in("zhou-yi"))
    assert hand.path == "/audit"
    hand.send("subject", subject=CHENGDU.partition(":")[2], purpose="专项检查")
    assert hand.clicks <= 2 and "案件 2026-99" in hand.text and "wang-fang" in hand.text
