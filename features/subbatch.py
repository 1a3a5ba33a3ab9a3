"""The bytes that carry rows to one shard."""

import json
import struct
from dataclasses import dataclass

import numpy as np

from features.errors import DuankaError

_HEAD = struct.Struct("<4sIII")
_MAGIC = b"DKB1"


class BadSubBatch(DuankaError, ValueError):
    """The bytes are no sub-batch of this version."""


@dataclass(frozen=True)
class SubBatch:
    """Rows for one shard.

    Attributes
    ----------
    rows : structured ndarray, shape (n,)
        Of dtype `CARD_ROW` or `DEVICE_ROW`.
    sources : tuple of str
        What the rows' `source` field counts in.
    names : dict of int to str
        Names of the cards whose number is not decimal, by entity hash.
    texts : dict of int to str
        Names of lists and reasons, see :mod:`features.watch_rows`.
    """

    rows: np.ndarray
    sources: tuple[str, ...] = ()
    names: dict[int, str] | None = None
    texts: dict[int, str] | None = None

    def to_bytes(self) -> bytes:
        meta = b""
        if self.sources or self.names or self.texts:
            said = [self.sources, self.names or {}] + ([self.texts] if self.texts else [])
            meta = json.dumps(said, separators=(",", ":")).encode()
        head = _HEAD.pack(_MAGIC, self.rows.dtype.itemsize, self.rows.size, len(meta))
        return head + meta + self.rows.tobytes()

    @staticmethod
    def from_bytes(blob: bytes, dtype: np.dtype) -> "SubBatch":
        """Read what :meth:`to_bytes` wrote; the rows are a read-only view of `blob`."""
        if len(blob) < _HEAD.size:
            raise BadSubBatch(f"want a sub-batch, got {len(blob)} bytes")
        magic, width, count, meta_bytes = _HEAD.unpack_from(blob)
        if magic != _MAGIC or width != dtype.itemsize:
            raise BadSubBatch(f"want {_MAGIC!r} rows of {dtype.itemsize} bytes, got {magic!r} of {width}")
        start = _HEAD.size + meta_bytes
        if len(blob) != start + count * width:
            raise BadSubBatch(f"want {start + count * width} bytes, got {len(blob)}: the sub-batch is cut off")
        rows = np.frombuffer(blob, dtype, count, start)
        if not meta_bytes:
            return SubBatch(rows)
        # The third was added later; logs of earlier releases have two.
        sources, names, *texts = json.loads(blob[_HEAD.size : start])
        by_hash = ({int(k): v for k, v in said.items()} for said in (names, *texts))
        return SubBatch(rows, tuple(sources), *by_hash)
