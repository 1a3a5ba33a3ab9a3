"""The engine: device shards tell card shards in time, and every record is accounted for."""

import json

import numpy as np
import pytest

from features import phone
from features.roles import OUT
from jobs.engine import END_OF_TIME_MS, Engine
from tests.jobs.replays import LATENESS_MS, engine_settings

START_MS = 1_772_420_400_000
_DEVICE_CARDS = phone.FEATURES.index("device_cards")


def calls(count: int, handset: str | None = "i") -> bytes:
    """One call each of `count` phones, a minute apart, from one handset."""
    extra = {"imei": handset} if handset else {}
    return b"\n".join(
        json.dumps(
            {"event_id": f"e{k}", "event_time": START_MS + k * 60_000, "kind": "voice", "caller": f"13{k:09d}"}
            | {"callee": "95533"}
            | extra
        ).encode()
        for k in range(count)
    )


def device_cards(outcomes) -> list[int]:
    """Cards on the caller's handset, as each call saw it, in order of time."""
    found = []
    for _, outcome in outcomes:
        for features, _ in outcome.scored:
            mine = features.rows["role"] == OUT
            found += zip(features.rows["time"][mine].tolist(), features.matrix[mine, _DEVICE_CARDS].tolist())
    return [int(cards) for _, cards in sorted(found)]


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_each_call_knows_of_the_cards_that_shared_its_handset_up_to_then(shards):
    engine = Engine(engine_settings(shards))
    engine.take("cdr", "file", 0, calls(9))
    assert device_cards(engine.advance(END_OF_TIME_MS)) == [0, 0, 3, 4, 5, 6, 7, 8, 9]


def test_without_a_handset_there_is_nothing_to_tell():
    engine = Engine(engine_settings(4))
    engine.take("cdr", "file", 0, calls(9, handset=None))
    assert device_cards(engine.advance(END_OF_TIME_MS)) == [0] * 9


def test_also_a_late_call_knows():
    engine = Engine(engine_settings(4))
    lines = calls(9).split(b"\n")
    engine.take("cdr", "file", 0, b"\n".join(lines[:3] + lines[4:]))
    list(engine.advance(START_MS + 10**9))
    engine.take("cdr", "file", 0, lines[3])
    assert device_cards(engine.advance(START_MS + 10**9)) == [9]


def test_rows_wait_until_nothing_earlier_can_come():
    engine = Engine(engine_settings(2))
    engine.take("cdr", "file", 0, calls(9))
    scored = []
    for k in range(9):
        # An event of this time may still come, and one that is late within the lateness.
        step = engine.advance(START_MS + k * 60_000 + LATENESS_MS)
        scored.append(len(device_cards(step)))
    assert scored == [0] + [1] * 8
    assert engine.watermark_ms(START_MS) == START_MS - LATENESS_MS - 1
    assert engine.watermark_ms(END_OF_TIME_MS) == END_OF_TIME_MS


@pytest.mark.parametrize("shards", [1, 8])
def test_records_in_are_scored_refused_or_repeated(shards):
    engine = Engine(engine_settings(shards))
    raw = calls(20) + b"\nnonsense\n" + calls(5) + b"\n{}"
    chunk = engine.take("cdr", "file", 0, raw)
    counts = [outcome.counts for _, outcome in engine.advance(END_OF_TIME_MS)]
    assert (len(chunk.events), len(chunk.events.rejects)) == (25, 2)
    assert (sum(c.scored for c in counts), sum(c.repeated for c in counts)) == (20, 5)


def test_the_number_of_shards_changes_no_feature():
    """Each shard's detector learns from its own cards; what is known of a card is the same."""
    raw, seen = calls(40) + b"\n" + calls(40, "j").replace(b': "e', b': "f'), []
    for shards in (1, 8):
        engine = Engine(engine_settings(shards))
        engine.take("cdr", "file", 0, raw)
        rows = {}
        for _, outcome in engine.advance(END_OF_TIME_MS):
            for features, _ in outcome.scored:
                keys = zip(features.rows["uid"].tolist(), features.rows["role"].tolist())
                rows.update(zip(keys, map(np.ndarray.tobytes, features.matrix)))
        seen.append(rows)
    assert seen[0] == seen[1] and len(seen[0]) == 160
