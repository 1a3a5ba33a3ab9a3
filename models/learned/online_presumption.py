"""Which rows without a verdict may be presumed normal, and when.

Most cards never get a verdict, and nearly all of them are honest: without them there would be
nothing to tell fraud from. But whoever floods the stream would teach the learner that the flood is
normal. So a presumption waits, is refused to whatever looks suspicious to anyone, is rationed in
all and per cluster of similar rows, and each one learned is answered by a confirmed row rehearsed
(see :mod:`models.learned.online_learner`).
"""

from collections import Counter, deque

import numpy as np

from features.hashing import combine
from models.learned.online_rows import Sample, pack_samples, unpack_samples
from models.learned.online_settings import DAY_MS, LearnerSettings


class Presumption:
    """Rows that wait to be presumed normal, and the rations of each day of event time.

    Notes
    -----
    At most `settings.pending` rows wait; a row that finds no room is left out and counted. The
    day's clusters are counted exactly, at most `settings.presumed_per_day` of them.
    """

    def __init__(self, features: int, settings: LearnerSettings):
        self._features = features
        self._settings = settings
        self._waiting: deque[Sample] = deque()
        self._day = -1
        self._learned_today = 0
        self._by_cluster: Counter[int] = Counter()
        self.overflow = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, sample: Sample) -> None:
        """Take a drawn row in, in order of event time."""
        if len(self._waiting) < self._settings.pending:
            self._waiting.append(sample)
        else:
            self.overflow += 1

    def due(self, now_ms: int) -> Sample | None:
        """The next row that has waited long enough, taken out; None when none has."""
        if self._waiting and self._waiting[0].time_ms + self._settings.hold_ms <= now_ms:
            return self._waiting.popleft()
        return None

    def refusal(self, sample: Sample, peak_risk: float, own: float | None, cluster: int) -> str:
        """Why this row must not be presumed normal; empty when it may, and the ration is used.

        Parameters
        ----------
        peak_risk : float
            Highest risk of the card since, 0 to 1000.
        own : float or None
            The learner's own score, None while it knows too little to be asked.
        cluster : int
            See :func:`cluster_of`.
        """
        settings = self._settings
        if max(sample.risk, peak_risk) >= settings.risk_below:
            return "risk"
        if sample.strength >= settings.strength_below:
            return "typology"
        if own is not None and own >= settings.own_below:
            return "like_confirmed"
        day = (sample.time_ms + settings.hold_ms) // DAY_MS
        if day != self._day:
            self._day, self._learned_today, self._by_cluster = day, 0, Counter()
        if self._by_cluster[cluster] >= settings.cluster_per_day:
            return "cluster_ration"
        if self._learned_today >= settings.presumed_per_day:
            return "day_ration"
        self._by_cluster[cluster] += 1
        self._learned_today += 1
        return ""

    def snapshot(self) -> dict[str, np.ndarray]:
        clusters = sorted(self._by_cluster.items())
        return pack_samples(self._waiting, self._features) | {
            "clusters": np.array([c for c, _ in clusters], np.int64),
            "per_cluster": np.array([n for _, n in clusters], np.int64),
            "counts": np.array([self._day, self._learned_today, self.overflow], np.int64),
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._waiting = deque(unpack_samples(arrays))
        self._by_cluster = Counter(dict(zip(arrays["clusters"].tolist(), arrays["per_cluster"].tolist())))
        self._day, self._learned_today, self.overflow = arrays["counts"].tolist()


#: Random planes that cut the rows into clusters, 2**PLANES at most (ours).
PLANES = 4
#: Step of the logarithm below which two values are alike: a factor of e (ours).
_STEP = 1.0


def planes(features: int) -> np.ndarray:
    """Random planes through the logarithms of features, the same for all learners, shape (PLANES, features + 1)."""
    rng = np.random.default_rng(20_261_123)
    return rng.standard_normal((PLANES, features + 1))


def cluster_of(values: np.ndarray, through: np.ndarray) -> int:
    """Cluster of similar rows: which multiple of `_STEP` its logarithms reach along each plane.

    Rows that differ by a few per cent mostly share it; locality-sensitive hashing by random
    projections (Datar et al., SoCG 2004).

    Parameters
    ----------
    values : ndarray of float32, shape (features,)
    through : ndarray
        As :func:`planes` gives it.
    """
    known = np.nan_to_num(values)
    logs = np.append(np.sign(known) * np.log1p(np.abs(known)), 1.0)
    at = np.floor(through @ logs / (_STEP * np.sqrt(logs.size))).astype(np.int64)
    key = np.uint64(0)
    for step in at:
        key = np.uint64(combine(key, np.uint64(step & 0xFFFF)))
    return int(key >> np.uint64(1))
