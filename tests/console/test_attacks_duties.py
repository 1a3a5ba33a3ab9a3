"""Every operation of the application: who opens it, from where, with how much, and what every answer says."""

import re

import pytest
from fastapi.testclient import TestClient

from console.api.problems import MEDIA_TYPE
from console.app import create_app
from console.guard import LONGEST_BODY
from console.texts import Texts
from tests.console.attack_surface import STREAMS, intruder, operations
from tests.console.duty_matrix import OPENS, PUBLIC
from tests.console.station import CHENGDU, MIANYANG, USERS

BY_DUTY = {"li-wei": "officer", "wang-fang": "supervisor", "analyst": "analyst", "operator": "operator",
           "zhou-yi": "auditor", "admin": "administrator"}
REFUSED = Texts("zh")("refused.duty")


@pytest.fixture(scope="module")
def everything(app):
    return operations(app)


@pytest.fixture
def address(ground):
    return lambda operation, card=CHENGDU: operation.address(reference=ground[0].references.of(card))


def is_open(answer) -> bool:
    if answer.headers.get("content-type") == MEDIA_TYPE:
        return answer.status_code != 401 and answer.json()["code"] != "scope"
    return REFUSED not in answer.text and not answer.headers.get("location", "").startswith("/sign-in")


def test_every_operation_is_in_the_matrix_and_the_matrix_has_no_other(everything):
    names = {operation.name for operation in everything}
    listed = set(OPENS) | PUBLIC
    assert not names - listed, "say in tests/console/duty_matrix.py which duties open these"
    assert not listed - names, "these are gone"
    assert len(names) > 40 and not set(OPENS) & PUBLIC


@pytest.mark.parametrize("name", BY_DUTY)
def test_each_duty_opens_what_the_matrix_says_and_nothing_else(app, ground, everything, address, name):
    duty, wrong = USERS[name], []
    assert duty == BY_DUTY[name]
    for operation in everything:
        if operation.name in PUBLIC:
            continue
        wanted = duty in OPENS[operation.name]
        if wanted and operation.name in STREAMS:
            continue
        answer = intruder(app, ground[0], name).send(operation, address(operation))
        if is_open(answer) is not wanted or answer.status_code >= 500:
            wrong.append((operation.name, wanted, answer.status_code))
    assert not wrong


def test_without_a_session_or_a_token_nothing_but_the_way_in_is_open(app, everything, address):
    for operation in everything:
        answer = TestClient(app).request(operation.method, address(operation), follow_redirects=False)
        if operation.name not in PUBLIC:
            assert answer.status_code in (303, 401, 403), operation
            assert answer.status_code != 303 or answer.headers["location"].startswith("/sign-in"), operation


@pytest.mark.parametrize(("name", "card"), [("li-wei", MIANYANG), ("zhao-min", CHENGDU)])
def test_nothing_of_a_card_in_anothers_territory_is_opened_by_its_reference(app, ground, everything, address, name,
                                                                           card):
    asked = [operation for operation in everything if "{reference}" in operation.path]
    assert len(asked) >= 7
    purpose = {"purpose": "x", "reason": "x"}
    for operation in asked:
        data = purpose
        if operation.is_api:
            data = {"verdict": "confirmed", "note": "x"} if operation.path.endswith("verdict") else {"reason": "x"}
        answer = intruder(app, ground[0], name).send(operation, address(operation, card) + "?purpose=x", data)
        assert answer.status_code in (403, 404, 422), (operation, answer.status_code)
        assert card.partition(":")[2] not in answer.text, operation
    with ground[0].desk() as desk:
        assert not desk.events(f"card:{card}")


@pytest.mark.parametrize(("name", "others"), [("li-wei", "6222********0002"), ("zhao-min", "138****0001")])
def test_no_list_shows_a_card_of_anothers_territory(app, ground, everything, name, others):
    for operation in everything:
        if operation.method != "GET" or "{" in operation.path or operation.name in STREAMS:
            continue
        text = intruder(app, ground[0], name).send(operation, operation.path).text
        assert others not in text, operation
        for card in (CHENGDU, MIANYANG):
            assert card.partition(":")[2] not in text, (operation, "a whole number in a list")


def test_a_form_without_its_token_or_from_elsewhere_is_refused_everywhere(app, ground, everything, address):
    posts = [operation for operation in everything if operation.method not in ("GET", "HEAD")]
    assert len(posts) > 20
    for operation in posts:
        name = next(n for n in BY_DUTY if operation.name in PUBLIC or USERS[n] in OPENS[operation.name])
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"},
                        {"sec-fetch-site": "same-site"}):
            answer = intruder(app, ground[0], name).send(operation, address(operation), **headers)
            assert answer.status_code == 403, (operation, headers)
        client = intruder(app, ground[0], name).client
        for token in ({}, {"form_token": ""}, {"form_token": "guessed"}):
            answer = client.request(operation.method, address(operation), data=token, follow_redirects=False)
            assert answer.status_code == (401 if operation.is_api else 403), operation


def test_the_token_of_anothers_form_is_not_taken(app, ground, everything, address):
    for operation in everything:
        if operation.method == "POST" and not operation.is_api:
            person, other = intruder(app, ground[0], "wang-fang"), intruder(app, ground[0], "li-wei")
            answer = person.send(operation, address(operation), {"form_token": other.form_token})
            assert answer.status_code == 403, operation


def test_an_oversized_body_is_refused_unread_everywhere(app, ground, everything, address):
    person = intruder(app, ground[0], "wang-fang")
    for operation in everything:
        if operation.method == "GET":
            continue
        for given in ({"content": b"x" * (LONGEST_BODY + 1)}, {"content": iter([b"x" * 40_000] * 3)}):
            headers = {"authorization": f"Bearer {person.secret}", "content-type": "application/json"}
            answer = person.client.request(operation.method, address(operation), headers=headers, **given)
            assert answer.status_code == 413, operation
            assert not operation.is_api or answer.headers["content-type"] == MEDIA_TYPE


def test_every_answer_has_strict_headers_whoever_asks(app, ground, everything, address):
    for name in ("wang-fang", "zhou-yi", "admin", None):
        for operation in everything:
            if operation.name in STREAMS and name == "wang-fang":
                continue
            person = intruder(app, ground[0], name or "admin")
            if name is None:
                person.client.cookies.clear()
                person.secret = "duanka_wrong"
            answer = person.send(operation, address(operation))
            policy = answer.headers["content-security-policy"]
            assert "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff", operation
            assert answer.headers["x-frame-options"] == "DENY" and answer.headers["referrer-policy"] == "no-referrer"
            assert "server" not in answer.headers and "x-powered-by" not in answer.headers
            assert answer.headers["cache-control"] == "no-store" or operation.path.startswith("/static"), operation
            if "text/html" in answer.headers.get("content-type", ""):
                assert not re.search(r"<script(?![^>]*(src=|application/json))|<style|\sstyle=|\son\w+=", answer.text)


def test_a_route_that_nobody_listed_would_be_found(ground):
    spoiled = create_app(ground[0])

    @spoiled.get("/back-door/{reference}")
    def back_door():
        return {}

    assert "GET /back-door/{reference}" in {operation.name for operation in operations(spoiled)}
    assert "GET /back-door/{reference}" not in set(OPENS) | PUBLIC
