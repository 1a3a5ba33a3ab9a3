"""Lists on a real Flink: the hits of the replay, stored with what lists said, explained and listed by the commands."""

import json
import os
import shutil
import signal

import orjson
import pytest

from tests.integration.conftest import replayed_hits
from tests.jobs.replays import lines_of, time_of
from tests.waiting import PATIENCE_S, wait_until

WHO = ("--officer", "Li Wei", "--reason", "case 17")


def _words(city) -> list[dict]:
    """Every twentieth payee on a list from the middle of the day on, some for an hour; three taken off again."""
    payments = [orjson.loads(line) for line in lines_of(city, "txn")]
    at = time_of("txn", lines_of(city, "txn")[len(payments) // 3])
    cards = sorted({f"account:{payment['payee']}" for payment in payments})[::20]
    words = [{"event_time": at + k, "list": ("city", "3002-calls")[k % 2], "card": card, "action": "add", "reason": "r"}
             | ({"expires_at": at + 3_600_000} if k % 5 == 0 else {}) for k, card in enumerate(cards)]  # fmt: skip
    gone = [word | {"event_time": word["event_time"] + 600_000, "action": "remove"} for word in words[1:4]]
    return [*words, *gone]


@pytest.mark.long
def test_flink_and_the_replay_say_the_same_of_lists(duanka, city, tmp_path):
    bus = tmp_path / "listed"
    shutil.copytree(city, bus)
    words = _words(city)
    (bus / "watchlist").mkdir()
    (bus / "watchlist" / "0.ndjson").write_bytes(b"".join(orjson.dumps(word) + b"\n" for word in words))
    expected = replayed_hits(bus)
    duanka.settings = {"chunk_kib": "64"}
    done = duanka.run("run", "--bus", bus)
    assert done.returncode == 0, done.stderr
    assert duanka.hits() == expected
    codes = {code for hit in expected.values() for code in hit["typologies"]}
    assert codes >= {"2001", "3002", "3004", "3005"}
    for code in ("2001", "3005"):
        hit_id = next(k for k, hit in expected.items() if code in hit["reason_codes"])
        explained = duanka.run("explain", hit_id)
        assert explained.returncode == 0, explained.stderr + explained.stdout
    listed = json.loads(duanka.run("watchlist", "list", "--format", "json", "--limit", 9999).stdout)
    gone = {word["card"] for word in words if word["action"] == "remove"}
    wanted = {word["card"] for word in words if "expires_at" not in word} - gone
    assert {row["card"] for row in listed} == wanted, "without what was taken off or has ended long ago"


def test_a_card_added_to_a_running_job_hits(duanka, city, tmp_path):
    bus = tmp_path / "bus"
    (bus / "cdr").mkdir(parents=True)
    (bus / "cdr" / "0.ndjson").write_bytes(b"".join(line + b"\n" for line in lines_of(city, "cdr")[:2000]))
    process = duanka.start("run", "--follow", "--bus", bus)
    try:
        wait_until(lambda: _count(duanka, "SELECT sum(scored) AS n FROM shard_counts FINAL") > 0,
                   "the first records", process)
        added = duanka.run("watchlist", "add", "account:6222000000000001", "--list", "city", *WHO, "--bus", bus)
        assert added.returncode == 0, added.stderr
        wait_until(lambda: _count(duanka, "SELECT count() AS n FROM hits WHERE has(typologies, '2001')") == 1,
                   "the hit", process)
        (hit,) = (hit for hit in duanka.hits().values() if "2001" in hit["typologies"])
        assert hit["card"] == "account:6222000000000001"
        assert "reason: case 17 [Li Wei]" in hit["reasons_en"][0]
        assert _count(duanka, "SELECT sum(late) AS n FROM shard_counts FINAL") == 0
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)


def _count(duanka, sql: str) -> int:
    return duanka.query(sql)[0]["n"]
