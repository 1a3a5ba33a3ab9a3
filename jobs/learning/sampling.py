"""Which scored rows are kept for the learner, by the hash of the event: no chance, no memory.

Most rows never matter to learning, and a verdict comes days after the row it speaks of. So a small
part is kept: rows drawn by lot, which stand for what is usual, and more of what looks suspicious,
since that is what verdicts will be about.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from features.card_features import FeatureRows
from features.hashing import combine_all
from features.roles import ACCOUNT, OUT, PHONE
from models.fusion import NO_TYPOLOGIES
from models.scorer import BUILT_IN, FEATURE_NAMES, Scored

#: Seed of the lot.
_LOT_SEED = np.uint64(19)


@dataclass(frozen=True)
class SampleRates:
    """One row in so many is kept, of each kind of card (all ours).

    Attributes
    ----------
    drawn : of all rows, whatever their score
    watched : of rows with a risk of `watch_from` or more
    alerting : of rows that alert
    watch_from : float
        Risk, 0 to 1000.
    """

    drawn: int
    watched: int
    alerting: int
    watch_from: float = 100.0


#: An account has a twentieth of a phone's events, and a few of them are all there ever is to judge.
RATES = {PHONE: SampleRates(500, 32, 16), ACCOUNT: SampleRates(100, 4, 1)}


def feature_set(names: tuple[str, ...]) -> str:
    """Short hash of feature names in order; rows of another set are not for this release's learner."""
    return hashlib.blake2b("\n".join(names).encode(), digest_size=6).hexdigest()


FEATURE_SETS = {kind: feature_set(names) for kind, names in FEATURE_NAMES.items()}


@dataclass(frozen=True)
class SampleColumns:
    """Rows kept, in columns of equal length; `values` is float32, shape (n, features)."""

    kind: int
    time_ms: np.ndarray
    uid: np.ndarray
    entity: np.ndarray
    role: np.ndarray
    risk: np.ndarray
    strength: np.ndarray
    drawn: np.ndarray
    values: np.ndarray
    model_version: str

    def __len__(self) -> int:
        return self.uid.size


def sample_rows(features: FeatureRows, scored: Scored, rates: dict[int, SampleRates] = RATES) -> SampleColumns:
    """The rows to keep of those scored; each row's fate depends on that row alone."""
    rows, rate = features.rows, rates[features.kind]
    uid, entity = (np.ascontiguousarray(rows[name]) for name in ("uid", "entity"))
    lot = combine_all(combine_all(np.full(len(rows), _LOT_SEED), uid), entity)
    lot ^= rows["role"]
    event = rows["role"] >= OUT
    drawn = event & (lot % np.uint64(rate.drawn) == 0)
    one_in = np.where(scored.level > 0, rate.alerting, rate.watched).astype(np.uint64)
    # Other bits of the hash than the lot's, or the two draws would take the same rows.
    suspect = event & ((scored.level > 0) | (scored.risk >= rate.watch_from)) & ((lot >> np.uint64(32)) % one_in == 0)
    kept = np.flatnonzero(drawn | suspect)
    typologies = [k for k, code in enumerate(scored.evidence.codes) if code not in NO_TYPOLOGIES]
    return SampleColumns(
        features.kind,
        rows["time"][kept],
        rows["uid"][kept],
        rows["entity"][kept],
        rows["role"][kept],
        scored.risk[kept],
        scored.evidence.strength[kept][:, typologies].max(axis=1, initial=0.0),
        drawn[kept],
        features.matrix[kept],
        scored.model.version if scored.model else BUILT_IN,
    )


def store_columns(samples: SampleColumns) -> dict[str, list]:
    """Samples as columns of the table ``feature_samples``, in lists that JSON can hold."""
    n = len(samples)
    return {
        "event_time": samples.time_ms.tolist(),
        "uid": samples.uid.tolist(),
        "entity": samples.entity.tolist(),
        "kind": [samples.kind] * n,
        "role": samples.role.tolist(),
        "risk": samples.risk.tolist(),
        "strength": samples.strength.tolist(),
        "drawn": samples.drawn.astype(int).tolist(),
        "feature_set": [FEATURE_SETS[samples.kind]] * n,
        "feature_values": samples.values.tolist(),
        "model_version": [samples.model_version] * n,
    }
