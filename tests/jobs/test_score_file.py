"""The file of scores: its columns, one row per event and card concerned, Parquet and CSV alike."""

from collections import Counter

import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from features.events import TOPICS
from jobs.score_file import BadScoreFile, ScoreFile
from models.levels import Level
from models.list_findings import CODES
from models.typologies import TYPOLOGIES
from tests.jobs.replays import cards_of, lines_of, rewritten, time_of
from tests.jobs.score_tables import write_scores

COLUMNS = ["event_id", "event_time_ms", "topic", "card", "score", "level", "typologies"]
_AS_TEXT = pa_csv.ConvertOptions(column_types={"event_id": pa.string(), "typologies": pa.string()})


@pytest.fixture(scope="module")
def bus(slice_bus, tmp_path_factory):
    """The slice with every hundredth record twice, and verdicts and watchlist entries among them."""
    def twice(topic, lines):
        return [line for k, line in enumerate(lines) for _ in range(1 + (k % 100 == 0))]

    out = rewritten(slice_bus, tmp_path_factory.mktemp("scored") / "bus", twice)
    at = time_of("cdr", lines_of(slice_bus, "cdr")[100])
    verdict = {"event_time": at, "card": "phone:AB-7", "verdict": "confirmed", "officer": "o"}
    entry = {"event_time": at, "list": "city", "card": "account:" + "9" * 30, "action": "add"}
    for topic, event in (("verdict", verdict), ("watchlist", entry)):
        (out / topic).mkdir(exist_ok=True)
        (out / topic / "999999.ndjson").write_bytes(orjson.dumps(event) + b"\n")
    return out


@pytest.fixture(scope="module")
def scored(bus, tmp_path_factory):
    path = tmp_path_factory.mktemp("file") / "scores.parquet"
    return write_scores(bus, path), pq.read_table(path)


def wanted_rows(bus) -> Counter:
    """(event id, time, topic, card) of each event's cards, once however often it was delivered."""
    wanted = Counter()
    for topic in TOPICS:
        for line in dict.fromkeys(lines_of(bus, topic)):
            event = orjson.loads(line)
            event_id = event.get(TOPICS[topic].id_field)
            wanted.update((event_id, time_of(topic, line), topic, card) for card in cards_of(topic, line))
    return wanted


def test_columns_are_exactly_these(scored):
    _, table = scored
    assert table.column_names == COLUMNS
    types = ["string", "int64", "string", "string", "double", "string", "string"]
    assert [str(field.type) for field in table.schema] == types
    assert all(table[name].null_count == 0 for name in COLUMNS)


def test_one_row_per_event_and_card(bus, scored):
    outcome, table = scored
    rows = table.select(["event_id", "event_time_ms", "topic", "card"]).to_pylist()
    for row in rows:
        if not TOPICS[row["topic"]].id_field:
            row["event_id"] = None
    assert Counter(tuple(row.values()) for row in rows) == wanted_rows(bus)
    assert outcome.repeated > 10


def test_events_without_an_id_get_one_that_stays(bus, scored, tmp_path):
    _, table = scored
    again = tmp_path / "again.parquet"
    write_scores(bus, again, chunk_bytes=5000, step_records=50)
    ids = [
        {r["event_id"] for r in t.to_pylist() if r["topic"] in ("verdict", "watchlist")}
        for t in (table, pq.read_table(again))
    ]
    assert ids[0] == ids[1] and all(len(i) == 16 and int(i, 16) for i in ids[0])


def test_scores_levels_and_typologies_agree(scored):
    outcome, table = scored
    risks = Counter(round(risk / 1000, 12) for risk, _, _ in outcome.scores.values())
    assert Counter(round(score, 12) for score in table["score"].to_pylist()) == risks
    known = {typology.code for typology in TYPOLOGIES} | set(CODES)
    bounds = dict(zip((level.label for level in Level), (0, 0.45, 0.6, 0.75, 0.85)))
    for row in table.to_pylist():
        assert 0 <= row["score"] <= 1 and row["score"] >= bounds[row["level"]]
        codes = row["typologies"].split("+") if row["typologies"] else []
        assert set(codes) <= known and len(codes) == len(set(codes))
        assert row["level"] == "none" or codes, "a level without a typology"


def test_csv_holds_what_parquet_holds(bus, scored, tmp_path):
    path = tmp_path / "scores.csv"
    write_scores(bus, path)
    table = pa_csv.read_csv(path, convert_options=_AS_TEXT)
    assert table.column_names == COLUMNS
    rows = [tuple(row.values()) for row in table.to_pylist()]
    assert Counter(rows) == Counter(tuple(row.values()) for row in scored[1].to_pylist())


@pytest.mark.parametrize(("chunk_bytes", "step_records"), [(4000, 20), (10**6, 700)])
def test_no_id_is_lost_whatever_the_batches(bus, scored, tmp_path, chunk_bytes, step_records):
    path = tmp_path / "scores.parquet"
    write_scores(bus, path, chunk_bytes=chunk_bytes, step_records=step_records)
    rows = [tuple(row.values()) for row in pq.read_table(path).to_pylist()]
    assert Counter(rows) == Counter(tuple(row.values()) for row in scored[1].to_pylist())


@pytest.mark.parametrize("name", ["scores.txt", "scores", "scores.parquet.gz"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(BadScoreFile, match="parquet or .csv"):
        ScoreFile(tmp_path / name)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadScoreFile):
        ScoreFile(tmp_path / "nowhere" / "scores.parquet")
