"""The lane on the engine's own columns: its kernels of phones, its half-space trees, the same thresholds."""

import numpy as np

from benchmarks.performance.lane.definition import FEATURES, GAP_MS, NOVEL_CALLS, SCALES, SCORE, TREES
from features.card_features import CardFeatures, FeatureRows
from features.phone import FEATURES as ALL
from features.roles import CARD_ROW, OUT, pick
from features.snapshot import pack, unpack
from features.subbatch import SubBatch
from models.detectors.half_space_trees import HalfSpaceTrees

_COLUMNS = np.array([ALL.index(name) for name in FEATURES])
_SCALES = np.array(list(SCALES.values()))
_NOVEL = ALL.index("novel_calls_1d")
_KIND, _VERSION = "lane-shard", 1

#: (phone, event time in ms, counterpart)
Hit = tuple[str, int, str]


class LaneShard:
    """A shard of phones that does the lane's work; the kernel computes all features of a phone all the same."""

    def __init__(self):
        self._features = CardFeatures()
        self._trees = HalfSpaceTrees(len(FEATURES), **TREES)
        self._alerts: dict[int, int] = {}
        self.taken = 0

    @property
    def held_from_ms(self) -> int:
        return self._features.order.held_from_ms

    @property
    def nbytes(self) -> int:
        return self._features.nbytes

    def push_batch(self, batch: SubBatch) -> None:
        self._features.push(batch)

    def push(self, payload: bytes) -> None:
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, CARD_ROW))

    def step(self, watermark_ms: int) -> list[Hit]:
        """Hits of what the watermark lets out."""
        rows = self._features.release(watermark_ms).rows
        self.taken += int(rows.size)
        return [hit for features in self._features.update(rows) for hit in self._judge(features)] if rows.size else []

    def _judge(self, features: FeatureRows) -> list[Hit]:
        out = features.rows["role"] == OUT
        if not out.any():
            return []
        matrix = features.matrix[out]
        values = matrix[:, _COLUMNS].astype(np.float64)
        scores = self._trees.score_learn_many(values / (values + _SCALES))
        alerts = np.flatnonzero((scores >= SCORE) & (matrix[:, _NOVEL] >= NOVEL_CALLS))
        rows = pick(features.rows, np.flatnonzero(out)[alerts])
        return [hit for row in rows if (hit := self._alert(row))]

    def _alert(self, row: np.void) -> Hit | None:
        entity, time_ms = int(row["entity"]), int(row["time"])
        before = self._alerts.get(entity)
        self._alerts[entity] = time_ms
        if before is not None and time_ms - before < GAP_MS:
            return None
        return _number(row, "number", "digits"), time_ms, _number(row, "peer_number", "peer_digits")

    def snapshot(self) -> bytes:
        arrays = {f"trees.{name}": array for name, array in self._trees.snapshot().items()}
        arrays["features"] = np.frombuffer(self._features.snapshot(), np.uint8)
        alerts = np.array(list(self._alerts.items()), np.uint64).reshape(-1, 2)
        return pack(_KIND, _VERSION, arrays | {"alerts": alerts}, {"taken": self.taken})

    def restore(self, blob: bytes) -> None:
        arrays, meta = unpack(blob, _KIND, _VERSION)
        self._features.restore(arrays["features"].tobytes())
        self._trees.restore({n.removeprefix("trees."): a for n, a in arrays.items() if n.startswith("trees.")})
        self._alerts = {int(entity): int(time_ms) for entity, time_ms in arrays["alerts"]}
        self.taken = meta["taken"]


def _number(row: np.void, number: str, digits: str) -> str:
    return f"{int(row[number]):0{int(row[digits])}d}"
