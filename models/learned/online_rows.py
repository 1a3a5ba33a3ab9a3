"""What the online learner is told: feature rows as they stood when scored, and verdicts on cards."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Sample:
    """Features of a card as they stood when one of its events was scored.

    Attributes
    ----------
    time_ms : int
        Event time, UTC ms.
    uid, entity : int
        Identity of the event and hash of the card, 64 bits.
    risk : float
        What the scorer in force said, 0 to 1000.
    strength : float
        Strongest typology, 0 to 1.
    drawn : bool
        Drawn by lot from all rows; otherwise kept because it alerted. Only lots stand for what is
        usual.
    values : ndarray of float32, shape (features,)
    """

    time_ms: int
    uid: int
    entity: int
    risk: float
    strength: float
    drawn: bool
    values: np.ndarray


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an officer found a card to be, at event time `time_ms`; `officer` is a 64-bit hash."""

    time_ms: int
    uid: int
    entity: int
    confirmed: bool
    officer: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row with what is held of it: `label` 1 is fraud, 0 is not; `officer` 0 is presumption."""

    sample: Sample
    label: int
    officer: int
    weight: float


_NUMBERS = (("time_ms", np.int64), ("uid", np.uint64), ("entity", np.uint64), ("risk", np.float64),
            ("strength", np.float64), ("drawn", np.bool_))  # fmt: skip


def pack_samples(samples: Iterable[Sample], features: int) -> dict[str, np.ndarray]:
    """Samples as columns; :func:`unpack_samples` is the inverse."""
    samples = list(samples)
    arrays = {name: np.array([getattr(s, name) for s in samples], dtype) for name, dtype in _NUMBERS}
    values = [s.values for s in samples]
    return arrays | {"values": np.array(values, np.float32).reshape(len(samples), features)}


def unpack_samples(arrays: dict[str, np.ndarray]) -> list[Sample]:
    columns = [arrays[name].tolist() for name, _ in _NUMBERS]
    values = np.array(arrays["values"], np.float32)
    return [Sample(*numbers, row) for *numbers, row in zip(*columns, values)]


def pack_labelled(rows: Iterable[Labelled], features: int) -> dict[str, np.ndarray]:
    rows = list(rows)
    return pack_samples([r.sample for r in rows], features) | {
        "label": np.array([r.label for r in rows], np.int8),
        "officer": np.array([r.officer for r in rows], np.uint64),
        "weight": np.array([r.weight for r in rows], np.float64),
    }


def unpack_labelled(arrays: dict[str, np.ndarray]) -> list[Labelled]:
    columns = (arrays[name].tolist() for name in ("label", "officer", "weight"))
    return [Labelled(*row) for row in zip(unpack_samples(arrays), *columns)]


def under(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays with `prefix` and a point before each name; :func:`below` takes it off again."""
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def below(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    start = f"{prefix}."
    return {name.removeprefix(start): a for name, a in arrays.items() if name.startswith(start)}
