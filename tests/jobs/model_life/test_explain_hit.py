"""Stored hits come out the same, bit for bit, long after other models took over; a changed one does not."""

from dataclasses import asdict, replace

import pytest

from connectors.model_registry import ModelRegistry
from jobs.model_life.explain_hit import CannotExplain, explain_hit, recompute_hit
from jobs.model_life.load import starting_models
from jobs.replay import replay
from models.rules import default_rules, parse_rules, write_rules
from models.scorer import BUILT_IN
from tests.jobs.model_life.models import stored
from tests.jobs.replays import engine_settings

WHO = ("Li Wei", "why")
RULES = default_rules()


class StoreOfRows:
    """Answers as the store does, from dicts."""

    def __init__(self, hits, rules, snapshots=()):
        self.answers = {"hits": hits, "typology_versions": rules, "model_versions": dict(snapshots)}

    def query(self, sql, params):
        table = next(name for name in self.answers if f"FROM {name} " in sql)
        found = self.answers[table].get(next(iter(params.values())))
        if found is None:
            return []
        return [found if table == "hits" else {"rules": found, "snapshot_hex": found}]


@pytest.fixture(scope="module")
def lived(slice_bus, tmp_path_factory):
    """Hits without a model and with one, and the registry after later ones were published."""
    registry = ModelRegistry(tmp_path_factory.mktemp("models"))
    stored(registry, 0.0, 1.0)
    registry.publish(1, *WHO)
    hits = {}
    for models in ((), tuple(starting_models(registry))):
        for step in replay(slice_bus, replace(engine_settings(), models=models)):
            for _, outcome in step.outcomes:
                hits |= {f"{h.hit_id}{len(models)}": asdict(h) for h in outcome.hits}
    registry.publish(2, *WHO)
    return hits, registry


@pytest.fixture
def store(lived):
    return StoreOfRows(lived[0], {RULES.version: write_rules(RULES)})


def test_every_hit_comes_out_the_same(lived, store):
    hits, registry = lived
    assert {hit["model_version"] for hit in hits.values()} == {BUILT_IN, registry.find(1).version}
    assert len({hit["card"].partition(":")[0] for hit in hits.values()}) == 2
    for hit_id in hits:
        assert explain_hit(store, registry, hit_id).differences == []


@pytest.mark.parametrize("field", ["risk", "level", "reason_points", "reasons_zh", "reasons_en", "feature_values"])
def test_a_hit_that_was_changed_does_not(lived, field):
    hits, registry = lived
    changed = 0
    for hit in list(hits.values())[::7]:
        value = hit[field]
        if field == "feature_values":
            other = [v + 1.0 for v in value]
        elif isinstance(value, list):
            other = [value[0] + (1e-12 * abs(value[0]) if field == "reason_points" else "。"), *value[1:]]
        else:
            other = {"risk": 1, "level": "none"}[field]
        model = None if hit["model_version"] == BUILT_IN else starting_models_of(registry, 1)
        differences = recompute_hit(hit | {field: other}, RULES, model).differences
        changed += bool(differences)
        if field != "feature_values":
            assert [d.field for d in differences] == [field]
    assert changed > 0


def starting_models_of(registry, number):
    from jobs.model_life.load import load_entry

    return load_entry(registry, registry.find(number))[0].scoring_model


def test_another_model_gives_something_else(lived):
    hits, registry = lived
    hit = next(h for h in hits.values() if h["model_version"] != BUILT_IN)
    assert recompute_hit(hit, RULES, starting_models_of(registry, 2)).differences
    assert recompute_hit(hit, RULES, None).differences


def test_the_stores_copy_stands_in_for_a_lost_registry(lived, tmp_path):
    hits, registry = lived
    entry = registry.find(1)
    lost = ModelRegistry(tmp_path / "none")
    hit_id = next(k for k, h in hits.items() if h["model_version"] == entry.version)
    rules = {RULES.version: write_rules(RULES)}
    copied = StoreOfRows(hits, rules, {entry.version: registry.read(entry).hex()})
    assert explain_hit(copied, lost, hit_id).differences == []
    with pytest.raises(CannotExplain, match="the model of the hit is not to be had"):
        explain_hit(StoreOfRows(hits, rules), lost, hit_id)


def test_a_version_is_never_taken_for_a_number(lived, store):
    hits, registry = lived
    store.answers["hits"] = {"old": next(iter(hits.values())) | {"model_version": "1"}}
    with pytest.raises(CannotExplain, match="no model of version '1'"):
        explain_hit(store, registry, "old")


def test_what_is_missing_is_said(lived, store):
    hits, registry = lived
    with pytest.raises(CannotExplain, match="the store has no hit 'x'"):
        explain_hit(store, registry, "x")
    hit_id, hit = next(iter(hits.items()))
    with pytest.raises(CannotExplain, match="lacks the rules of version"):
        explain_hit(StoreOfRows(hits, {}), registry, hit_id)
    other = write_rules(parse_rules("[levels]\nblue = 20"))
    with pytest.raises(CannotExplain, match="typologies are others"):
        explain_hit(StoreOfRows(hits, {RULES.version: other}), registry, hit_id)
    with pytest.raises(CannotExplain, match="stored without its evidence"):
        recompute_hit(hit | {"evidence_codes": []}, RULES, None)
    with pytest.raises(CannotExplain, match="decided on other features"):
        recompute_hit(hit | {"feature_names": ["horoscope"]}, RULES, None)
