"""The highest risk of every card in a replay, and the hits, without a store."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.detection.rng import rng_of
from features.hashing import hash_strings
from features.roles import ACCOUNT, ACCOUNT_SEED, PHONE, PHONE_SEED
from jobs.engine import EngineSettings
from jobs.outcome import HitRow
from jobs.replay import replay

_SEEDS = {"phone": (PHONE, PHONE_SEED), "account": (ACCOUNT, ACCOUNT_SEED)}


@dataclass
class CardScores:
    """What a replay said of every card that it saw.

    Attributes
    ----------
    entity : ndarray of uint64, shape (cards,), rising
    risk : ndarray of float64, shape (cards,), 0 to 1000
        Highest risk of the card.
    chance : ndarray of float64, shape (cards,)
        What a scorer that draws lots says of the card: the canary.
    hits : dict of str to HitRow
        Each hit as it stood in the end, by its id.
    records, seconds : int, float
    """

    entity: np.ndarray
    risk: np.ndarray
    chance: np.ndarray
    hits: dict[str, HitRow] = field(default_factory=dict)
    records: int = 0
    seconds: float = 0.0

    def of(self, cards: list[str]) -> np.ndarray:
        """Place of each card in the arrays, int64; -1 for a card that was never seen."""
        wanted = entities(cards)
        at = np.minimum(np.searchsorted(self.entity, wanted), self.entity.size - 1)
        return np.where(self.entity[at] == wanted, at, -1)


def entities(cards: list[str]) -> np.ndarray:
    """Hashes of cards named ``phone:…`` or ``account:…``, uint64."""
    out = np.zeros(len(cards), np.uint64)
    for prefix, (_, seed) in _SEEDS.items():
        mine = [k for k, card in enumerate(cards) if card.startswith(f"{prefix}:")]
        out[mine] = hash_strings(pa.array([cards[k].partition(":")[2] for k in mine], pa.string()), seed)
    return out


def score_cards(bus: Path, settings: EngineSettings, seed: int = 0, **options) -> CardScores:
    """Replay a folder of topics and keep the highest risk of every card.

    Parameters
    ----------
    seed : int
        Of the canary.
    options
        Passed on to :func:`jobs.replay.replay`.
    """
    entity, risk = [], []
    result = CardScores(np.zeros(0, np.uint64), np.zeros(0), np.zeros(0))
    for step in replay(bus, settings, **options):
        for _, outcome in step.outcomes:
            for features, scored in outcome.scored:
                order = np.argsort(features.rows["entity"], kind="stable")
                found, starts = np.unique(features.rows["entity"][order], return_index=True)
                entity.append(found)
                risk.append(np.maximum.reduceat(scored.risk[order], starts))
            for hit in outcome.hits:
                result.hits[hit.hit_id] = hit
        result.records, result.seconds = step.progress.records, step.progress.seconds
        if len(entity) > 2000:
            entity, risk = ([part] for part in _highest(entity, risk))
    result.entity, result.risk = _highest(entity, risk)
    result.chance = rng_of(seed, "canary").random(result.entity.size)
    return result


def _highest(entity: list, risk: list) -> tuple[np.ndarray, np.ndarray]:
    all_entities = np.concatenate(entity)
    order = np.argsort(all_entities, kind="stable")
    found, starts = np.unique(all_entities[order], return_index=True)
    return found, np.maximum.reduceat(np.concatenate(risk)[order], starts)
