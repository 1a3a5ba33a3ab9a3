"""Samples and verdicts on their way to a learner: columns in one checked blob."""

import numpy as np
import pyarrow as pa

from features.events import VERDICTS
from features.hashing import hash_strings
from features.roles import ACCOUNT, ACCOUNT_SEED, EVENT_SEED, PHONE, PHONE_SEED
from features.snapshot import pack, unpack
from jobs.learning.sampling import SampleColumns

_CONTAINER, _VERSION = "learning-rows", 1
_CONFIRMED = VERDICTS.index("confirmed")
_PREFIX = {PHONE: ("phone:", PHONE_SEED), ACCOUNT: ("account:", ACCOUNT_SEED)}

Columns = dict[str, np.ndarray]


def sample_columns(samples: SampleColumns) -> Columns:
    """Samples as they were just drawn."""
    names = ("time_ms", "uid", "entity", "role", "risk", "strength", "drawn", "values")
    return {name: getattr(samples, name) for name in names}


def stored_sample_columns(rows: dict[str, list], features: int) -> Columns:
    """Samples as the store gives them; the same bits as when they were drawn."""
    n = len(rows["uid"])
    return {
        "time_ms": np.array(rows["time_ms"], np.int64),
        "uid": np.array(rows["uid"], np.uint64),
        "entity": np.array(rows["entity"], np.uint64),
        "role": np.array(rows["role"], np.uint8),
        "risk": np.array(rows["risk"], np.float64),
        "strength": np.array(rows["strength"], np.float64),
        "drawn": np.array(rows["drawn"], np.bool_),
        "values": np.array(rows["feature_values"], np.float32).reshape(n, features),
    }


def verdict_columns(
    time_ms: list[int], uid: list[int], card: list[str], confirmed: list[bool], officer: list[str], kind: int
) -> Columns:
    """Verdicts on cards of one kind; card and officer become hashes."""
    prefix, seed = _PREFIX[kind]
    mine = [k for k, name in enumerate(card) if name.startswith(prefix)]
    return {
        "time_ms": np.array([time_ms[k] for k in mine], np.int64),
        "uid": np.array([uid[k] for k in mine], np.uint64),
        "entity": hash_strings(pa.array([card[k].removeprefix(prefix) for k in mine], pa.string()), seed),
        "confirmed": np.array([confirmed[k] for k in mine], np.bool_),
        "officer": hash_strings(pa.array([officer[k] for k in mine], pa.string()), EVENT_SEED),
    }


def is_confirmed(choices: list[int]) -> list[bool]:
    """From the column ``verdict`` of decoded events."""
    return [choice == _CONFIRMED for choice in choices]


def encode_rows(samples: Columns, verdicts: Columns) -> bytes:
    """One payload for the learner of a kind."""
    arrays = {f"sample.{n}": a for n, a in samples.items()} | {f"verdict.{n}": a for n, a in verdicts.items()}
    return pack(_CONTAINER, _VERSION, arrays)


def decode_rows(payload: bytes) -> tuple[Columns, Columns]:
    """What :func:`encode_rows` wrote.

    Raises
    ------
    features.snapshot.BadSnapshot
    """
    arrays, _ = unpack(payload, _CONTAINER, _VERSION)
    columns: dict[str, Columns] = {"sample": {}, "verdict": {}}
    for name, array in arrays.items():
        part, _, rest = name.partition(".")
        columns[part][rest] = array
    return columns["sample"], columns["verdict"]
