"""The REST interface: what it gives, what it does, once and in whose name."""

import json
import sqlite3
import threading

import pytest

from connectors.case_log import lookups
from console.accounts.kept_answers import KEPT_MS, RUNNING_MS, Claim, claim_key
from console.api.caller import RATE
from console.api.rate import Rate
from tests.console.program import PATH, paced, program_of
from tests.console.station import CHENGDU, DAY_MS, MIANYANG, VICTIM, Clock, insert_hit

SUBJECT = "phone:13800000105"


@pytest.fixture(scope="module")
def programs(app, ground):
    made = {}

    def of(user):
        if user not in made:
            made[user] = program_of(app, ground[0], user)
        return made[user]

    return of


@pytest.fixture(scope="module")
def reference(ground):
    return ground[0].references.of


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    given = answer.json()
    assert given["type"] == f"urn:duanka:problem:{given['code']}" and given["status"] == answer.status_code
    assert given["title"]
    return answer.status_code, given["code"]


def test_hits_and_warnings_are_those_of_the_page_masked_and_in_pages(programs, reference):
    given = programs("wang-fang").get("/hits").json()
    assert [(row["card"]["masked"], row["level"]) for row in given["items"]] == [
        ("138****0001", "red"), ("6222********0002", "orange")]
    first = given["items"][0]
    assert first["card"]["reference"] == reference(CHENGDU) and first["reasons"][0]["code"] == "D201"
    assert given["next"] is None and first["area"] == "510104" and first["lead_id"] == "L-2026-1"
    seen, cursor = [], ""
    for _ in range(3):
        part = programs("wang-fang").get("/hits", limit=1, cursor=cursor).json()
        seen += [row["card"]["reference"] for row in part["items"]]
        cursor = part["next"]
        if cursor is None:
            break
        assert "1380000" not in cursor
    assert seen == [reference(CHENGDU), reference(MIANYANG)]
    warned = programs("wang-fang").get("/warnings").json()["items"]
    assert [(row["warning_id"], row["amount_fen"], row["person"]["masked"]) for row in warned] == [
        ("w1", 5_000_000, "139****0003")]
    everything = json.dumps([given, warned])
    assert not [card for card in (CHENGDU, MIANYANG, VICTIM) if card.partition(":")[2] in everything]


def test_every_list_goes_on_behind_the_last_row_of_the_page_before(programs, store, ground):
    now = ground[1]()
    for n in range(5):
        store.insert("lead", {"uid": [9000 + n], "lead_id": [f"L-page-{n}"], "pushed_at": [now - 9 * DAY_MS - n // 2],
                              "source": ["x"], "card": [CHENGDU]})
    store.insert("opening_findings", {
        "finding_id": [f"f{n}" for n in range(5)], "code": ["1001", "1002", "1001", "D401", "1001"],
        "event_time": [now - (n // 2) for n in range(5)], "card": [CHENGDU] * 5, "reason_zh": ["见 13800000001"] * 5,
        "reason_en": ["see"] * 5})
    store.insert("taint_accounts", {"card": [f"account:622200000000010{n}" for n in range(5)],
                                    "here_fen": [50_000 * (1 + n // 2) for n in range(5)]})
    store.insert("warnings", {"warning_id": [f"wp{n}" for n in range(5)], "person": ["13900000003"] * 5,
                              "account": [""] * 5, "level": ["red", "orange", "red", "yellow", "red"],
                              "event_time": [now - 5 * DAY_MS - n // 3 for n in range(5)]})
    for path, key, n in (("/leads", "lead_id", 6), ("/openings", "finding_id", 5), ("/tainted", "card", 5),
                         ("/warnings", "warning_id", 6)):
        whole = [str(row[key]) for row in programs("wang-fang").get(path, limit=200).json()["items"]]
        assert len(whole) == n == len(set(whole)), path
        seen, cursor = [], ""
        while cursor is not None:
            given = programs("wang-fang").get(path, limit=2, cursor=cursor).json()
            assert "13800000001" not in json.dumps(given)
            seen += [str(row[key]) for row in given["items"]]
            cursor = given["next"]
        assert seen == whole, path


def test_a_cursor_is_good_for_its_own_question_and_cannot_be_made_up(programs):
    cursor = programs("wang-fang").get("/hits", limit=1).json()["next"]
    for path, query in (("/hits", {"level": "red"}), ("/leads", {}), ("/warnings", {})):
        assert code(programs("wang-fang").get(path, cursor=cursor, **query)) == (400, "cursor")
    for bad in ("x", "A" * 200, cursor[:-2], "ü"):
        assert code(programs("wang-fang").get("/hits", cursor=bad)) == (400, "cursor")


def test_a_card_is_looked_up_for_a_purpose_and_noted_before_it_is_shown(programs, reference, store):
    person, before = programs("li-wei"), len(lookups(store, CHENGDU, 1000))
    assert code(person.get(f"/cards/{reference(CHENGDU)}")) == (422, "bad_request")
    assert code(person.get(f"/cards/{reference(CHENGDU)}", purpose="   ")) == (422, "bad_request")
    assert len(lookups(store, CHENGDU, 1000)) == before
    given = person.get(f"/cards/{reference(CHENGDU)}", purpose="案件 9").json()
    assert given["card"] == CHENGDU and given["level"] == "red" and len(given["events"]) > 50
    assert given["next_step"] == "verify" and given["links"] and given["counterparties"][0]["reference"]
    posted = person.post("/cards/look-up", {"card": CHENGDU, "purpose": "案件 9"})
    assert posted.json() == given
    noted = lookups(store, CHENGDU, 1000)
    assert len(noted) == before + 2
    assert {(row["officer"], row["purpose"], row["command"]) for row in noted[:2]} == {("li-wei", "案件 9", "api card")}
    found = person.post("/search", {"text": "holder-1", "purpose": "案件 9"}).json()["items"]
    assert [row["card"]["masked"] for row in found] == ["138****0001"]
    assert lookups(store, "holder-1", 5)[0]["command"] == "api search"


def test_a_whole_case_by_programs_and_each_rule_says_its_name(programs, reference, store, ground):
    insert_hit(store, SUBJECT, ground[1]())
    officer, boss, other = programs("li-wei"), programs("wang-fang"), programs("zhao-min")
    card = f"/cards/{reference(SUBJECT)}"
    assert code(other.post(f"{card}/verdict", {"verdict": "confirmed", "note": "x"})) == (403, "outside_territory")
    assert code(officer.post(f"{card}/verdict", {"verdict": "confirmed", "note": " "})) == (422, "no_reason")
    done = officer.post(f"{card}/verdict", {"verdict": "confirmed", "note": "机主供述"}).json()
    assert [event["action"] for event in done["events"]] == ["verdict_given"] and done["published"]
    told = [json.loads(line) for file in (ground[0].users.path.parent / "bus" / "verdict").iterdir()
            for line in file.read_text("utf-8").splitlines()]
    assert [(row["card"], row["verdict"], row["officer"]) for row in told] == [(SUBJECT, "confirmed", "li-wei")]
    assert code(officer.post(f"{card}/measures", {"step": "suspend", "reason": "x"})) == (422, "ladder")
    measure = officer.post(f"{card}/measures", {"reason": "群呼"}).json()["measure"]
    assert code(officer.post(f"/measures/{measure}/approve", {})) == (403, "own_measure")
    done = boss.post(f"/measures/{measure}/approve", {}).json()
    assert [(e["action"], e["officer"]) for e in done["events"]] == [("measure_approved", "wang-fang")]
    assert code(boss.post(f"/measures/{measure}/reject", {"reason": "x"})) == (409, "decided")
    appeal = officer.post(f"/measures/{measure}/appeals", {"reason": "本人使用"}).json()["appeal"]
    assert code(boss.post(f"/appeals/{appeal}/decide", {"decision": "granted", "reason": "x"})) == (403, "own_measure")
    lifted = officer.post(f"/measures/{measure}/lift", {"reason": "误判"}).json()
    assert [event["action"] for event in lifted["events"]] == ["measure_lifted"]
    second = officer.post(f"{card}/measures", {"step": "limit", "reason": "新证据"}).json()["measure"]
    assert boss.post(f"/measures/{second}/reject", {"reason": "证据不足"}).status_code == 200
    assert code(boss.post("/measures/M0/approve", {})) == (404, "unknown_measure")
    given = officer.get(card, purpose="x").json()
    assert [(m["status"], m["step"]) for m in given["measures"]] == [("lifted", "verify"), ("refused", "limit")]
    assert given["verdict"] == "confirmed" and given["appeals"][0]["decision"] is None


def test_leads_are_worked(programs, store, ground):
    store.insert("lead", {"uid": [77], "lead_id": ["L-work"], "pushed_at": [ground[1]()], "source": ["center"],
                          "card": [CHENGDU]})
    officer, boss = programs("li-wei"), programs("wang-fang")
    assert code(officer.post("/leads/L-work/receipt", {})) == (403, "not_handler")
    assert code(officer.post("/leads/L-work/assign", {"to": "li-wei"})) == (403, "not_supervisor")
    assert boss.post("/leads/L-work/assign", {"to": "li-wei"}).json()["events"][0]["action"] == "lead_assigned"
    assert officer.post("/leads/L-work/take", {}).json()["events"][0]["action"] == "lead_taken"
    assert officer.post("/leads/L-work/take", {}).json() == {"events": [], "measure": None, "appeal": None,
                                                             "published": True}
    assert officer.post("/leads/L-work/receipt", {}).json()["published"]
    assert code(officer.post("/leads/L-work/outcome", {"outcome": "confirmed"})) == (409, "no_verdict")
    done = officer.post("/leads/L-work/outcome", {"outcome": "undecided", "reason": "证据不足"}).json()
    assert done["events"][0]["action"] == "lead_closed"
    rows = {row["lead_id"]: row for row in officer.get("/leads", open_only=False, limit=200).json()["items"]}
    assert rows["L-work"]["outcome"] == "undecided" and rows["L-work"]["clock"] == "closed"
    assert "L-work" not in {row["lead_id"] for row in officer.get("/leads", limit=200).json()["items"]}
    assert code(officer.post("/leads/L-none/take", {})) == (404, "unknown_lead")


def test_a_key_gives_the_first_answer_again_and_is_good_for_one_request(programs, reference, ground, store):
    officer, card = programs("li-wei"), "phone:13800000106"
    path, body = f"/cards/{reference(card)}/verdict", {"verdict": "cleared", "note": "本人使用"}
    first = officer.post(path, body, key="one")
    assert officer.post(path, body, key="one").json() == first.json()
    with ground[0].desk() as desk:
        assert [e.act.action for e in desk.events(f"card:{card}")] == ["verdict_given", "published"]
    assert code(officer.post(path, body | {"note": "另一说明"}, key="one")) == (422, "key_used")
    assert code(officer.post(f"/cards/{reference(CHENGDU)}/verdict", body, key="one")) == (422, "key_used")
    refused = officer.post(path, body | {"note": ""}, key="two")
    assert code(refused) == (422, "no_reason") and officer.post(path, body | {"note": ""}, key="two").json() \
        == refused.json()
    assert programs("wang-fang").post(path, body | {"note": "复核"}, key="one").status_code == 200, "a key is a token's"
    assert code(officer.client.post(PATH + path, json=body, headers=officer.headers())) == (422, "bad_request")
    looked = officer.post("/cards/look-up", {"card": CHENGDU, "purpose": "a"}, key="three")
    assert officer.post("/cards/look-up", {"card": CHENGDU, "purpose": "a"}, key="three").json() == looked.json()
    assert code(officer.post("/cards/look-up", {"card": MIANYANG, "purpose": "a"}, key="three")) == (422, "key_used")
    # The act is known by its key in the log of cases as well, should the answer be lost.
    ground[0].users.change("DELETE FROM kept_answers")
    assert officer.post(path, body, key="one").json()["events"] == first.json()["events"]


def test_of_requests_with_one_key_at_once_one_is_carried_out(programs, reference, ground):
    officer, card = programs("li-wei"), "phone:13800000108"
    path, body = f"/cards/{reference(card)}/verdict", {"verdict": "cleared", "note": "x"}
    answers, gate = [], threading.Barrier(6)

    def send():
        gate.wait()
        answers.append(officer.post(path, body, key="at-once"))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200 and set(statuses) <= {200, 409}
    assert all(code(answer) == (409, "key_running") for answer in answers if answer.status_code == 409)
    with ground[0].desk() as desk:
        assert [e.act.action for e in desk.events(f"card:{card}")].count("verdict_given") == 1


def test_keys_are_forgotten_after_a_day_and_one_that_was_left_running_is_free_again(ground):
    users, clock = ground[0].users, ground[1]
    assert claim_key(users, "t", "k", "asked").claim is Claim.MINE
    assert claim_key(users, "t", "k", "asked").claim is Claim.RUNNING
    clock.ahead_ms += RUNNING_MS + 1000
    assert claim_key(users, "t", "k", "asked").claim is Claim.MINE
    users.change("UPDATE kept_answers SET answer = 'x' WHERE token_id = 't'")
    assert claim_key(users, "t", "k", "asked").claim is Claim.DONE
    assert claim_key(users, "t", "k", "else").claim is Claim.OTHER
    clock.ahead_ms += KEPT_MS + 1000
    assert claim_key(users, "t", "k", "else").claim is Claim.MINE


def test_what_is_kept_of_answers_holds_no_number_and_no_token(programs, ground):
    programs("li-wei").post("/cards/look-up", {"card": CHENGDU, "purpose": "case 13800000001"})
    rows = sqlite3.connect(ground[0].users.path).execute("SELECT * FROM kept_answers").fetchall()
    tokens = sqlite3.connect(ground[0].users.path).execute("SELECT * FROM tokens").fetchall()
    assert rows and tokens and "13800000001" not in str(rows)
    assert not [secret for secret in (programs("li-wei").secret, programs("wang-fang").secret) if secret in str(tokens)]


def test_problems_are_in_the_language_asked_for(programs):
    for asked, said in (("zh-CN,en;q=0.5", "令牌"), ("en-GB,zh;q=0.9", "token"), ("fr", "令牌"), ("", "令牌"),
                        ("en;q=x", "令牌"), ("zh;q=0.1,en", "token")):
        answer = programs("li-wei").client.get(f"{PATH}/hits", headers={"accept-language": asked})
        assert said in answer.json()["title"] and answer.headers["content-language"] in ("zh", "en")
        assert code(answer) == (401, "no_token") and answer.headers["www-authenticate"].startswith("Bearer")


def test_the_store_being_away_is_a_problem_and_the_key_is_free_again(programs, reference, monkeypatch):
    from connectors.errors import StoreUnavailableError

    def away(*_, **__):
        raise StoreUnavailableError("at 127.0.0.1")

    path, body = f"/cards/{reference(CHENGDU)}/verdict", {"verdict": "confirmed", "note": "x"}
    with monkeypatch.context() as patch:
        patch.setattr("jobs.casework.desk.events_of", away)
        answer = programs("wang-fang").post(path, body, key="away")
        assert code(answer) == (503, "store_away") and answer.headers["retry-after"] == "5"
        assert "127.0.0.1" not in answer.text
    assert programs("wang-fang").post(path, body, key="away").status_code == 200


def test_a_fault_is_a_problem_that_gives_nothing_away(programs, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("phone:13800000001")

    monkeypatch.setattr("console.api.lists.queue_page", fail)
    answer = programs("wang-fang").get("/hits")
    assert code(answer) == (500, "fault") and "13800000001" not in answer.text
    assert answer.headers["cache-control"] == "no-store" and "default-src" in answer.headers["content-security-policy"]


def test_more_requests_a_minute_than_a_token_may_wait(app, ground):
    clock = Clock()
    with paced(app, "rate", Rate(5, clock)):
        program, other = program_of(app, ground[0], "analyst"), program_of(app, ground[0], "analyst")
        assert {program.get("/hits", cursor="x").status_code for _ in range(5)} == {400}
        answer = program.get("/hits", cursor="x")
        assert code(answer) == (429, "rate") and 1 <= int(answer.headers["retry-after"]) <= 12
        assert other.get("/hits").status_code == 200, "another token does not wait"
        clock.ahead_ms += 12_100
        assert program.get("/hits").status_code == 200 and program.get("/hits").status_code == 429


def test_the_rate_lets_a_burst_through_and_then_so_many_a_minute():
    now = [0]
    rate = Rate(60, lambda: now[0])
    assert [rate.wait_ms("a") for _ in range(60)] == [0] * 60
    assert rate.wait_ms("a") == 1000 and rate.wait_ms("b") == 0
    now[0] = 1000
    assert rate.wait_ms("a") == 0 and rate.wait_ms("a") == 1000
    now[0] += 3_600_000
    assert [rate.wait_ms("a") for _ in range(61)] == [0] * 60 + [1000], "a long silence saves nothing up"
    assert RATE >= 60


def test_the_description_names_every_operation_and_needs_no_token(programs):
    given = programs("li-wei").client.get(f"{PATH}/openapi.json").json()
    operations = {(method, path) for path, each in given["paths"].items() for method in each}
    assert len(operations) == 19 and ("post", "/appeals/{appeal}/decide") in operations
    assert given["servers"] == [{"url": PATH}] and "HTTPValidationError" not in json.dumps(given)
    for each in given["paths"].values():
        for operation in each.values():
            assert operation["security"] == [{"HTTPBearer": []}]
            assert operation["responses"]["401"]["content"].keys() == {"application/problem+json"}
    for path in ("/docs", "/redoc"):
        assert code(programs("li-wei").get(path)) == (404, "missing")
