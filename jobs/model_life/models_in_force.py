"""The learned models that a shard scores with, and from when on.

A model comes as a message with the event time from which it counts. Rows before that time are
scored with the model before, whenever the message arrived: so the same events and the same messages
give the same hits however they are batched.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from features.card_features import FeatureRows
from features.snapshot import BadSnapshot
from models.learned.model_snapshot import ModelSnapshot
from models.scorer import BUILT_IN
from models.scoring_model import ScoringModel

CHAMPION, SHADOW = "champion", "shadow"


@dataclass(frozen=True)
class Part:
    """Rows that the same models score."""

    features: FeatureRows
    champion: ScoringModel | None
    shadow: ScoringModel | None


@dataclass(frozen=True)
class _Change:
    effective_ms: int
    role: str
    version: str


class ModelsInForce:
    """Models of one shard, with the changes that are still to come."""

    def __init__(self):
        self._known: dict[str, tuple[ScoringModel, bytes]] = {}
        self._now = {CHAMPION: BUILT_IN, SHADOW: BUILT_IN}
        self._coming: list[_Change] = []

    @property
    def now(self) -> dict[str, str]:
        """Versions in force for rows at the watermark, by role."""
        return self._now

    def take(self, blob: bytes, effective_ms: int, role: str) -> None:
        """Put a model in force from an event time on.

        Parameters
        ----------
        blob : bytes
            A :class:`ModelSnapshot`; empty to go back to none.
        effective_ms : int
        role : {"champion", "shadow"}

        Raises
        ------
        features.errors.DuankaError
            The blob is refused; nothing has changed.
        """
        version = BUILT_IN
        if blob:
            model = ModelSnapshot.from_bytes(blob).scoring_model
            version = model.version
            self._known[version] = (model, blob)
        self._coming.append(_Change(effective_ms, role, version))
        self._coming.sort(key=lambda change: change.effective_ms)

    def version(self, version: str) -> ScoringModel | None:
        """A model that an open episode was judged by."""
        known = self._known.get(version)
        return known[0] if known else None

    def parts(self, features: FeatureRows, watermark_ms: int) -> Iterator[Part]:
        """Cut rows, which are in order of time, where a change comes into force."""
        start = 0
        now = dict(self._now)
        times = features.rows["time"]
        for change in self._coming:
            if change.effective_ms > watermark_ms:
                break
            end = start + int(np.searchsorted(times[start:], change.effective_ms))
            if end > start:
                yield self._part(features, start, end, now)
                start = end
            now[change.role] = change.version
        if start < times.size:
            yield self._part(features, start, times.size, now)

    def _part(self, features: FeatureRows, start: int, end: int, now: dict[str, str]) -> Part:
        whole = end - start == len(features.rows)
        cut = features if whole else features.part(np.arange(start, end))
        return Part(cut, self.version(now[CHAMPION]), self.version(now[SHADOW]))

    def advance(self, watermark_ms: int, used: set[str]) -> None:
        """Changes up to the watermark are in force for all rows to come."""
        while self._coming and self._coming[0].effective_ms <= watermark_ms:
            change = self._coming.pop(0)
            self._now[change.role] = change.version
        if len(self._known) > 2:
            needed = used | set(self._now.values()) | {change.version for change in self._coming}
            self._known = {v: known for v, known in self._known.items() if v in needed}

    def snapshot(self) -> dict[str, np.ndarray]:
        return {f"model.{v}": np.frombuffer(blob, np.uint8) for v, (_, blob) in self._known.items()}

    def describe(self) -> dict:
        """What :meth:`restore` needs beside the arrays."""
        return {"now": self._now, "coming": [[c.effective_ms, c.role, c.version] for c in self._coming]}

    def restore(self, arrays: dict[str, np.ndarray], description: dict) -> None:
        """
        Raises
        ------
        features.snapshot.BadSnapshot
            A model in force is missing.
        """
        self._known = {}
        for name, array in arrays.items():
            if name.startswith("model."):
                blob = array.tobytes()
                self._known[name.removeprefix("model.")] = (ModelSnapshot.from_bytes(blob).scoring_model, blob)
        self._now = dict(description["now"])
        self._coming = [_Change(*change) for change in description["coming"]]
        missing = {*self._now.values(), *(c.version for c in self._coming)} - {BUILT_IN, *self._known}
        if missing:
            raise BadSnapshot(f"the state of a card shard lacks the model {sorted(missing)[0]}")
