"""Each page with what it has to show, as its users see it."""

import re
from html import unescape as html_unescape

import pytest

from connectors.case_log import lookups
from tests.console.station import CHENGDU, MIANYANG, VICTIM, insert_hit


def reference_of(ground, card):
    return ground[0].references.of(card)


def test_the_queue_shows_warnings_with_a_countdown_first_then_cards_by_level_masked(signed_in):
    html = signed_in("wang-fang").get("/").text
    assert re.search(r'data-left="\d+"', html) and "50,000.00" in html and "12,000.00" in html
    rows = re.findall(r'<tr data-row="(\w)-[^"]+"[^>]*class="(\w+)', html)
    assert rows == [("w", "red"), ("h", "red"), ("h", "orange")]
    for card in (CHENGDU, MIANYANG, VICTIM):
        assert card.partition(":")[2] not in html
    assert "138****0001" in html and "6222********0002" in html


def test_the_queue_is_filtered_and_senseless_filters_are_no_error(signed_in):
    def rows(query):
        answer = signed_in("wang-fang").get(f"/?{query}")
        assert answer.status_code == 200
        return re.findall(r'<tr data-row="h-[^"]+"[^>]*class="(\w+)', answer.text)

    assert rows("level=red") == ["red"] and rows("level=orange") == ["red", "orange"]
    assert rows("typology=D201") == ["red", "orange"] and rows("typology=D101") == []
    assert rows("area=5107") == ["orange"] and rows("area=5101") == ["red"]
    assert rows("hours=1") == ["red"] and rows("handler=nobody") == []
    assert rows("level=x&hours=-3&typology='&area=;&after=1-2-x&handler=%27%20OR%201") == []
    assert rows("level=x&hours=y&typology='&area=;&after=1-2-x") == ["red", "orange"]


def test_the_queue_goes_on_behind_the_last_card(signed_in, store, ground, monkeypatch):
    monkeypatch.setattr("console.pages.queue.ROWS", 1)
    seen, path = [], "/"
    while path:
        html = signed_in("wang-fang").get(path).text
        seen += re.findall(r'data-row="h-([^"]+)"', html)
        more = re.search(r'href="(/\?[^"]+)" rel="next"', html)
        path = more and more[1].replace("&amp;", "&")
    assert seen == [reference_of(ground, CHENGDU), reference_of(ground, MIANYANG)]


def test_a_card_opens_with_a_purpose_and_every_look_is_noted(signed_in, store, ground):
    person, reference = signed_in("wang-fang"), reference_of(ground, CHENGDU)
    before = len(lookups(store, CHENGDU, 1000))
    asked = person.get(f"/card/{reference}").text
    assert "13800000001" not in asked and 'name="purpose"' in asked
    assert person.open_card(reference, "  ").status_code == 422
    assert len(lookups(store, CHENGDU, 1000)) == before
    html = person.open_card(reference, "案件 2026-17").text
    assert "13800000001" in html and "D201" in html and "model m1" not in html
    for heading in ("reasons", "risk", "calls", "events", "peerslist", "entity", "history", "looks"):
        assert f'id="{heading}"' in html, heading
    assert "860000000000001" in html
    person.get(f"/card/{reference}")
    noted = lookups(store, CHENGDU, 1000)
    assert len(noted) == before + 2
    assert {(row["officer"], row["purpose"], row["command"]) for row in noted[:2]} == {
        ("wang-fang", "案件 2026-17", "card")}


def test_what_a_card_is_compared_with_comes_under_the_look_of_its_page(browser, store, ground, monkeypatch):
    person, reference = browser().sign_in("li-wei"), reference_of(ground, CHENGDU)
    early = person.get(f"/card/{reference}/comparison", headers={"x-part": "comparison"})
    assert early.url.path == f"/card/{reference}" and 'name="purpose"' in early.text
    html = person.open_card(reference, "案件 2026-18").text
    path = html_unescape(re.search(r'data-from="([^"]+)"', html)[1])
    before = lookups(store, CHENGDU, 1000)
    part = person.get(path, headers={"x-part": "comparison"}).text
    assert 'id="peers"' in part and "<html" not in part and "呼叫的不同号码" in part
    whole = person.get(path).text
    assert 'id="peers"' in whole and "<html" in whole and f'href="/card/{reference}"' in whole
    assert lookups(store, CHENGDU, 1000) == before
    monkeypatch.setattr("console.card_access.PART_OF_LOOK_MS", -1)  # the page was opened long ago
    person.get(path)
    assert len(lookups(store, CHENGDU, 1000)) == len(before) + 1
    assert person.get(path, params={"until": "-1"}).status_code == 422


def test_a_card_of_a_warned_victim_says_so(signed_in, ground):
    html = signed_in("wang-fang").open_card(reference_of(ground, VICTIM)).text
    assert "受害预警" in html and "w1" in html


@pytest.mark.parametrize(("text", "found"), [
    ("13800000001", ["138****0001"]), ("0002", ["6222********0002"]), ("holder-1", ["138****0001"]),
    ("L-2026-1", ["138****0001"]), ("8600000", None), ("13700000004", ["137****0004"]), ("nothing-here", []),
    ("000", []), ("' OR 1=1 --", []), ("%%%%", []),
])
def test_search_finds_by_number_end_holder_handset_and_lead(signed_in, text, found):
    person = signed_in("wang-fang")
    html = person.post("/search", {"text": text, "purpose": "case 7"}).text
    shown = re.findall(r'href="/card/[^"]+">([^<]+)</a>', html)
    assert shown == found if found is not None else len(shown) > 20
    assert "13800000001" not in html.replace('value="13800000001"', "")


def test_search_needs_a_purpose_first_and_is_noted(browser, store):
    person = browser().sign_in("li-wei")
    assert person.post("/search", {"text": "13800000001"}).status_code == 422
    person.post("/search", {"text": "13800000001", "purpose": "case 8"})
    assert [(row["officer"], row["purpose"]) for row in lookups(store, "13800000001", 5)][0] == ("li-wei", "case 8")


def test_the_auditor_sees_the_trail_the_check_and_who_looked(signed_in, ground, store):
    signed_in("wang-fang").open_card(reference_of(ground, CHENGDU), "case audit")
    html = signed_in("zhou-yi").get("/audit").text
    assert "记录完整" in html and "case audit" in html and "登记民警" in html
    assert "13800000001" not in html and "138****0001" in html
    of_card = signed_in("zhou-yi").post("/audit", {"subject": CHENGDU, "purpose": "review"}).text
    assert "case audit" in of_card and "officer:li-wei" not in of_card


def test_language_and_theme_are_chosen_and_lead_back_to_the_page(signed_in):
    person = signed_in("analyst")
    answer = person.get("/choose/language/en?back=/account")
    assert answer.url.path == "/account" and "Registered officer" in answer.text and 'lang="en"' in answer.text
    assert 'data-theme="dark"' in person.get("/choose/theme/dark").text
    for away in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert person.get("/choose/language/zh", params={"back": away}).url.host == "testserver"
    person.get("/choose/theme/auto")


def test_a_later_hit_is_on_the_page_asked_for_again(signed_in, store, ground):
    card = "phone:13800000107"
    assert reference_of(ground, card) not in signed_in("wang-fang").get("/").text
    insert_hit(store, card, ground[1](), "yellow", 400)
    part = signed_in("wang-fang").get("/", headers={"x-part": "queue"}).text
    assert reference_of(ground, card) in part and "<html" not in part


def test_a_row_that_was_changed_afterwards_shows_on_the_audit_page(signed_in, store, ground):
    row = {"subject": ["lead:tampered"], "seq": [1], "at": [1_772_416_800_000], "officer": ["li-wei"],
           "action": ["lead_taken"], "payload": ["{}"], "prev_hash": ["0" * 64], "hash": ["f" * 64]}
    store.insert("case_events", row)
    ground[0].beside.trail.refresh()
    try:
        html = signed_in("zhou-yi").get("/audit").text
        assert "记录异常 1 处" in html and "lead:tampered #1" in html and "记录完整" not in html
    finally:
        store.command("ALTER TABLE case_events DELETE WHERE subject = 'lead:tampered' SETTINGS mutations_sync = 1")
    ground[0].beside.trail.refresh()
    assert "记录完整" in signed_in("zhou-yi").get("/audit").text
