"""Train the model that ships: boosted trees on simulated cities; for phones the real prior joins in.

    python -m benchmarks.detection.train_shipped_model --out jobs/shipped/model.dkm

Seeds 1 to 10 are learned from, 21 to 24 set the weights of fusion. Figures are told on seeds above
100, which nothing here has seen.
"""

import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.detection.card_scores import entities
from benchmarks.detection.city import HONEST, read_roles
from benchmarks.detection.rng import rng_of
from features.roles import ACCOUNT, OUT, PHONE
from jobs.cli.output import console
from jobs.engine import EngineSettings
from jobs.replay import replay
from jobs.settings import load_settings
from jobs.truth_roles import BAD_ROLES
from models.fusion import CLIP, Stack
from models.learned.blend import blend
from models.learned.card_model import CardModel
from models.learned.from_sklearn import from_sklearn
from models.learned.log_odds import log_odds
from models.learned.model_snapshot import Manifest, ModelSnapshot, Training, stack_array
from models.learned.phone_prior import read_phone_prior
from models.scorer import FEATURE_NAMES
from simulation.city import CityConfig, simulate

LEARNED_FROM = tuple(range(1, 11))
FUSED_ON = (21, 22, 23, 24)
PEOPLE, DAYS = 20_000, 7
#: Fraud phones and mules per 1,000 people in the cities learned from, four times as many as usual:
#: rare scenarios need cases. Fusion, which sets the odds, is fitted on usual cities.
RATE = 6.0
#: Share of rows kept, by who acts (ours): everything bad, many of those who look it, few others.
_KEEP_HONEST, _KEEP_OTHER, _KEEP_RISKY = 0.3, 0.03, 0.5
_RISKY = 300.0
#: Share that the prior from real phones has beside the trees at least (ours): cities are no life.
_LEAST_PRIOR = 0.1
_NEVER = np.iinfo(np.int64).max
_TREES = dict(max_iter=80, learning_rate=0.12, max_leaf_nodes=20, min_samples_leaf=60, l2_regularization=2.0,
              max_features=0.5, random_state=0)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """The truth by card: hashes, rising, with the time from which each is bad (never: honest)."""

    entity: np.ndarray
    since_ms: np.ndarray
    looks_bad: np.ndarray


@dataclass(frozen=True)
class LearningRows:
    """Rows of one kind: features, truth, card, and how many rows each stands for."""

    matrix: np.ndarray
    bad: np.ndarray
    card: np.ndarray
    stands_for: np.ndarray


def bare_engine() -> EngineSettings:
    """The engine without a learned model: the one to come learns beside typologies and detectors."""
    return load_settings().engine(int(time.time() * 1000))


def answers(roles: list[dict[str, str]]) -> Answers:
    """From rows of ``truth.csv``; cards that are not in it are honest."""
    since: dict[str, int] = {}
    for row in roles:
        bad = row["role"] in BAD_ROLES
        when = int(datetime.fromisoformat(row["from"]).timestamp() * 1000) if bad else _NEVER
        since[row["card"]] = min(when, since.get(row["card"], _NEVER))
    look = {row["card"] for row in roles if row["scenario"] == HONEST}
    cards = list(since)
    entity = entities(cards)
    order = np.argsort(entity)
    return Answers(
        entity[order],
        np.array([since[card] for card in cards])[order],
        np.array([card in look for card in cards])[order],
    )


def learning_rows(bus: Path, truth: Answers, seed: int) -> dict[int, LearningRows]:
    """Sample rows of a replay by who acts, per kind of card."""
    rng = rng_of(seed, "sample")
    parts: dict[int, list[tuple]] = {PHONE: [], ACCOUNT: []}
    for step in replay(bus, bare_engine()):
        for _, outcome in step.outcomes:
            for features, scored in outcome.scored:
                rows = features.rows
                at = np.minimum(np.searchsorted(truth.entity, rows["entity"]), truth.entity.size - 1)
                known = truth.entity[at] == rows["entity"]
                is_bad = known & (truth.since_ms[at] != _NEVER)
                bad = is_bad & (rows["time"] >= truth.since_ms[at])
                keep = np.full(len(rows), _KEEP_OTHER)
                keep[known & truth.looks_bad[at]] = _KEEP_HONEST
                keep[scored.risk > _RISKY] = _KEEP_RISKY
                # What a bad card did before its first bad act says nothing either way.
                keep[is_bad] = 0.0
                keep[bad] = 1.0
                keep[rows["role"] < OUT] = 0.0
                chosen = rng.random(len(rows)) < keep
                card = rows["entity"][chosen] ^ np.uint64(seed)
                parts[features.kind].append((features.matrix[chosen], bad[chosen], card, 1 / keep[chosen]))
    return {k: LearningRows(*(np.concatenate(column) for column in zip(*found))) for k, found in parts.items()}


def fit(kind: int, rows: list[LearningRows]) -> CardModel:
    """Boosted trees over all features of a kind; every bad card counts alike, however busy."""
    matrix, bad, card, stands_for = (
        np.concatenate([getattr(part, name) for part in rows]) for name in ("matrix", "bad", "card", "stands_for")
    )
    _, where, count = np.unique(card, return_inverse=True, return_counts=True)
    weight = np.where(bad, 30 / np.sqrt(count[where]), np.sqrt(stands_for))
    trees = HistGradientBoostingClassifier(**_TREES).fit(matrix, bad, sample_weight=weight)
    return CardModel(kind, tuple(FEATURE_NAMES[kind]), from_sklearn(trees))


def card_peaks(bus: Path, truth: Answers, models: dict[int, list[CardModel]]) -> dict[int, tuple[np.ndarray, ...]]:
    """Of every card: highest evidence of the rules, highest log-odds of each model, truth."""
    entity: dict[int, list] = {kind: [] for kind in models}
    columns: dict[int, list] = {kind: [] for kind in models}
    for step in replay(bus, bare_engine()):
        for _, outcome in step.outcomes:
            for features, scored in outcome.scored:
                kind, names = features.kind, FEATURE_NAMES[features.kind]
                entity[kind].append(features.rows["entity"])
                said = [model.log_odds(features.matrix, names) for model in models[kind]]
                columns[kind].append(np.stack([clipped_log_odds(scored.risk / 1000.0), *said]))
    peaks = {}
    for kind in models:
        cards = np.concatenate(entity[kind])
        order = np.argsort(cards, kind="stable")
        found, starts = np.unique(cards[order], return_index=True)
        highest = np.maximum.reduceat(np.concatenate(columns[kind], axis=1)[:, order], starts, axis=1)
        at = np.minimum(np.searchsorted(truth.entity, found), truth.entity.size - 1)
        peaks[kind] = highest, (truth.entity[at] == found) & (truth.since_ms[at] != _NEVER)
    return peaks


def clipped_log_odds(share: np.ndarray) -> np.ndarray:
    """Log-odds as fusion takes them."""
    return log_odds(np.clip(share, CLIP, 1 - CLIP))


def fit_weights(peaks: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, np.ndarray]:
    """Bias and weights, none below zero, of logistic regression on the cards' peaks."""
    columns, bad = (np.concatenate(part, axis=-1) for part in zip(*peaks))
    limit = log_odds(np.array([1 - CLIP]))[0]
    columns = np.clip(columns, -limit, limit).T
    keep = np.ones(columns.shape[1], bool)
    while True:
        fitted = LogisticRegression(C=1e3, max_iter=1000).fit(columns[:, keep], bad)
        if (fitted.coef_[0] >= 0).all():
            break
        keep[np.flatnonzero(keep)[fitted.coef_[0].argmin()]] = False
    weights = np.zeros(keep.size)
    weights[keep] = fitted.coef_[0]
    return float(fitted.intercept_[0]), weights


def main(
    out: Annotated[Path, typer.Option("--out", help="File of the snapshot.")],
    cities: Annotated[Path | None, typer.Option(help="Keep the simulated cities here.")] = None,
) -> None:
    """Train and write the model that ships."""
    folder = cities or Path(tempfile.mkdtemp(prefix="duanka-train-"))
    rows: dict[int, list[LearningRows]] = {PHONE: [], ACCOUNT: []}
    for seed in LEARNED_FROM:
        bus = _city(folder, seed, fraud_phones_per_1000=RATE, mules_per_1000=RATE)
        for kind, part in learning_rows(bus, answers(read_roles(bus / "truth.csv")), seed).items():
            rows[kind].append(part)
        console.print(f"seed {seed}: {sum(int(part[-1].bad.sum()) for part in rows.values()):,} bad rows")
    models = {kind: fit(kind, parts) for kind, parts in rows.items()}
    prior = read_phone_prior(files("models").joinpath("priors/phone.dks").read_bytes())
    members = {PHONE: [models[PHONE], prior], ACCOUNT: [models[ACCOUNT]]}
    weights = {kind: fit_weights(part)[1][1:] for kind, part in _peaks(folder, members).items()}
    least = _LEAST_PRIOR * weights[PHONE][0]
    weights[PHONE][1] = max(weights[PHONE][1], least)
    for kind, some in members.items():
        share = weights[kind] / weights[kind].sum()
        console.print(f"kind {kind}: shares of the models {share.round(3).tolist()}")
        models[kind] = blend(list(zip(some, share.tolist())))
    stacks = {}
    for kind, part in _peaks(folder, {kind: [model] for kind, model in models.items()}).items():
        bias, (by_rules, by_model) = fit_weights(part)
        stacks[kind] = Stack(bias, float(by_rules), float(by_model))
    console.print(f"fusion: {stacks}")
    training = {
        name: Training(
            family=f"boosted trees on simulated cities of {PEOPLE:,} people and {DAYS} days, "
            f"seeds {LEARNED_FROM[0]} to {LEARNED_FROM[-1]}",
            labels={
                "bad": int(sum(part.bad.sum() for part in rows[kind])),
                "good": int(sum((~part.bad).sum() for part in rows[kind])),
            },
        )
        for name, kind in (("phone", PHONE), ("account", ACCOUNT))
    }
    manifest = Manifest(0, "Duanka", "simulated cities and real phones", training=training)
    fusion = {"phone.stack": stack_array(stacks[PHONE]), "account.stack": stack_array(stacks[ACCOUNT])}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(ModelSnapshot(manifest, models, fusion).to_bytes())
    console.print(f"{out}: {out.stat().st_size:,} bytes")
    if cities is None:
        shutil.rmtree(folder)


def _peaks(folder: Path, members: dict[int, list[CardModel]]) -> dict[int, list]:
    found: dict[int, list] = {kind: [] for kind in members}
    for seed in FUSED_ON:
        bus = _city(folder, seed)
        for kind, part in card_peaks(bus, answers(read_roles(bus / "truth.csv")), members).items():
            found[kind].append(part)
    return found


def _city(folder: Path, seed: int, **rates: float) -> Path:
    bus = folder / "-".join([f"city-{seed}", *(f"{rate:g}" for rate in rates.values())])
    if not bus.exists():
        simulate(CityConfig(people=PEOPLE, days=DAYS, seed=seed, **rates), bus)
    return bus


if __name__ == "__main__":
    typer.run(main)
