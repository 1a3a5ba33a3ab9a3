"""Rows of cards as they were scored, kept for a verdict that may come."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from models.learned.online_rows import Sample, below, pack_samples, under, unpack_samples


@dataclass(slots=True)
class _Kept:
    peak: Sample
    newest: Sample


class CardMemory:
    """The newest row and the one with the highest risk of each card seen lately.

    A verdict is learned on what was known when the card was scored, not on what the card looks
    like when the verdict arrives, days later. Two rows a card are what that takes: the one it was
    suspected by, and the last.

    Parameters
    ----------
    features : int
    cards : int
        At most so many; the one silent for longest goes first.
    age_ms : int
        Rows older than this are not given out.

    Notes
    -----
    O(1) a row; about ``2 * (150 + 4 * features)`` bytes a card.
    """

    def __init__(self, features: int, cards: int, age_ms: int):
        self._features = features
        self._cards = cards
        self._age_ms = age_ms
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def see(self, sample: Sample) -> None:
        """Remember a row; rows come in order of event time."""
        kept = self._kept.get(sample.entity)
        if kept is None:
            if len(self._kept) >= self._cards:
                self._kept.popitem(last=False)
            self._kept[sample.entity] = _Kept(sample, sample)
            return
        self._kept.move_to_end(sample.entity)
        kept.newest = sample
        if sample.risk >= kept.peak.risk or sample.time_ms - kept.peak.time_ms > self._age_ms:
            kept.peak = sample

    def rows(self, entity: int, now_ms: int) -> list[Sample]:
        """The card's rows, the riskiest first, without those older than the memory goes back."""
        kept = self._kept.get(entity)
        if kept is None:
            return []
        rows = [kept.peak] if kept.newest is kept.peak else [kept.peak, kept.newest]
        return [row for row in rows if now_ms - row.time_ms <= self._age_ms]

    def peak_risk(self, entity: int) -> float:
        """Highest risk remembered of a card, 0 when nothing is."""
        kept = self._kept.get(entity)
        return kept.peak.risk if kept else 0.0

    def snapshot(self) -> dict[str, np.ndarray]:
        same = [kept.newest is kept.peak for kept in self._kept.values()]
        peaks = pack_samples((kept.peak for kept in self._kept.values()), self._features)
        others = (kept.newest for kept in self._kept.values() if kept.newest is not kept.peak)
        return {
            "same": np.array(same, np.bool_),
            **under("peak", peaks),
            **under("newest", pack_samples(others, self._features)),
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        newest = iter(unpack_samples(below("newest", arrays)))
        self._kept = OrderedDict()
        for peak, same in zip(unpack_samples(below("peak", arrays)), arrays["same"].tolist()):
            self._kept[peak.entity] = _Kept(peak, peak if same else next(newest))
