"""Train on a replay: the same features as the job computes, in the same order."""

import time
from collections.abc import Callable
from pathlib import Path

from features.errors import DuankaError
from features.roles import ACCOUNT, PHONE
from jobs.evaluation import read_truth
from jobs.model_life.labelled_rows import RowSampler, truth_knowledge
from jobs.model_life.training import KIND_NAMES, TrainingError, train
from jobs.replay import replay
from jobs.settings import Settings
from models.learned.model_snapshot import Manifest, ModelSnapshot


def train_on_bus(
    settings: Settings,
    truth: Path | None,
    period_ms: int,
    delay_ms: int,
    family: str,
    test_share: float,
    seed: int,
    author: str,
    note: str,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[ModelSnapshot, list[str]]:
    """A snapshot trained on the settings' bus, and why a kind of card was left out.

    Parameters
    ----------
    truth : Path, optional
        Without it the stream's verdicts are the labels.
    period_ms : int
        One row per card and period.
    delay_ms : int
        Time from a bad card's first bad event until its truth is known.

    Raises
    ------
    TrainingError
        No kind of card can be learned.
    """
    now_ms = time.time_ns() // 1_000_000
    sampler = RowSampler(period_ms)
    step = None
    for step in replay(settings.bus_folder, settings.engine(now_ms), settings.chunk_kib << 10):
        for _, outcome in step.outcomes:
            sampler.take(outcome)
    say(f"replayed {step.progress.records:,} records in {step.progress.seconds:.1f} s")
    knowledge = sampler.verdicts() if truth is None else truth_knowledge(read_truth(truth).since_ms, delay_ms)
    cards, training, skipped = {}, {}, []
    for kind in (PHONE, ACCOUNT):
        table = sampler.table(kind)
        if table is None:
            skipped.append(f"{KIND_NAMES[kind]}: no rows")
            continue
        try:
            done = train(kind, table, knowledge, family, test_share, seed)
        except DuankaError as error:
            skipped.append(str(error))
            continue
        cards[kind], training[KIND_NAMES[kind]] = done.model, done.training
        say(f"{KIND_NAMES[kind]}: {table.time_ms.size:,} rows")
    if not cards:
        raise TrainingError("no model was trained; " + "; ".join(skipped))
    return ModelSnapshot(Manifest(now_ms, author, note, training=training), cards), skipped
