"""The REST interface attacked: tokens, cookies, bodies, and everything that its description lets one send."""

import json
import warnings

import pytest
from fastapi.testclient import TestClient

from console.api.caller import WRONG_RATE
from console.api.rate import Rate
from tests.console.attack_surface import intruder, operations
from tests.console.program import PATH, mounted, paced, program_of
from tests.console.station import CHENGDU, Clock
from tests.console.test_attacks_forms import PAYLOADS, PRODUCT, tables

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from hypothesis import HealthCheck, given, settings

pytestmark = pytest.mark.long

#: Requests for each operation (ours).
EXAMPLES = 12
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.fixture
def unhurried(app):
    """Thousands of requests a minute are no attack here."""
    with paced(app, "rate", Rate(10**6, Clock())):
        yield


def test_tokens_are_not_guessed_and_good_ones_do_not_wait_for_those_who_try(app, ground):
    clock, good = Clock(), program_of(app, ground[0], "li-wei")
    with paced(app, "wrong", Rate(WRONG_RATE, clock)):
        tried = [good.client.get(f"{PATH}/hits", headers={"authorization": f"Bearer duanka_{n:043}"})
                 for n in range(WRONG_RATE + 20)]
        assert [answer.status_code for answer in tried[:WRONG_RATE]] == [401] * WRONG_RATE
        assert {answer.status_code for answer in tried[WRONG_RATE:]} <= {401, 429} and tried[-1].status_code == 429
        assert len({answer.json()["title"] for answer in tried[:WRONG_RATE]}) == 1
        assert good.get("/hits").status_code == 200, "from the same address"
        clock.ahead_ms += 60_000
        assert good.client.get(f"{PATH}/hits", headers={"authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic d2FuZy1mYW5nOng=", "bearer x y",
                                           "Bearer ' OR 1=1 --", "Bearer \u00e9", "Bearer " + "A" * 9000, "Token x"])
def test_what_is_no_token_is_none(app, authorization):
    answer = TestClient(app).get(f"{PATH}/hits", headers={"authorization": authorization.encode("utf-8")})
    assert answer.status_code in (401, 429)


def test_a_sessions_cookie_counts_for_nothing_and_a_token_opens_no_page(app, ground):
    person = intruder(app, ground[0], "wang-fang")
    assert person.client.get(f"{PATH}/hits").status_code == 401
    body = {"verdict": "confirmed", "note": "x"}
    path = f"{PATH}/cards/{ground[0].references.of(CHENGDU)}/verdict"
    assert person.client.post(path, json=body, headers={"idempotency-key": "k"}).status_code == 401
    stranger = TestClient(app)
    for path in ("/", "/search", "/account", "/export"):
        answer = stranger.get(path, headers={"authorization": f"Bearer {person.secret}"}, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


def test_no_body_lets_anything_in(app, ground, store, unhurried):
    person, before, n = intruder(app, ground[0], "wang-fang"), tables(store), 0
    described = mounted(app).openapi()
    reference = ground[0].references.of("phone:13800000127")
    for operation in operations(app):
        if not operation.is_api or operation.method != "POST":
            continue
        path = operation.path.removeprefix(PATH)
        schema = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        names = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
        valid = {"card": CHENGDU, "purpose": "x", "text": "13800000001", "verdict": "confirmed", "note": "x",
                 "reason": "x", "decision": "granted", "to": "li-wei", "outcome": "confirmed"}
        for name in names:
            for payload in (*PAYLOADS[::6], None, 5, -1, [], {}, True, [PAYLOADS[0]], {"$ne": ""}, 1e400):
                body = {each: valid[each] for each in names if each in valid} | {name: payload}
                text = json.dumps(body)
                answer = person.client.post(operation.address(reference=reference), content=text, headers={
                    "authorization": f"Bearer {person.secret}", "idempotency-key": f"k{n}",
                    "content-type": "application/json"})
                assert answer.status_code < 500 and PRODUCT not in answer.text, (operation, body)
                assert "x-evil" not in answer.headers
                n += 1
    assert n > 150 and tables(store) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{" * 5000, '{"note": "\\ud800", "verdict": "cleared"}',
                                  '{"verdict": "cleared", "note": "x", "officer": "wang-fang"}', "\xff\xfe"])
def test_a_body_that_is_none_is_a_problem(app, ground, text):
    program = program_of(app, ground[0], "li-wei")
    answer = program.client.post(f"{PATH}/cards/{ground[0].references.of(CHENGDU)}/verdict", content=text.encode(),
                                 headers=program.headers() | {"idempotency-key": "k",
                                                              "content-type": "application/json"})
    assert answer.status_code == 422 and answer.json()["code"] == "bad_request"


@pytest.mark.parametrize("key", ["", " ", "x" * 129, "a b", "schlüssel"])
def test_a_key_that_is_none_is_a_problem(app, ground, key):
    program = program_of(app, ground[0], "li-wei")
    headers = program.headers() | {"idempotency-key": key.encode("utf-8")}
    answer = program.client.post(f"{PATH}/leads/L-2026-1/take", json={}, headers=headers)
    assert answer.status_code == 422 and answer.json()["code"] == "bad_request"


def test_nobody_acts_in_anothers_name(app, ground):
    program, card = program_of(app, ground[0], "li-wei"), "phone:13800000128"
    answer = program.client.post(
        f"{PATH}/cards/{ground[0].references.of(card)}/verdict?officer=wang-fang&user=wang-fang",
        json={"verdict": "cleared", "note": "x"},
        headers=program.headers() | {"idempotency-key": "n", "x-officer": "wang-fang", "x-forwarded-user": "wang-fang"})
    assert [event["officer"] for event in answer.json()["events"]] == ["li-wei"]


def test_what_the_description_lets_one_send_is_no_fault_and_answered_as_described(app, ground, unhurried):
    described, n = schemathesis.openapi.from_asgi(f"{PATH}/openapi.json", app), {}
    secret, reference = intruder(app, ground[0], "wang-fang").secret, ground[0].references.of("phone:13800000126")
    for found in described.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))
        def send(case):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {secret}"}
            if "reference" in (case.path_parameters or {}):
                case.path_parameters["reference"] = reference
            case.call_and_validate(checks=CHECKS)
            n[case.operation.label] = n.get(case.operation.label, 0) + 1

        send()
    assert len(n) == 19 and min(n.values()) >= 1 and sum(n.values()) > 100
