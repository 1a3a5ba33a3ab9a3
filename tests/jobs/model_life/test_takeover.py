"""Models change in mid-stream: the event time of a row alone decides which one scores it."""

from dataclasses import asdict, replace

import pytest

from connectors.folder import read_chunk
from connectors.model_registry import ModelRegistry
from jobs.chunk_planner import ChunkPlanner
from jobs.engine import END_OF_TIME_MS, Engine
from jobs.folder_chunks import FolderChunks
from jobs.model_life.load import models_of_run, starting_models
from jobs.model_life.model_planner import ModelPlanner
from jobs.model_life.shadow_rows import shadow_rows
from jobs.model_life.takeover import Takeover, read_payload
from jobs.replay import replay
from models.rules import default_rules
from models.scorer import BUILT_IN
from tests.jobs.model_life.models import stored
from tests.jobs.replays import LATENESS_MS, LATEST_MS, engine_settings

WHO = ("Li Wei", "why")


def outcome_of(steps) -> tuple[dict, dict]:
    """Hits by id, and of every row which models scored it and what they said."""
    hits, rows = {}, {}
    for _, outcome in steps:
        hits |= {hit.hit_id: asdict(hit) for hit in outcome.hits}
        for features, scored in outcome.scored:
            versions = [m.version if m else BUILT_IN for m in (scored.model, scored.shadow)]
            shadow = scored.shadow_risk if scored.shadow else scored.risk
            keys = zip(*(features.rows[name].tolist() for name in ("time", "uid", "entity", "role")))
            rows.update((key, (*versions, *risks)) for key, *risks in zip(keys, scored.risk.tolist(), shadow.tolist()))
    return hits, rows


def replayed(bus, models, chunk_bytes=4 << 20, step_records=120_000):
    settings = replace(engine_settings(), models=tuple(models))
    steps = replay(bus, settings, chunk_bytes, step_records)
    return outcome_of(pair for step in steps for pair in step.outcomes)


@pytest.fixture(scope="module")
def lived(slice_bus, tmp_path_factory):
    """A job in which people publish, shadow and promote while it runs, and its registry."""
    registry = ModelRegistry(tmp_path_factory.mktemp("models"))
    stored(registry, -1.0, 1.0, 3.0)
    registry.publish(1, *WHO)
    chunks = ChunkPlanner(FolderChunks(slice_bus, 20_000, follow=False, lateness_ms=0), latest_ms=LATEST_MS, ahead_ms=0,
                          lateness_ms=LATENESS_MS, follow=False, idle_ms=1000)
    planner = ModelPlanner(chunks, registry, "run-1", LATENESS_MS, follow=True)
    deeds = {4: lambda: registry.shadow(2, *WHO), 8: lambda: registry.promote(*WHO),
             9: lambda: registry.publish(3, *WHO), 12: lambda: registry.rollback(*WHO)}  # fmt: skip
    plan = []
    while (given := planner()) is not None:
        plan.append(given)
        deeds.get(sum(not c.control for c in plan), lambda: None)() if not given.control else None
    return registry, plan


def driven(plan, restart_every: int = 0):
    """Work a plan off chunk by chunk as the Flink job does; now and then in new shards."""
    engine = Engine(engine_settings())
    steps = []
    for number, chunk in enumerate(plan):
        if chunk.control:
            for card in engine.cards:
                card.take_model(*read_payload(Takeover.from_text(chunk.control).to_payload()))
        else:
            engine.take(chunk.topic, chunk.path, chunk.start, read_chunk(chunk.path, chunk.start, chunk.end))
        steps += engine.advance(chunk.low_ms)
        if restart_every and number % restart_every == 0:
            fresh = Engine(engine_settings())
            for old, new in zip(engine.devices + engine.cards, fresh.devices + fresh.cards):
                new.restore(old.snapshot())
            engine = fresh
    return outcome_of([*steps, *engine.advance(END_OF_TIME_MS)])


@pytest.fixture(scope="module")
def seen(lived):
    return driven(lived[1])


def test_the_life_is_worth_comparing(lived, seen):
    hits, rows = seen
    registry, plan = lived
    versions = {registry.find(k).version for k in (1, 2, 3)}
    assert sum(bool(c.control) for c in plan) == 6
    assert {champion for champion, *_ in rows.values()} == versions
    assert {hit["model_version"] for hit in hits.values()} == versions and len(hits) >= 10


def test_the_replay_of_that_run_says_the_same(lived, seen, slice_bus):
    registry, _ = lived
    assert replayed(slice_bus, models_of_run(registry, "run-1")) == seen


@pytest.mark.parametrize(("chunk_bytes", "step_records"), [(5_000, 1), (70_000, 400)])
def test_whatever_the_batches(lived, seen, slice_bus, chunk_bytes, step_records):
    registry, _ = lived
    assert replayed(slice_bus, models_of_run(registry, "run-1"), chunk_bytes, step_records) == seen


@pytest.mark.parametrize("restart_every", [1, 5])
def test_new_shards_from_snapshots_say_the_same(lived, seen, restart_every):
    assert driven(lived[1], restart_every) == seen


def test_rows_before_the_time_of_a_change_are_scored_by_the_model_before(lived, seen):
    registry, _ = lived
    changes = [(t.role, t.effective_ms, t.version or BUILT_IN) for t in models_of_run(registry, "run-1")]
    for (time_ms, *_), (champion, shadow, *_) in seen[1].items():
        force = {"champion": BUILT_IN, "shadow": BUILT_IN}
        force |= {role: version for role, from_ms, version in changes if from_ms <= time_ms}
        assert (champion, shadow) == (force["champion"], force["shadow"])


def test_a_shadow_changes_no_hit(lived, slice_bus):
    registry, _ = lived
    models = starting_models(registry)
    alone = replayed(slice_bus, models)
    beside = replayed(slice_bus, [*models, replace(models[0], role="shadow", blob=registry.find(3).path.read_bytes())])
    assert alone[0] == beside[0] != {}
    assert {row[1] for row in beside[1].values()} == {registry.find(3).version}


def test_what_the_shadow_said_is_kept_where_one_of_both_alerts(lived, slice_bus):
    registry, _ = lived
    models = [replace(m, role="shadow") for m in starting_models(registry)]
    settings = replace(engine_settings(), models=tuple(models))
    rules, kept, every, alerts = default_rules(), [], 0, 0
    for step in replay(slice_bus, settings):
        for shard, outcome in step.outcomes:
            cards = step.engine.cards[shard].features
            kept += shadow_rows(cards, outcome, rules, every=False)
            every += sum(len(t["uid"]) for t in shadow_rows(cards, outcome, rules, every=True))
            alerts += outcome.counts.alerts
    levels = [pair for table in kept for pair in zip(table["level"], table["shadow_level"])]
    assert 0 < len(levels) < every and ("none", "none") not in levels
    assert sum(level != "none" for level, _ in levels) == alerts > 0
    assert {v for t in kept for v in t["shadow_version"]} == {models[0].version}
    assert {v for t in kept for v in t["model_version"]} == {BUILT_IN}
