"""A folder of topics in which, for some stretches, every second record is bad."""

import random
import shutil
from pathlib import Path

#: Share of a topic's records over which one flood lasts (ours; ten seconds of a three-minute stream).
_SHARE = 0.06
_BAD = (
    b"{", b"null", b"[1,2]", b'{"event_id":"x"}', b'{"event_id":"x","event_time":"yesterday"}', b"\xff\xfe\x00",
    b'{"event_id":"b","event_time":4102444800000,"kind":"voice","caller":"1","callee":"2"}', b"a,b,c", b'"text"',
    b'{"event_id":7,"event_time":1767225600000,"payer":"A","payee":"B","amount":"many"}',
)  # fmt: skip


def flooded(city: Path, out: Path, floods: int, rng: random.Random) -> tuple[Path, int]:
    """Copy `city` to `out` with bad records in between; returns the folder and how many there are."""
    shutil.rmtree(out, ignore_errors=True)
    bad = 0
    starts = [(i + rng.random() * 0.6) / floods for i in range(floods)]
    for file in sorted(city.glob("*/*.ndjson")):
        lines = file.read_bytes().splitlines()
        copy = []
        for i, line in enumerate(lines):
            copy.append(line)
            if any(start <= i / len(lines) < start + _SHARE for start in starts):
                copy.append(rng.choice(_BAD))
                bad += 1
        target = out / file.parent.name / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"\n".join(copy) + b"\n")
    return out, bad
