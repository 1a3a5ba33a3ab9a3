"""The desk: answers from a real store, their record, and that it counts as the stream does."""

import json
import os

import numpy as np
import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.event_rows import insert_events
from connectors.schema import migrate
from features.openings.rows import opening_events, opening_rows
from features.openings.state import OpeningState
from features.partition import event_uids
from jobs.opening_check import OpeningDesk, answer_id
from jobs.opening_questions import BadOpeningQuestion, opening_question, questions_in
from models.opening_rules import opening_rules
from tests.features.laws import ordered
from tests.features.openings.card_events import T0_MS, decoded, records

#: Limits that random events reach; windows as long as their time.
RULES = opening_rules({"address_identities": 4, "agent_identities": 5, "cumulative_cards": 4, "debit_cards": 2,
                       "phone_cards": 2, "linked_phone_days": 7, "address_days": 7, "agent_days": 7})


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    for name in ("DUANKA_STORE_PASSWORD", "DUANKA_STORE_PASSWORD_FILE"):
        os.environ.pop(name, None)
    folder = tmp_path_factory.mktemp("desk")
    with open_store(f"embedded:{folder}") as opened:
        migrate(opened)
        yield opened
    embedded.stop(folder)


@pytest.fixture(scope="module")
def stream(store):
    """A stream of card events in the store; and each opening as a question with what the stream counted after it."""
    made = [record | {"event_time": record["event_time"] + k} for k, record in enumerate(records(11, count=150))]
    batch = decoded(made)
    uid = event_uids(batch)
    insert_events(store, "card", uid, batch.columns)
    state = OpeningState(RULES.window_days, RULES.whole("frequent_days"), RULES.whole("home_digits"))
    by_uid = dict(zip(uid.tolist(), made))
    told = []
    for event in opening_events(ordered(opening_rows(batch, uid).rows)):
        record, figures = by_uid[event.uid], state.take(event)
        if figures is not None and figures.is_new:
            names = ("holder", "branch", "address", "agent", "linked_phone", "area")
            given = {name: record.get(name, "") for name in names}
            asked = given | {"kind": record["card"].partition(":")[0], "at_ms": int(record["event_time"]) - 1}
            told.append((opening_question(asked, 0), record["card"], figures))
    return told


def test_the_desk_counts_before_an_opening_what_the_stream_counts_after_it(store, stream):
    desk = OpeningDesk(store, RULES)
    assert len(stream) > 60
    for question, card, figures in stream:
        facts = desk.facts(question)
        assert {name: n + 1 for name, n in facts.identities.items()} == {
            name: sharing.identities for name, sharing in figures.shared.items()}
        _, answer = desk.answer(question)
        values = {reason.code: reason.value for reason in answer.reasons}
        assert values.get("1001", 0) == (figures.lately if figures.lately >= RULES.whole("frequent_cards") else 0)
        assert ("D407" in values) == bool(figures.far)
        if card != f"phone:{question.linked_phone}":  # which is another's until it is handed over
            assert ("D406" in values) == figures.phone_of_another


def test_the_bank_is_that_of_what_the_branch_opened_last(store, stream):
    desk = OpeningDesk(store, RULES)
    later = opening_question({"holder": "new", "kind": "account", "branch": "b1", "at_ms": T0_MS + 10**10}, 0)
    known, _ = desk.answer(later)
    assert known.institution in ("622262", "621226")
    unknown, _ = desk.answer(opening_question({"holder": "new", "kind": "account", "branch": "?"}, T0_MS))
    assert unknown.institution == ""


def test_answers_are_stored_once_with_what_they_were_decided_on(store, stream):
    desk = OpeningDesk(store, RULES)
    answered = [desk.answer(question) for question, *_ in stream]
    desk.record(answered)
    desk.record(answered)
    rows = store.query("SELECT * FROM opening_answers FINAL ORDER BY answer_id")
    assert [row["answer_id"] for row in rows] == sorted({answer_id(*one) for one in answered})
    refused = [row for row in rows if row["answer"] == "refuse"]
    assert refused and all(row["codes"] and len(row["codes"]) == len(row["legal_bases"]) == len(row["counted"])
                           for row in refused)
    assert {row["rules_version"] for row in rows} == {RULES.version}


@pytest.mark.parametrize(("given", "said"), [
    ({}, "names no holder"), ({"holder": "h"}, "phone or account"),
    ({"holder": "h", "kind": "card"}, "phone or account"),
    ({"holder": "h", "kind": "phone", "aera": "510107"}, "the field 'aera'"),
    ({"holder": "h", "kind": "phone", "area": "51"}, "six-digit"),
    ({"holder": "h", "kind": "phone", "branch": 3}, "text"),
    ({"holder": "h", "kind": "phone", "at_ms": "now"}, "milliseconds"), ([], "no JSON object")])
def test_a_wrong_question_is_refused_with_what_to_do(given, said):
    with pytest.raises(BadOpeningQuestion, match=said):
        opening_question(given, 0)


def test_a_file_of_questions_names_the_wrong_line(tmp_path):
    file = tmp_path / "questions.ndjson"
    good = json.dumps({"holder": "h", "kind": "phone", "linked_phone": "phone:138"})
    file.write_text(f"{good}\n\n{good}\n")
    assert [q.linked_phone for q in questions_in(file, 7)] == ["138", "138"]
    file.write_text(f"{good}\n{{\n")
    with pytest.raises(BadOpeningQuestion, match="line 2"):
        list(questions_in(file, 7))


def test_the_benchmark_asks_what_can_be_answered(store):
    from benchmarks.openings import fill, measure, questions

    columns = fill(store, 2000, seed=5)
    asked = questions(columns, 40)
    assert len({question.kind for question in asked}) == 2 and np.unique(columns["card"]).size == 2000
    measure(OpeningDesk(store, RULES), asked)
