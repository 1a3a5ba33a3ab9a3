"""A toy pipeline whose results change when any event is lost, doubled or taken out of order.

Every entity folds its events into a rolling hash, in (time, id) order; each result carries the hash
after its event. `reference` computes the same in plain Python from all events at once.
"""

import json
import random
import sqlite3
import struct
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jobs.flink.protocol import END_OF_TIME_MS, TO_CARDS, TO_DEVICES, Chunk

_EVENT = struct.Struct("<qqqqq")  # time_ms, id, entity, other entity, origin
_PRIME = 2**61 - 1
FROM_DECODE, FROM_DEVICES = 0, 1


@dataclass(frozen=True)
class Toy:
    """Where a toy run reads and writes, and how it dawdles."""

    folder: str
    database: str
    shards: int = 8
    chunk_bytes: int = 4096
    lateness_ms: int = 500
    delay_s: float = 0.0
    idle_ms: int = 300
    marks: str = ""
    poison_id: int = -1

    def factory(self):
        return partial(ToyPipeline, self)


def fold(state: int, time_ms: int, event_id: int, extra: int) -> int:
    return (state * 1_000_003 + time_ms * 31 + event_id * 7 + extra) % _PRIME


def write_events(folder: Path, count: int, *, files: int = 4, entities: int = 200, seed: int = 1,
                 lateness_ms: int = 500, start_ms: int = 1_000_000, first_id: int = 0,
                 prefix: str = "part") -> list[tuple]:
    """Files of events, disordered by less than `lateness_ms`; returns (time, id, entity, other)."""
    rng = random.Random(seed)
    events = [(start_ms + i * 3, first_id + i, rng.randrange(entities), rng.randrange(entities))
              for i in range(count)]
    arrived = sorted(events, key=lambda e: (e[0] + rng.random() * lateness_ms * 0.99, e[1]))
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-count // files)
    for part in range(files):
        lines = [json.dumps({"t": t, "id": i, "a": a, "b": b})
                 for t, i, a, b in arrived[part * size:(part + 1) * size]]
        (folder / f"{prefix}-{part:03}.ndjson").write_text("\n".join(lines) + "\n")
    return events


def reference(events: list[tuple]) -> dict[tuple[int, int], int]:
    """(id, origin) -> hash, as the cards must report it."""
    devices: dict[int, int] = {}
    second = []
    for t, i, a, b in sorted(events):
        devices[a] = fold(devices.get(a, 0), t, i, 0)
        second.append((t, i, FROM_DEVICES, b, devices[a]))
        second.append((t, i, FROM_DECODE, b, 0))
    cards: dict[int, int] = {}
    results = {}
    for t, i, origin, b, extra in sorted(second):
        cards[b] = fold(cards.get(b, 0), t, i, extra + origin)
        results[i, origin] = cards[b]
    return results


class ToyPlanner:
    """Whole lines of the files in name order; a heartbeat after `idle_ms` without news."""

    def __init__(self, toy: Toy, planned):
        self._toy = toy
        self._ends: dict[str, int] = {}
        self._newest_ms = 0
        for chunk in planned:
            self._note(chunk)
        self._quiet_since = time.monotonic()
        self._beaten = False

    def __call__(self) -> Chunk | None:
        for path in sorted(Path(self._toy.folder).glob("*.ndjson")):
            start = self._ends.get(str(path), 0)
            with path.open("rb") as file:
                file.seek(start)
                data = file.read(self._toy.chunk_bytes)
            end = data.rfind(b"\n") + 1
            if end:
                first = json.loads(data[: data.index(b"\n")])["t"]
                chunk = Chunk("toy", str(path), start, start + end, first)
                self._note(chunk)
                self._quiet_since, self._beaten = time.monotonic(), False
                return chunk
        idle = (time.monotonic() - self._quiet_since) * 1000 > self._toy.idle_ms
        if idle and not self._beaten and self._newest_ms:
            self._beaten = True
            return Chunk("", "", 0, 0, self._newest_ms + self._toy.lateness_ms + 1)
        return None

    def _note(self, chunk: Chunk) -> None:
        if not chunk.is_heartbeat:
            self._ends[chunk.path] = chunk.end
            self._newest_ms = max(self._newest_ms, *(e[0] for e in read_chunk(chunk)))


class BoundedPlanner(ToyPlanner):
    """The same without heartbeats: None is the end."""

    def __call__(self) -> Chunk | None:
        self._beaten = True
        return super().__call__()


def read_chunk(chunk: Chunk) -> list[tuple]:
    with open(chunk.path, "rb") as file:
        file.seek(chunk.start)
        lines = file.read(chunk.end - chunk.start).splitlines()
    return [(e["t"], e["id"], e["a"], e["b"]) for e in map(json.loads, lines)]


class ToyShard:
    """Holds events until the watermark passes, then folds them in (time, id, origin) order."""

    def __init__(self, toy: Toy, is_device: bool):
        self._toy = toy
        self._is_device = is_device
        self._held: list[tuple] = []
        self._hashes: dict[int, int] = {}
        self._watermark_ms = -(2**63)
        self._late = 0

    def push(self, payload: bytes) -> None:
        for t, i, entity, other, extra in _EVENT.iter_unpack(payload):
            self._late += t <= self._watermark_ms
            self._held.append((t, i, entity, other, extra))

    def advance(self, watermark_ms: int) -> list[tuple[int, bytes]]:
        self._watermark_ms = max(self._watermark_ms, watermark_ms)
        due = sorted(e for e in self._held if e[0] <= self._watermark_ms)
        self._held = [e for e in self._held if e[0] > self._watermark_ms]
        outputs: dict[int, list[bytes]] = {}
        for t, i, entity, other, extra in due:
            # A card's order within one (time, id) is by origin: -1 marks what decode sent itself.
            origin = FROM_DECODE if extra == -1 else FROM_DEVICES
            mixed = 0 if self._is_device else max(extra, 0) + origin
            self._hashes[entity] = state = fold(self._hashes.get(entity, 0), t, i, mixed)
            if self._is_device:
                outputs.setdefault(other % self._toy.shards, []).append(
                    _EVENT.pack(t, i, other, entity, state))
            else:
                outputs.setdefault(0, []).append(_EVENT.pack(t, i, origin, state, self._late))
        return [(shard, b"".join(rows)) for shard, rows in outputs.items()]

    @property
    def held_from_ms(self) -> int:
        return min((e[0] for e in self._held), default=END_OF_TIME_MS)

    def snapshot(self) -> bytes:
        return json.dumps([self._watermark_ms, self._late, self._held,
                           list(self._hashes.items())]).encode()

    def restore(self, blob: bytes) -> None:
        self._watermark_ms, self._late, held, hashes = json.loads(blob)
        self._held = [tuple(e) for e in held]
        self._hashes = dict(map(tuple, hashes))

    @property
    def snapshot_bytes(self) -> int:
        return 40 * (len(self._held) + len(self._hashes))


class ToyPipeline:
    """Reads the toy's files, writes sqlite."""

    def __init__(self, toy: Toy):
        self._toy = toy

    def planner(self, planned):
        kind = BoundedPlanner if self._toy.idle_ms == 0 else ToyPlanner
        return kind(self._toy, planned)

    def decode(self, chunk: Chunk):
        if self._toy.delay_s:
            time.sleep(self._toy.delay_s)
        routed: dict[tuple[int, int], list[bytes]] = {}
        for t, i, a, b in read_chunk(chunk):
            if i == self._toy.poison_id:
                raise ValueError(f"event {i} is poison")
            routed.setdefault((TO_DEVICES, a % self._toy.shards), []).append(
                _EVENT.pack(t, i, a, b, 0))
            routed.setdefault((TO_CARDS, b % self._toy.shards), []).append(
                _EVENT.pack(t, i, b, a, -1))
        return [(where, shard, b"".join(rows)) for (where, shard), rows in routed.items()]

    def device_shard(self, shard: int) -> ToyShard:
        return ToyShard(self._toy, is_device=True)

    def card_shard(self, shard: int) -> ToyShard:
        return ToyShard(self._toy, is_device=False)

    def sink(self, payloads: list[bytes]) -> None:
        with sqlite3.connect(self._toy.database, timeout=30) as db:
            db.execute("create table if not exists results (id, origin, hash, late, at real, "
                       "primary key (id, origin, hash, late))")
            rows = [row for payload in payloads for row in _EVENT.iter_unpack(payload)]
            db.executemany("insert or ignore into results values (?, ?, ?, ?, ?)",
                           [(i, origin, state, late, time.time()) for _, i, origin, state, late in rows])
        db.close()


def stored(database: str) -> dict[tuple[int, int], int]:
    """What the sink holds; fails on two results for one key, and on late events."""
    if not Path(database).exists():
        return {}
    with sqlite3.connect(database, timeout=30) as db:
        try:
            rows = db.execute("select id, origin, hash, late from results").fetchall()
        except sqlite3.OperationalError:
            return {}
    db.close()
    results = {(i, origin): state for i, origin, state, _ in rows}
    assert len(results) == len(rows), "two different results for one event"
    assert not any(late for *_, late in rows), "late events"
    return results
