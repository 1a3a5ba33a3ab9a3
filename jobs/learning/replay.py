"""Learn from a folder of topics without Flink and without a store: backtests, tests, notebooks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from features.roles import ACCOUNT, PHONE
from jobs.engine import EngineSettings
from jobs.learning.learner_shard import LearnerShard
from jobs.learning.rows import encode_rows, is_confirmed, sample_columns, stored_sample_columns, verdict_columns
from jobs.learning.sampling import RATES, SampleRates, sample_rows
from jobs.replay import CHUNK_BYTES, STEP_RECORDS, ReplayStep, replay
from models.learned.online_settings import LearnerSettings
from models.scorer import FEATURE_NAMES

KINDS = (PHONE, ACCOUNT)
NO_VERDICTS = {kind: verdict_columns([], [], [], [], [], kind) for kind in KINDS}


@dataclass(frozen=True)
class LearningStep:
    """The learners after a step of the replay, and what they said during it."""

    learners: dict[int, LearnerShard]
    reports: list[dict]
    replay: ReplayStep


def learn(
    bus: Path,
    engine: EngineSettings,
    settings: LearnerSettings = LearnerSettings(),  # noqa: B008
    rates: dict[int, SampleRates] = RATES,
    chunk_bytes: int = CHUNK_BYTES,
    step_records: int = STEP_RECORDS,
) -> Iterator[LearningStep]:
    """Score a folder of topics and learn from its verdicts on the way.

    The same samples and the same learners as in the Flink job, in the same order.

    Yields
    ------
    LearningStep
        The last one after the end of input.
    """
    learners = {kind: LearnerShard(kind, settings) for kind in KINDS}
    for step in replay(bus, engine, chunk_bytes, step_records):
        for kind, payload in payloads(step, rates):
            learners[kind].push(payload)
        reports = [row for learner in learners.values() for row in learner.step(step.watermark_ms)]
        yield LearningStep(learners, reports, step)


def payloads(step: ReplayStep, rates: dict[int, SampleRates] = RATES) -> Iterator[tuple[int, bytes]]:
    """Rows for the learners, by kind, from a step of the replay."""
    for _, outcome in step.outcomes:
        for features, scored in outcome.scored:
            samples = sample_rows(features, scored, rates)
            if len(samples):
                yield samples.kind, encode_rows(sample_columns(samples), NO_VERDICTS[samples.kind])
    for chunk in step.chunks:
        if chunk.events.topic.name == "verdict" and len(chunk.events):
            columns = chunk.events.columns
            told = (columns["event_time"].tolist(), chunk.uid.tolist(), columns["card"].to_pylist(),
                    is_confirmed(columns["verdict"].tolist()), columns["officer"].to_pylist())  # fmt: skip
            for kind in KINDS:
                yield kind, encode_rows(no_samples(kind), verdict_columns(*told, kind))


def no_samples(kind: int):
    """Sample columns without rows."""
    names = ("time_ms", "uid", "entity", "role", "risk", "strength", "drawn", "feature_values")
    return stored_sample_columns({name: [] for name in names}, len(FEATURE_NAMES[kind]))
