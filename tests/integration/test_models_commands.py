"""Train, publish, run and explain by the command line, as an analyst does."""

import json

import pytest

from connectors.model_registry import ModelRegistry
from tests.integration.duanka import Duanka
from tests.jobs.model_life.models import stored

WHO = ("--officer", "Li Wei", "--reason", "better")


@pytest.fixture(scope="module")
def bench(city, tmp_path_factory):
    """A registry with the shipped model, a trained champion and another one, and a store with the champion's hits."""
    made = Duanka(tmp_path_factory.mktemp("bench"))
    trained = made.run("models", "train", "--bus", city, "--delay", "0s", "--every", "15m", "--test-share", "0.2",
                       "--note", "first", *WHO[:2])  # fmt: skip
    assert trained.returncode == 0, trained.stderr
    stored(ModelRegistry(made.folder / "models"), 0.0)
    assert made.run("models", "publish", "2", *WHO).returncode == 0
    done = made.run("run", "--bus", city)
    assert done.returncode == 0, done.stderr
    yield made
    made.close()


def test_a_model_is_listed_with_what_it_learned_from(bench):
    rows = json.loads(bench.run("models", "list", "--format", "json").stdout)
    assert [(r["model"], r["role"], r["note"], r["state"]) for r in rows[1:]] == [
        (2, "champion", "first", "ok"), (3, "", "", "ok")]  # fmt: skip
    assert (rows[0]["model"], rows[0]["role"], rows[0]["state"]) == (1, "", "ok"), "the shipped one comes first"
    assert all(0 <= auc <= 1 for auc in rows[1]["auc"]) and rows[1]["auc"]


def test_a_hit_is_explained_also_after_another_model_was_published(bench):
    registry = ModelRegistry(bench.folder / "models")
    row = bench.query("SELECT hit_id, model_version FROM hits FINAL ORDER BY risk DESC LIMIT 1")[0]
    assert row["model_version"] == registry.find(2).version
    registry.publish(3, "Li Wei", "why")
    done = bench.run("explain", row["hit_id"])
    assert done.returncode == 0, done.stderr
    assert "bit for bit" in done.stdout and row["model_version"] in done.stdout
    registry.rollback("Li Wei", "why")


def test_a_hit_that_was_tampered_with_ends_with_1(bench):
    row = bench.query("SELECT hit_id, card, risk FROM hits FINAL ORDER BY risk DESC LIMIT 1 OFFSET 1")[0]
    bench.query(f"ALTER TABLE hits UPDATE risk = 17 WHERE hit_id = '{row['hit_id']}' SETTINGS mutations_sync = 2")
    done = bench.run("explain", row["hit_id"], "--zh")
    assert done.returncode == 1
    assert "重算结果不一致" in done.stdout and f"risk: 17 ≠ {row['risk']}" in done.stdout


def test_a_run_does_not_begin_with_a_damaged_champion(bench, city):
    file = next((bench.folder / "models").glob("000002-*"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    done = bench.run("run", "--bus", city)
    file.write_bytes(whole)
    assert done.returncode == 2 and "model 2" in done.stderr and "damaged" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
