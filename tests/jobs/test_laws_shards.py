"""The laws of shards, on shards at work: features, models, episodes and hits in, rows out."""

import json
import random
from dataclasses import asdict

import numpy as np
import pytest

from features.bounds import Bounds
from features.roles import CARD_ROW, DEVICE_ROW, PRIMARY
from features.subbatch import SubBatch
from jobs.card_shard import CardShard
from jobs.device_shard import DeviceShard
from tests.features.laws import (
    LAWS,
    check_batching,
    check_order,
    check_repeats,
    check_snapshots,
    check_state,
    disordered,
    in_parts,
    ordered,
    run,
)
from tests.features.subjects import random_rows
from tests.jobs.replays import RULES

BOUNDS = {"wide": Bounds(), "tight": Bounds(max_entities=5, silence_days=1)}


class Cards:
    """A shard of cards; what comes out are scored rows, hits as they stand, and repeats."""

    dtype = CARD_ROW

    def __init__(self, bounds: Bounds, names: dict[int, str]):
        self.bounds, self.names = bounds, names
        self.shard = CardShard(RULES, bounds)
        self.snapshot, self.restore = self.shard.snapshot, self.shard.restore

    def fresh(self):
        return type(self)(self.bounds, self.names)

    def push(self, rows):
        mine = {e: self.names[e] for e in rows["entity"].tolist() if e in self.names}
        self.shard.push(SubBatch(rows, ("here",), mine or None).to_bytes())

    def step(self, watermark_ms):
        outcome = self.shard.step(watermark_ms)
        self.counts = outcome.counts
        out = {}
        for features, scored in outcome.scored:
            rows = zip(features.rows, features.matrix, scored.risk, scored.level, scored.evidence.strength)
            out[features.kind] = [tuple(part.tobytes() for part in row) for row in rows]
        return out


class CardsByHits(Cards):
    """The same; what comes out are the hits, in the state of their last alert."""

    def step(self, watermark_ms):
        outcome = self.shard.step(watermark_ms)
        self.hits = getattr(self, "hits", {}) | {hit.hit_id: asdict(hit) for hit in outcome.hits}
        return {}

    def final(self):
        return sorted(map(json.dumps, self.hits.values()))

    def fresh(self):
        other = super().fresh()
        other.hits = dict(getattr(self, "hits", {}))
        return other


class Devices:
    """A shard of devices; what comes out are sub-batches for card shards."""

    dtype = DEVICE_ROW

    def __init__(self, bounds: Bounds, names=None):
        self.bounds = bounds
        self.shard = DeviceShard(4, bounds)
        self.snapshot, self.restore = self.shard.snapshot, self.shard.restore

    def fresh(self):
        return type(self)(self.bounds)

    def push(self, rows):
        self.shard.push(SubBatch(rows).to_bytes())

    def step(self, watermark_ms):
        return {shard: [row.tobytes() for row in batch.rows] for shard, batch in self.shard.step(watermark_ms)}


@pytest.fixture(scope="module")
def streams():
    """By seed: card rows, device rows, names."""
    made = {}
    for seed in (1, 2):
        cards, devices, names = random_rows(seed, 150, 12, slow=seed == 2)
        made[seed] = {CARD_ROW: cards, DEVICE_ROW: devices, "names": names}
    return made


@pytest.mark.parametrize("law", [check_batching, check_order, check_snapshots, check_repeats])
@pytest.mark.parametrize("subject", [Cards, CardsByHits, Devices])
@pytest.mark.parametrize("bounds", list(BOUNDS))
@pytest.mark.parametrize("seed", [1, 2])
def test_the_law(streams, subject, law, bounds, seed):
    stream = streams[seed]
    law(lambda: subject(BOUNDS[bounds], stream["names"]), stream[subject.dtype], seed)


@pytest.mark.parametrize("subject", [Cards, Devices])
def test_the_state_left_does_not_depend_on_batches(streams, subject):
    check_state(lambda: subject(BOUNDS["wide"], streams[1]["names"]), streams[1][subject.dtype])


def test_no_law_is_left_out():
    assert set(LAWS) == {check_batching, check_state, check_order, check_snapshots, check_repeats}


def test_the_streams_bring_hits_that_are_opened_updated_and_closed(streams):
    _, shard = run(CardsByHits(Bounds(), streams[2]["names"]), in_parts(ordered(streams[2][CARD_ROW]), [100]))
    hits = list(shard.hits.values())
    assert len(hits) > 20 and max(hit["alerts"] for hit in hits) > 3
    assert len({hit["card"] for hit in hits}) < len(hits), "no card with two episodes"
    assert any(not hit["card"].partition(":")[2].isdigit() for hit in hits), "no card with a name"


def test_records_in_are_scored_or_repeated(streams):
    rows = streams[1][CARD_ROW]
    rng = random.Random(1)
    again = rows[np.array([rng.randrange(len(rows)) for _ in range(60)])]
    subject = Cards(Bounds(), streams[1]["names"])
    for part, watermark_ms in disordered(ordered(np.concatenate([rows, again])), 5_000_000, rng):
        subject.push(part)
        subject.step(watermark_ms)
    records = int(np.count_nonzero(rows["flags"] & PRIMARY))
    repeated = int(np.count_nonzero(again["flags"] & PRIMARY))
    assert (subject.counts.scored, subject.counts.repeated, subject.counts.late) == (records, repeated, 0)
