"""Statements, templates, scripts and nonsense through every field of every form and every query."""

import re

import pytest
from bs4 import BeautifulSoup

from tests.console.attack_surface import STREAMS, Form, Operation, crawl, intruder, operations
from tests.console.duty_matrix import OPENS
from tests.console.station import CHENGDU, EVIL, MIANYANG, USERS, insert_hit

pytestmark = pytest.mark.long

WHO = ("wang-fang", "zhou-yi", "analyst", "admin", "operator")
#: What a template would make of our sum, and a statement of our comparison.
SUM, PRODUCT = "1337*1337", "1787569"
PAYLOADS = (
    "' OR 1=1 --", "'; DROP TABLE hits; --", "') UNION ALL SELECT version() --", "{card:String}", "\\' OR \\'1\\'=\\'1",
    "{{" + SUM + "}}", "${" + SUM + "}", "<%= " + SUM + " %>", "{% include '/etc/passwd' %}", "#{" + SUM + "}",
    "<script>alert(1)</script>", "\" onfocus=alert(1) autofocus x=\"", "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)", "</title><svg onload=alert(1)>", "x\r\nx-evil: 1", "../../../../etc/passwd", "\x00",
    "😀\u202e", "9" * 40, "-1", "NaN", "%s%n%x", "A" * 5000,
)
#: Every form and address gets each so-manieth of them, beginning elsewhere; all of them together get all.
EACH = 8
#: What would end the walk, not the console.
NOT_SENT = ("/sign-out",)


@pytest.fixture(scope="module")
def forms_of(app, ground, store):
    """Forms and queries that a user finds, on pages of cards too."""
    insert_hit(store, CHENGDU, ground[1](), "red", 940, EVIL)
    found = {}

    def of(name: str) -> tuple[list[Form], dict[str, set[str]]]:
        if name not in found:
            person = intruder(app, ground[0], name)
            for card in (CHENGDU, MIANYANG):
                address = f"/card/{ground[0].references.of(card)}"
                person.send(Operation("POST", address), address, {"purpose": EVIL})
            forms, queries = crawl(person)
            found[name] = [form for form in forms.values() if form.action not in NOT_SENT], queries
        return found[name]

    return of


def harmless(answer, sent) -> None:
    """No fault, nothing carried out, nothing that a browser would run."""
    assert answer.status_code < 500, (sent, answer.status_code)
    assert "x-evil" not in answer.headers and PRODUCT not in answer.text, sent
    assert "root:x:0" not in answer.text, sent
    assert "evil" not in answer.headers.get("location", "").split("?")[0], sent
    if "text/html" not in answer.headers.get("content-type", ""):
        return
    page = BeautifulSoup(answer.text, "html.parser")
    for element in page.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"], (sent, element)
        for name in ("href", "src", "action", "formaction"):
            assert not str(element.get(name, "")).lower().strip().startswith(("javascript:", "data:")), (sent, element)
    for script in page.find_all("script"):
        assert script.get("src", "").startswith("/static/") or script.get("type") == "application/json", (sent, script)


def tables(store) -> list:
    """What must not change: no attack makes a hit, an opening or an officer."""
    names = ("hits", "card", "cdr", "txn", "lead")
    return [store.query(f"SELECT count() AS n FROM {name}")[0]["n"] for name in names]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", WHO)
def test_no_field_of_any_form_lets_anything_in(app, ground, store, forms_of, name):
    forms, _ = forms_of(name)
    assert len(forms) >= {"wang-fang": 8, "zhou-yi": 6}.get(name, 1), "the walk finds the forms"
    before = tables(store)
    for number, form in enumerate(forms):
        names = [field for field in form.fields if field != "form_token"]
        person = intruder(app, ground[0], name)
        for payload in PAYLOADS[number % EACH :: EACH] if names else ():
            sent = Operation(form.method, form.action), dict.fromkeys(names, payload)
            if form.method == "GET":
                harmless(person.client.get(form.action, params=sent[1]), sent)
            else:
                harmless(person.send(sent[0], form.action, sent[1]), sent)
        person = intruder(app, ground[0], name)
        for field in names:  # with the others as they stand, so that it comes further
            filled = {each: value or "case 2026-17" for each, value in form.fields.items() if each != "form_token"}
            for payload in PAYLOADS[number % 24 :: 24]:
                harmless(person.send(Operation(form.method, form.action), form.action, filled | {field: payload}),
                         (form, field, payload))
    assert tables(store) == before


@pytest.mark.parametrize("name", ["wang-fang", "zhou-yi", "admin"])
def test_no_query_and_no_part_of_an_address_lets_anything_in(app, ground, store, forms_of, name):
    _, linked = forms_of(name)
    before, n = tables(store), 0
    for operation in operations(app):
        if operation.method != "GET" or operation.name in STREAMS:
            continue
        if operation.name in OPENS and USERS[name] not in OPENS[operation.name]:
            continue
        reference = ground[0].references.of(CHENGDU)
        address = operation.address(reference=reference)
        names = set(operation.query) | linked.get(address, set()) | {"after", "next", "back"}
        person = intruder(app, ground[0], name)
        for payload in PAYLOADS[n % EACH :: EACH]:
            answer = person.client.get(address, params=dict.fromkeys(names, payload), follow_redirects=False,
                                       headers={"authorization": f"Bearer {person.secret}"})
            harmless(answer, (operation, payload))
            n += 1
        for part in re.findall(r"\{(\w+)\}", operation.path):
            for payload in PAYLOADS[n % 12 : 12 : 12]:
                spoiled = operation.address(**{"reference": reference, part: payload.replace("/", "%2f")})
                harmless(person.client.get(spoiled, follow_redirects=False), (operation, payload))
    assert n > 25 and tables(store) == before


def test_what_cards_purposes_and_notes_say_is_shown_and_never_run(app, ground, forms_of, store):
    forms_of("wang-fang")
    shown = 0
    for name in ("wang-fang", "zhou-yi"):
        person = intruder(app, ground[0], name)
        for operation in operations(app):
            if operation.method == "GET" and "{" not in operation.path and operation.name not in STREAMS:
                answer = person.send(operation, operation.path)
                harmless(answer, operation)
                shown += "&lt;script&gt;alert(1)" in answer.text
    assert shown >= 2, "it does stand on pages: queue and audit at least"


def test_the_check_would_find_a_script_and_a_template_that_is_run():
    class Answer:
        status_code, headers = 200, {"content-type": "text/html"}

        def __init__(self, text):
            self.text = text

    harmless(Answer("<p>&lt;script&gt;alert(1)</p>"), "")
    for text in ("<script>alert(1)</script>", '<input onfocus="x">', PRODUCT, '<a href=" javascript:x">',
                 '<p style="x">', "<script src='//evil.example/x.js'></script>"):
        with pytest.raises(AssertionError):
            harmless(Answer(text), "")
