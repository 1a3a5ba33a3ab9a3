"""What is the same of every shard whose state is one set of features."""

from typing import Any

import numpy as np

from features.subbatch import SubBatch


class FeatureShard:
    """Takes sub-batches in and keeps them with its features; `step` is each kind's own.

    Parameters
    ----------
    features
        With `order`, `nbytes`, `push`, `snapshot` and `restore`, such as
        :class:`features.person_features.PersonFeatures`.
    dtype : numpy.dtype
        Of the rows that come in.
    """

    def __init__(self, features: Any, dtype: np.dtype):
        self._features = features
        self._dtype = dtype
        self.snapshot = features.snapshot
        self.restore = features.restore

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row that waits; the largest int64 when none does."""
        return self._features.order.held_from_ms

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return self._features.nbytes

    def push(self, payload: bytes) -> None:
        """Take the bytes of a sub-batch in."""
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, self._dtype))

    def push_batch(self, batch: SubBatch) -> None:
        self._features.push(batch.rows)
