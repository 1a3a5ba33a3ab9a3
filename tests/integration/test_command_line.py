"""What the commands print, and how they end."""

import json

import pytest


@pytest.fixture(scope="module")
def scored(city, tmp_path_factory):
    """A store with the city's hits."""
    from tests.integration.duanka import Duanka

    made = Duanka(tmp_path_factory.mktemp("scored"))
    done = made.run("run", "--bus", city)
    assert done.returncode == 0, done.stderr
    made.summary = done.stdout
    yield made
    made.close()


def test_run_sums_up_and_says_what_to_type_next(scored):
    for part in ("events/s", "hits by level", "hits by typology", "precision", "recall", " card ", " hits --level red"):
        assert part in scored.summary


def test_hits_come_out_as_json_most_urgent_first(scored):
    done = scored.run("hits", "--format", "json", "--limit", "1000")
    rows = json.loads(done.stdout)
    assert [row["risk"] for row in rows if row["level"] == "red"] == sorted(
        (row["risk"] for row in rows if row["level"] == "red"), reverse=True
    )
    assert {row["hit_id"] for row in rows} == set(scored.hits())


def test_hits_since_counts_back_from_the_newest_event(scored):
    everything = json.loads(scored.run("hits", "--format", "json", "--limit", "10000").stdout)
    recent = json.loads(scored.run("hits", "--format", "json", "--since", "2h", "--limit", "10000").stdout)
    newest = scored.query("SELECT toUnixTimestamp64Milli(max(event_time)) AS t FROM card_events")[0]["t"]
    expected = {row["hit_id"] for row in everything if row["last_seen_ms"] >= newest - 7_200_000}
    assert {row["hit_id"] for row in recent} == expected != {row["hit_id"] for row in everything}


def test_card_shows_reasons_events_counterparties_and_links(scored):
    card = json.loads(scored.run("hits", "--format", "json", "--limit", "1").stdout)[0]["card"]
    view = json.loads(scored.run("card", card, "--format", "json").stdout)
    assert view["card"] == card and view["hits"][0]["reasons_zh"] and view["hits"][0]["reasons_en"]
    assert view["events"] and view["counterparties"] and view["links"]
    table = scored.run("card", card).stdout
    for title in ("recent events", "counterparties", "links"):
        assert title in table


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("card", "13812345678"), "phone:NUMBER"),
        (("card", "phone:1"), "duanka store migrate"),
        (("hits", "--level", "purple"), "blue, yellow, orange, red"),
        (("hits", "--since", "soon"), "such as 1h"),
        (("run", "--bus", "/nowhere"), "duanka simulate"),
        (("run", "--bus", "ftp://x"), "must be file://FOLDER"),
        (("replay", "--bus", "/nowhere"), "duanka simulate"),
        (("evaluate", "--scores", "no.csv", "--truth", "no.csv"), "no.csv cannot be read"),
        (("simulate", "--out", "/tmp/x", "--people", "3"), "people"),
        (("nonsense",), "nonsense"),
        (("hits", "--store", "mysql://x"), "embedded:"),
        (("run", "--resume", "--bus", "BUS"), "no earlier run"),
    ],
)
def test_wrong_use_ends_with_a_sentence_and_code_2(duanka, city, arguments, said):
    arguments = [str(city) if a == "BUS" else a for a in arguments]
    done = duanka.run(*arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr + done.stdout


def test_an_unknown_card_is_said_to_be_unknown(scored):
    done = scored.run("card", "phone:1")
    assert done.returncode == 2 and "knows nothing of phone:1" in done.stderr


def test_doctor_names_the_fix(duanka):
    done = duanka.run("doctor", "--bus", "/nowhere", "--format", "json")
    findings = {row["part"]: row for row in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings["java"]["state"] == findings["store"]["state"] == "ok"
    assert findings["bus"]["state"] == "bad" and "duanka simulate" in findings["bus"]["fix"]
