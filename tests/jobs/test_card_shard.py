"""What a shard of cards says of its work: repeats, late rows, hits; and which snapshots it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from features import device_features
from features.roles import PRIMARY
from features.snapshot import BadSnapshot, pack, unpack
from features.subbatch import SubBatch
from jobs import card_shard
from jobs.card_shard import CardShard
from jobs.device_shard import DeviceShard
from tests.features.laws import END_MS, ordered
from tests.features.subjects import random_rows
from tests.jobs.replays import RULES


@pytest.fixture(scope="module")
def rows():
    return random_rows(1, 150, 12)[0]


def test_a_repeat_says_where_it_lies(rows):
    rows = rows[(rows["flags"] & PRIMARY) > 0][:3].copy()
    shard = CardShard(RULES)
    for source, offset in (("first", 10), ("second", 77)):
        rows["offset"] = offset
        shard.push_batch(SubBatch(rows.copy(), (source,)))
    repeats = shard.step(END_MS).repeats
    assert [(r.source, r.offset) for r in repeats] == [("second", 77)] * 3


def test_late_rows_are_counted(rows):
    rows = ordered(rows)[:40]
    shard = CardShard(RULES)
    shard.push_batch(SubBatch(rows[20:]))
    shard.step(int(rows["time"][-1]))
    shard.push_batch(SubBatch(rows[:20]))
    outcome = shard.step(int(rows["time"][-1]))
    assert outcome.rows == 20
    assert outcome.counts.late == np.count_nonzero(rows["flags"][:20] & PRIMARY) > 0


def test_a_late_record_is_counted_once():
    shard = CardShard(RULES)
    rows, _, _ = random_rows(3, 40, 12)
    shard.step(int(rows["time"].max()))
    shard.push_batch(SubBatch(rows))
    outcome = shard.step(int(rows["time"].max()))
    assert outcome.counts.late == outcome.counts.scored


@pytest.mark.parametrize(
    ("make", "kind"), [(lambda: CardShard(RULES), "card-shard"), (lambda: DeviceShard(4), "devices")]
)
def test_damaged_foreign_and_later_snapshots_are_refused(make, kind):
    blob = make().snapshot()
    version = {"card-shard": card_shard.STATE_VERSION, "devices": device_features.STATE_VERSION}[kind]
    arrays, meta = unpack(blob, kind, version)
    for bad in (b"", b"PK", blob[:-1], pack("other", version, arrays, meta), pack(kind, version + 1, arrays, meta)):
        with pytest.raises(BadSnapshot, match="want|damaged"):
            make().restore(bad)


def test_an_incomplete_snapshot_is_refused():
    shard = CardShard(RULES)
    arrays, meta = unpack(shard.snapshot(), "card-shard", card_shard.STATE_VERSION)
    for broken in (meta | {"counts": {"scorde": 1}}, {"counts": meta["counts"]}, meta | {"episodes": [[1, {"a": 2}]]}):
        with pytest.raises(BadSnapshot, match="incomplete"):
            shard.restore(pack("card-shard", card_shard.STATE_VERSION, arrays, broken))


def test_rules_decide_levels_and_are_named_in_the_hit(rows):
    strict = replace(RULES, levels={"blue": 999.0, "yellow": 999.1, "orange": 999.2, "red": 999.3})
    shard = CardShard(strict)
    shard.push_batch(SubBatch(rows))
    assert shard.step(END_MS).hits == []
    shard = CardShard(RULES)
    shard.push_batch(SubBatch(rows))
    hits = shard.step(END_MS).hits
    assert {hit.typology_version for hit in hits} == {RULES.version}
    for hit in hits:
        assert sum(hit.reason_points) == pytest.approx(hit.risk, abs=0.51)
        assert len(hit.feature_names) == len(hit.feature_values)
        assert hit.first_seen <= hit.peak_time <= hit.last_seen
