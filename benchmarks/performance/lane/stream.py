"""The lane's input: the calls of a city in order of event time, in files of a topic."""

from pathlib import Path

import numpy as np

from features.decode import decode
from features.partition import event_uids

_TOPIC = "cdr"
_FAR_MS = 2**62


def write_stream(city: Path, out: Path, file_records: int = 50_000) -> int:
    """Write the calls of `city` sorted by (event time, identity), repeats left out, numbers decimal; returns how many.

    Per-record engines take records as they come. Sorted, they need not put them in order, which the engine does
    all the same: it is they who are spared the work.
    """
    raw = b"".join(file.read_bytes() for file in sorted((city / _TOPIC).glob("*.ndjson")))
    events = decode(_TOPIC, raw, 0, _FAR_MS)
    uid = event_uids(events)
    order = np.lexsort((uid, events.time_ms))
    order = order[np.sort(np.unique(uid[order], return_index=True)[1])]
    columns = events.columns
    decimal = [columns[side].to_numpy(zero_copy_only=False).astype(str) for side in ("caller", "callee")]
    good = np.char.isdecimal(decimal[0]) & np.char.isdecimal(decimal[1])
    order = order[good[order]]
    folder = out / _TOPIC
    folder.mkdir(parents=True)
    starts = events.offset[order].tolist()
    for number, begin in enumerate(range(0, len(starts), file_records)):
        lines = [raw[at:raw.index(b"\n", at) + 1] for at in starts[begin:begin + file_records]]
        (folder / f"{number:06}.ndjson").write_bytes(b"".join(lines))
    return len(starts)


def stream_files(stream: Path) -> list[Path]:
    """Its files, in order."""
    return sorted((stream / _TOPIC).glob("*.ndjson"))


def read_lines(stream: Path, limit: int | None = None):
    """The first `limit` lines, without their ends."""
    left = limit
    for file in stream_files(stream):
        with file.open() as lines:
            for line in lines:
                if left == 0:
                    return
                left = None if left is None else left - 1
                yield line.rstrip("\n")
