"""check-opening, traceback and entity as a user runs them, over one small store."""

import json
import os

import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.event_rows import insert_events
from connectors.schema import migrate
from tests.integration.duanka import Duanka
from tests.waiting import PATIENCE_S

T0_MS = 1_767_225_600_000  # 2026-01-01


@pytest.fixture(scope="module")
def duanka(tmp_path_factory):
    for name in ("DUANKA_STORE_PASSWORD", "DUANKA_STORE_PASSWORD_FILE"):
        os.environ.pop(name, None)
    made = Duanka(tmp_path_factory.mktemp("openings"))
    with open_store(made.store_url) as store:
        migrate(store)
        cards = [f"account:622262{k:010d}" for k in range(5)]
        insert_events(store, "card", [1, 2, 3, 4, 5], {
            "event_id": list("abcde"), "event_time": [T0_MS + k for k in range(5)], "card": cards, "action": [0] * 5,
            "holder": ["h1", "h1", "h1", "h1", "h2"], "branch": ["b1", "b1", "b1", "b2", "b2"], "clerk": ["k"] * 5})
        insert_events(store, "verdict", [1], {"event_time": [T0_MS + 10], "card": [cards[0]], "verdict": [0],
                                             "officer": ["o"]})
    yield made
    embedded.stop(made.folder / "store", PATIENCE_S)


def answered(done) -> list[dict]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_question_is_answered_and_the_answer_stored(duanka):
    asked = ("check-opening", "--holder", "h1", "--kind", "account", "--branch", "b1", "--at",
             "2026-01-02T12:00:00+08:00")
    [answer] = answered(duanka.run(*asked, "--json"))
    assert answer["advice"] == "refuse" and answer["question"]["institution"] == "622262"
    assert [reason["code"] for reason in answer["reasons"]] == ["2001", "D401", "1001"]
    with open_store(duanka.store_url) as store:
        [row] = store.query("SELECT holder, answer, codes FROM opening_answers FINAL")
    assert row == {"holder": "h1", "answer": "refuse", "codes": ["2001", "D401", "1001"]}
    shown = duanka.run(*asked).stdout
    assert "建议不予办理" in shown and "a person decides" in shown and "art. 32" in shown


def test_a_file_of_questions_is_answered_line_by_line(duanka, tmp_path):
    file = tmp_path / "questions.ndjson"
    asked = [{"holder": holder, "kind": "account", "institution": "622262", "at_ms": T0_MS + 40 * 86_400_000}
             for holder in ("h2", "h1")]
    file.write_text("".join(json.dumps(question) + "\n" for question in asked))
    answers = answered(duanka.run("check-opening", "--file", file, "--json"))
    assert [answer["advice"] for answer in answers] == ["allowed", "refuse"]


def test_openers_are_traced_back(duanka):
    done = duanka.run("traceback", "--by", "branch", "--json")
    rows = json.loads(done.stdout)
    assert [(row["opener"], row["opened"], row["confirmed"]) for row in rows] == [("b1", 3, 1), ("b2", 2, 0)]
    assert "not who is guilty" in " ".join(duanka.run("traceback").stderr.split())


def test_an_entity_shows_links_and_lent_risk(duanka):
    view = json.loads(duanka.run("entity", "holder:h1", "--json").stdout)
    assert {link["topic"] for link in view["links"]} == {"card"} and len(view["cards"]) == 4
    assert [card["lent_risk"] for card in view["cards"]] == [1000, 480, 480, 480]
    assert view["lent_risk"]["holder:h1"] == 600


@pytest.mark.parametrize(("wrong", "said"), [
    (("check-opening", "--holder", "h1", "--kind", "card"), "phone or account"),
    (("check-opening",), "names no holder"), (("traceback", "--by", "shop"), "branch, clerk, agent"),
    (("entity", "person:1"), "KIND:VALUE"), (("entity", "imei:none"), "knows no link")])
def test_wrong_use_is_said_in_a_sentence(duanka, wrong, said):
    done = duanka.run(*wrong)
    assert done.returncode == 2 and said in " ".join((done.stderr + done.stdout).split()), done.stderr
    assert "Traceback (most" not in done.stderr
