"""From what people hand over to records on the bus: nothing bad gets there, nothing good is lost."""

import orjson
import pytest

from connectors.topic_files import add_file, name_behind
from jobs.watchlist.say import FolderBus, moment_ms, say
from jobs.watchlist.table_file import read_words
from jobs.watchlist.words import BadLine, BadWord, Word, signed_reason

NOW = 1_800_000_000_000
GIVEN = Word("city", "", reason="r [Li]")


def on_bus(bus) -> list[dict]:
    return [orjson.loads(line) for f in sorted(bus.glob("watchlist/*")) for line in f.read_bytes().splitlines()]


def said(bus, text: str, **how):
    return say(read_words(text.splitlines(keepends=True), GIVEN, "Li"), FolderBus(bus), 10.0, None,
               clock_ms=lambda: NOW, **how)  # fmt: skip


def test_good_lines_are_taken_and_bad_ones_told_with_their_number(tmp_path):
    text = (
        "\ufeffcard,list,kind,reason,expires_at\n"
        "phone:13800000001,,,,\n"
        "nobody,,,,\n"
        "account:1,3002,allow,why,2030-01-01T00:00:00Z\n"
        "account:2,,,,2020-01-01T00:00:00Z\n"
        "account:3,,grey,,\n"
        "account:4\n"
        f"account:5,,,{'x' * 300},\n"
        '"phone:13800000002",,,"two\nlines",\n'
        "account:6,,,,soon\n"
        "account:7,,,,\n"
    )
    done = said(tmp_path, text)
    taken = on_bus(tmp_path)
    assert [r["card"] for r in taken] == ["phone:13800000001", "account:1", "account:7"] and done.taken == 3
    assert {bad.number for bad in done.first_bad} == {3, 5, 6, 7, 8, 10, 11} and done.bad == 7
    assert taken[0] == {"event_time": NOW - 8000, "list": "city", "card": "phone:13800000001", "action": "add",
                        "reason": "r [Li]"}  # fmt: skip
    assert (taken[1]["list"], taken[1]["kind"], taken[1]["reason"]) == ("3002", "allow", "why [Li]")
    assert not [bad for bad in done.first_bad if "13800000002" in bad.why], "no card in a message"


@pytest.mark.parametrize("head", ["", "number,reason", "card,officer"])
def test_a_wrong_head_line_is_refused(tmp_path, head):
    with pytest.raises(BadWord, match="head line"):
        said(tmp_path, head + "\n")


def test_many_go_out_in_portions_each_whole_and_at_its_own_moment(tmp_path, monkeypatch):
    monkeypatch.setattr("jobs.watchlist.say.PORTION", 4000)
    clock = iter(range(NOW, NOW + 100))
    words = [(k, Word("l", f"account:{k}")) for k in range(1, 9001)]
    done = say([*words, BadLine(1, "x")], FolderBus(tmp_path), 0.0, None, clock_ms=lambda: next(clock))
    assert (done.taken, done.bad) == (9000, 1)
    assert [int(r["card"][8:]) for r in on_bus(tmp_path)] == list(range(1, 9001))
    assert sorted({r["event_time"] for r in on_bus(tmp_path)}) == [NOW, NOW + 1, NOW + 2]
    assert [p.name for p in sorted(tmp_path.glob("watchlist/*"))] == [f"00000{k}.ndjson" for k in range(3)]


def test_a_word_is_as_old_as_the_lateness_lets_out_soon():
    assert moment_ms(NOW, 10) == NOW - 8000 and moment_ms(NOW, 1) == NOW


@pytest.mark.parametrize(("reason", "officer"), [("", "Li"), ("r", " "), ("r" * 250, "Li Wei")])
def test_a_reason_and_an_officer_are_needed(reason, officer):
    with pytest.raises(BadWord):
        signed_reason(reason, officer)


@pytest.mark.parametrize("last", [None, "0.ndjson", "9.ndjson", "000009.ndjson", "999999.ndjson", "é.ndjson"])
def test_a_name_sorts_behind_the_last(last, tmp_path):
    name = name_behind(last)
    assert last is None or name > last
    assert name_behind(name) > name
    if last:
        (tmp_path / "t").mkdir()
        (tmp_path / "t" / last).write_bytes(b"")
    paths = [add_file(tmp_path, "t", b"%d\n" % k) for k in range(12)]
    assert sorted(paths) == paths and not list((tmp_path / "t").glob(".*"))
