"""What a flood announces is what the decoder and the shards make of it."""

from collections import Counter

import pytest

from benchmarks.production.flood import Flood
from features.decode import decode
from features.events import TOPICS
from features.events_page import EXAMPLES
from features.rejects import Reason
from jobs.engine import END_OF_TIME_MS, Engine
from tests.features.raw_records import LATEST_MS
from tests.jobs.replays import engine_settings

GOOD = 400


def good_lines(topic: str) -> list[bytes]:
    """Made-up records that differ in the identity of their card."""
    return [
        EXAMPLES[topic].replace("0000000", f"{k:07d}").encode()  # part of every card number on the events page
        for k in range(GOOD)
    ]


@pytest.mark.parametrize("topic", list(TOPICS))
def test_reasons_are_as_announced(topic):
    flood = Flood(topic, 0.5, seed=1)
    lines = list(flood.mix(good_lines(topic)))
    engine = Engine(engine_settings(shards=2))
    chunk = engine.take(topic, "flood", 0, b"\n".join(lines))
    found = Counter(str(reject.reason) for reject in chunk.events.rejects)
    repeated = sum(outcome.counts.repeated for _, outcome in engine.advance(END_OF_TIME_MS))
    assert found + Counter(duplicate=repeated) == flood.expected
    assert len(chunk.events) - repeated == flood.good == GOOD
    assert set(flood.expected) | {"too_long"} == {str(reason) for reason in Reason}


@pytest.mark.parametrize("share", [0.0, 0.2, 0.9])
def test_the_share_and_the_good_lines_order_are_kept(share):
    good = good_lines("cdr") * 10
    flood = Flood("cdr", share, seed=2, repeats=False)
    lines = list(flood.mix(good))
    assert abs(flood.expected.total() / len(lines) - share) < 0.03
    assert [line for line in lines if line in set(good)] == good


def test_the_same_seed_gives_the_same_flood_and_another_one_another():
    floods = [list(Flood("txn", 0.5, seed).mix(good_lines("txn"))) for seed in (7, 7, 8)]
    assert floods[0] == floods[1] != floods[2]


def test_without_repeats_every_reason_is_the_decoders():
    flood = Flood("txn", 0.8, seed=1, repeats=False)
    batch = decode("txn", b"\n".join(flood.mix(good_lines("txn"))), 0, LATEST_MS)
    assert Counter(str(reject.reason) for reject in batch.rejects) == flood.expected
    assert "too_long" in flood.expected and "duplicate" not in flood.expected


def test_a_share_of_one_has_no_good_lines_and_is_refused():
    with pytest.raises(ValueError, match="less than 1, got 1"):
        Flood("txn", 1.0, seed=1)
