"""The learning job on Flink, its worker killed on the way, says what the replay says, and publishes nothing."""

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.event_rows import insert_events
from connectors.model_registry import ModelRegistry
from connectors.queries.learning_rows import learning_reports
from connectors.schema.migrations import migrate
from features.roles import ACCOUNT, PHONE
from jobs.flink.protocol import Chunk
from jobs.flink.run import run_job
from jobs.flink.settings import JobSettings
from jobs.learning.learner_shard import LearnerShard
from jobs.learning.pipeline import KINDS, LearnerOnFlink, LearningPipeline
from jobs.learning.replay import payloads
from jobs.learning.sampling import SampleRates, sample_rows, store_columns
from jobs.replay import replay
from jobs.settings import load_settings
from models.learned.model_snapshot import ModelSnapshot
from models.learned.online_settings import DAY_MS, LearnerSettings
from simulation.city import CityConfig, simulate
from tests.waiting import PATIENCE_S

SETTINGS = LearnerSettings(snapshot_labels=8, hold_ms=DAY_MS, gate_least=2, held_one_in=3)
RATES = {PHONE: SampleRates(40, 16, 8), ACCOUNT: SampleRates(20, 4, 1)}


@dataclass(frozen=True)
class DyingPipeline(LearningPipeline):
    """Takes a little time over each slice; its first learner of phones kills its process on the way."""

    marker: str = ""

    def __call__(self) -> "DyingPipeline":
        return DyingPipeline(
            self.store_url, self.models, self.run_id, self.settings, self.follow, self.settle_ms, self.marker
        )

    def decode(self, chunk: Chunk):
        time.sleep(0.25)
        return super().decode(chunk)

    def card_shard(self, shard: int) -> LearnerOnFlink:
        return DyingLearner(LearnerShard(shard, self.settings), Path(self.marker) if shard == PHONE else None)


class DyingLearner(LearnerOnFlink):
    def __init__(self, shard: LearnerShard, marker: Path | None):
        super().__init__(shard)
        self._marker = marker
        self._steps = 0
        self.push = self._push

    def _push(self, payload: bytes) -> None:
        self._step()
        self._shard.push(payload)

    def advance(self, watermark_ms: int):
        self._step()
        return super().advance(watermark_ms)

    def _step(self) -> None:
        self._steps += 1
        if self._marker is not None and self._steps == 5 and not self._marker.exists():
            self._marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def learning(tmp_path_factory):
    """A store with a city's samples and verdicts, and what a replay of them says."""
    folder = tmp_path_factory.mktemp("learning")
    config = CityConfig(people=1000, days=6, seed=5, verdict_share=0.8, fraud_phones_per_1000=25, mules_per_1000=25)
    simulate(config, folder / "bus")
    url = f"embedded:{folder / 'store'}"
    learners = {kind: LearnerShard(kind, SETTINGS) for kind in KINDS}
    told = []
    engine = load_settings(shards=2).engine(2_000_000_000_000)
    with open_store(url) as store:
        migrate(store)
        for step in replay(folder / "bus", engine):
            for kind, payload in payloads(step, RATES):
                learners[kind].push(payload)
            told += [row for shard in learners.values() for row in shard.step(step.watermark_ms)]
            for _, outcome in step.outcomes:
                for pair in outcome.scored:
                    samples = sample_rows(*pair, RATES)
                    # Twice, as after a restart of the scoring job.
                    for _ in range(2 if len(samples) else 0):
                        store.insert("feature_samples", store_columns(samples))
            for chunk in step.chunks:
                if chunk.events.topic.name == "verdict":
                    insert_events(store, "verdict", chunk.uid, chunk.events.columns)
    yield folder, url, told
    embedded.stop(folder / "store", PATIENCE_S)


def test_a_killed_learner_says_what_the_replay_says_and_publishes_nothing(learning):
    folder, url, told = learning
    marker = folder / "died"
    pipeline = DyingPipeline(url, folder / "models", "run-1", SETTINGS, marker=str(marker))
    # The phones' learner writes a snapshot at every other slice, so that the restart meets both.
    job = JobSettings(folder / "state", bus=url, parallelism=2, shards=2, checkpoint_interval_ms=500,
                      shard_log_bytes=100_000)  # fmt: skip
    outcome = run_job(pipeline, job)
    assert outcome.status == "finished" and marker.exists()
    with open_store(url) as store:
        stored = learning_reports(store, "run-1")
    assert len(told) > 5 and same(stored) == same(told)

    registry = ModelRegistry(folder / "models")
    passed = [row for row in stored if row["passed"]]
    assert passed and {entry.version for entry in registry.entries()} >= {row["version"] for row in passed}
    assert registry.roles().champion == 0 and registry.roles().shadow == 0, "a person publishes"
    last = ModelSnapshot.from_bytes(registry.read(registry.entries()[-1]))
    assert set(last.cards) >= {PHONE} and "duanka learn, run-1" in last.manifest.author


def same(reports: list[dict]) -> list[tuple]:
    """Reports in a form that compares: those of the store and those of the learners."""
    rows = []
    for row in reports:
        kind = {"phone": PHONE, "account": ACCOUNT}.get(row["kind"], row["kind"])
        figures = row["figures"]
        figures = json.loads(figures) if isinstance(figures, str) else figures | row.get("labels", {})
        known = row.get("event_time", row.get("event_time_ms"))
        rows.append((known, kind, row["what"], row["message"], bool(row["passed"]), sorted(figures.items())))
    return sorted(rows)
