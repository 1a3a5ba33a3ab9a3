"""Models taken over by a shard at work: from their event time on, however rows and messages come."""

from dataclasses import replace

import numpy as np
import pytest

from features.errors import DuankaError
from features.roles import CARD_ROW
from features.subbatch import SubBatch
from jobs.card_shard import CardShard
from models.scorer import BUILT_IN
from tests.features.laws import check_batching, check_order, check_snapshots, in_parts, ordered, run
from tests.features.subjects import random_rows
from tests.jobs.replays import RULES
from tests.jobs.test_laws_shards import BOUNDS, Cards
from tests.models.learned.small_snapshots import snapshot

FIRST, SECOND, OTHER = snapshot(-1.0), snapshot(1.5), snapshot(0.5, kinds=(1,))


@pytest.fixture(scope="module")
def stream():
    rows, _, names = random_rows(1, 150, 12)
    return rows, names


class Modelled(Cards):
    """A shard that takes two champions over in mid-stream, and a shadow; rows tell who scored them."""

    def step(self, watermark_ms):
        outcome = self.shard.step(watermark_ms)
        self.hits = getattr(self, "hits", {}) | {hit.hit_id: (hit.model_version, hit.risk) for hit in outcome.hits}
        out = {}
        for features, scored in outcome.scored:
            by = scored.model.version if scored.model else BUILT_IN
            shadow = scored.shadow_risk if scored.shadow_risk is not None else np.full(len(scored.risk), -1.0)
            rows = zip(features.rows["time"].tolist(), scored.risk.tolist(), shadow.tolist())
            out.setdefault(features.kind, []).extend((*row, by) for row in rows)
        return out


def modelled(stream, at=(0.3, 0.6)):
    rows, names = stream
    times = [int(t) for t in np.quantile(rows["time"], at)]
    subject = Modelled(BOUNDS["wide"], names)
    # Later ones first: messages may overtake one another.
    subject.shard.take_model(SECOND.to_bytes(), times[1], "champion")
    subject.shard.take_model(OTHER.to_bytes(), times[0], "shadow")
    subject.shard.take_model(FIRST.to_bytes(), times[0], "champion")
    return subject, times


@pytest.mark.parametrize("law", [check_batching, check_order, check_snapshots])
def test_the_law(stream, law):
    law(lambda: modelled(stream)[0], stream[0], 1)


def test_rows_are_scored_by_the_model_of_their_time(stream):
    subject, times = modelled(stream)
    out, subject = run(subject, in_parts(ordered(stream[0]), [60]))
    for rows in out.values():
        for time_ms, _, shadow, by in rows:
            assert by == (BUILT_IN, FIRST.version, SECOND.version)[sum(time_ms >= t for t in times)]
            assert (shadow >= 0) == (time_ms >= times[0])
    assert {version for version, _ in subject.hits.values()} == {BUILT_IN, FIRST.version, SECOND.version}


def test_back_to_none(stream):
    subject, times = modelled(stream)
    subject.shard.take_model(b"", int(np.quantile(stream[0]["time"], 0.8)), "champion")
    out, _ = run(subject, in_parts(ordered(stream[0]), []))
    assert all(rows[-1][-1] == BUILT_IN for rows in out.values())


def test_a_refused_model_changes_nothing(stream):
    shard = CardShard(RULES)
    before = shard.snapshot()
    blob = FIRST.to_bytes()
    for bad in (blob[:-1], b"PK\x03\x04" + blob, blob[:200]):
        with pytest.raises(DuankaError):
            shard.take_model(bad, 0, "champion")
    assert shard.snapshot() == before


def test_models_that_no_open_hit_needs_are_let_go(stream):
    shard = CardShard(RULES)
    for k in range(8):
        shard.take_model(snapshot(k / 10).to_bytes(), k, "champion")
        shard.step(k)
    assert len(shard.snapshot()) < 3 * len(FIRST.to_bytes()) + len(CardShard(RULES).snapshot())
    assert stream[0].dtype == CARD_ROW


def test_a_hit_of_a_model_that_is_gone_by_the_end_of_the_step_is_explained_by_it():
    """Also where the card has a newer hit by then: points add up to the risk that its model gave."""
    rows, _, names = random_rows(3, 150, 2)
    quick = replace(RULES, episode=RULES.episode | {"gap_hours": 0.001, "cool_down_hours": 0.0})
    shard = CardShard(quick)
    for k, at in enumerate(np.quantile(rows["time"], [0.0, 0.25, 0.5, 0.75])):
        shard.take_model(snapshot(k - 1.0).to_bytes(), int(at), "champion")
    shard.push_batch(SubBatch(rows, ("here",), names))
    hits = shard.step(2**62).hits
    assert len({hit.model_version for hit in hits}) > 3
    for hit in hits:
        assert sum(hit.reason_points) == pytest.approx(hit.risk, abs=0.51), hit.model_version
