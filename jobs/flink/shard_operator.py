"""All operators that host shards: keeps them in memory, and in Flink's state what rebuilds them."""

import logging
import time
from collections.abc import Iterable, Iterator
from functools import partial

from pyflink.common import Row, Types
from pyflink.datastream import OutputTag
from pyflink.datastream.functions import KeyedProcessFunction, RuntimeContext
from pyflink.datastream.state import ListStateDescriptor, ValueStateDescriptor

from jobs.flink import uids
from jobs.flink.decode_function import KEYED_PAYLOAD
from jobs.flink.gathered_outputs import GatheredOutputs
from jobs.flink.metric_names import (
    ENTITIES,
    LOG_BYTES,
    SNAPSHOT_BYTES,
    STAGE_CARDS,
    STAGE_DEVICES,
    STAGE_GLOBALS,
    STAGE_PAYEES,
    STAGE_PERSONS,
)
from jobs.flink.metrics import publish
from jobs.flink.payloads import split_payloads
from jobs.flink.protocol import END_OF_TIME_MS, Aside, Output, PipelineFactory, Shard
from jobs.flink.shard_keys import shard_keys
from jobs.flink.tally import Tally, tally_of
from jobs.flink.uids import SHARD_LOG_STATE, SHARD_SNAPSHOT_STATE
from jobs.flink.worker_log import begin_log
from jobs.flink.worker_tuning import tune_worker

_BYTES = Types.PRIMITIVE_ARRAY(Types.BYTE())
#: With more shards than this, `entities` is told for each instance alone: every value costs some
#: microseconds a bundle (ours).
_SHARDS_TOLD_APART = 64
ALL_SHARDS = "all"
_OPERATORS = {"device_shard": uids.DEVICES, "card_shard": uids.CARDS, "person_shard": uids.PERSONS,
              "payee_shard": uids.PAYEES, "global_shard": uids.GLOBALS}
_STAGES = {"device_shard": STAGE_DEVICES, "card_shard": STAGE_CARDS, "person_shard": STAGE_PERSONS,
           "payee_shard": STAGE_PAYEES, "global_shard": STAGE_GLOBALS}
#: What shards send on to other shards, aside from what they send to the store.
PERSONS_TAG, PAYEES_TAG = OutputTag("persons", KEYED_PAYLOAD), OutputTag("payees", KEYED_PAYLOAD)
_ASIDE = {"card_shard": PERSONS_TAG, "person_shard": PAYEES_TAG}
_log = logging.getLogger("duanka.shards")


class ShardSlot:
    """A shard in memory, with what the operator must know about its state in Flink."""

    __slots__ = ("advanced_to_ms", "log_bytes", "patience", "shard", "snapshot_bytes", "wake_at_ms")

    def __init__(self, shard: Shard, patience: float):
        self.shard = shard
        # Logs of all shards grow alike, in an import of a list to the byte; with one limit for all of them, all
        # snapshots would be taken in one bundle, and the stream stand still for it.
        self.patience = patience
        self.snapshot_bytes = 0
        self.log_bytes = 0
        self.wake_at_ms = END_OF_TIME_MS
        self.advanced_to_ms: int | None = None


class HostShards(KeyedProcessFunction):
    """Shard key, payload -> (destination key, payload).

    While this instance lives its memory is the truth and Flink's state is only written: per call
    of `advance` one log entry (the watermark it saw, the payload it took), now and then a
    snapshot. The first touch of a shard by a new instance reads both and re-applies the log.
    Outputs of re-applied entries are dropped: PyFlink ends the bundle before it lets a barrier
    pass, and with the bundle commits all state and sends all outputs on. So a checkpoint that
    holds a log entry follows that entry's outputs on every edge.

    A timer stands at the earliest event held. Flink fires it before it forwards the watermark,
    hence no output leaves behind a watermark that it should have preceded.

    What timers let out at one watermark is gathered over the shards of this instance and leaves with
    the last of them. That one is known: Flink fires every timer up to a watermark, also one registered
    meanwhile, in one go, in which no barrier is let through.
    """

    def __init__(self, factory: PipelineFactory, role: str, shards: int, destinations: int,
                 log_bytes: int):
        self._factory = factory
        self._role = role
        self._shards = shards
        self._destinations = destinations
        self._log_bytes = log_bytes

    def open(self, runtime_context: RuntimeContext) -> None:
        tune_worker(runtime_context)
        pipeline = self._factory()
        self._place = begin_log(pipeline, _OPERATORS[self._role], runtime_context)
        self._make_shard = getattr(pipeline, self._role)
        self._shard_of = {key: shard for shard, key in enumerate(shard_keys(self._shards))}
        self._key_of = shard_keys(self._destinations)
        self._key_aside = shard_keys(self._shards)
        self._slots: dict[int, ShardSlot] = {}
        self._gathered = GatheredOutputs()
        self._count(tally_of(pipeline), runtime_context)
        self._snapshot = runtime_context.get_state(
            ValueStateDescriptor(SHARD_SNAPSHOT_STATE, _BYTES))
        self._log = runtime_context.get_list_state(ListStateDescriptor(SHARD_LOG_STATE, _BYTES))

    def _count(self, tally: Tally, runtime_context: RuntimeContext) -> None:
        self._tally = tally
        self._stage = _STAGES[self._role]
        publish(tally, runtime_context)
        tally.set(SNAPSHOT_BYTES, lambda: sum(slot.snapshot_bytes for slot in self._slots.values()))
        tally.set(LOG_BYTES, lambda: sum(slot.log_bytes for slot in self._slots.values()))

    def process_element(self, payload: bytes, ctx: KeyedProcessFunction.Context) -> Iterator[Row]:
        timers = ctx.timer_service()
        slot = self._slot(ctx.get_current_key(), timers)
        watermark_ms = timers.current_watermark()
        begun_ns = time.perf_counter_ns()
        _push(slot.shard, payload)
        # The watermark comes after what it lets out, so most payloads let nothing out themselves.
        is_due = watermark_ms != slot.advanced_to_ms or slot.shard.held_from_ms <= watermark_ms
        outputs = self._advance(slot, watermark_ms) if is_due else ()
        self._record(slot, watermark_ms, payload)
        self._tally.worked(self._stage, begun_ns)
        self._wake_when_due(slot, timers)
        self._gathered.add(outputs)
        return self._rows()

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable[Row]:
        timers = ctx.timer_service()
        slot = self._slot(ctx.get_current_key(), timers)
        watermark_ms = timers.current_watermark()
        if timestamp >= slot.wake_at_ms:
            slot.wake_at_ms = END_OF_TIME_MS
        # A timer that an element overtook, or that came back with a checkpoint, finds nothing due.
        if slot.shard.held_from_ms <= watermark_ms or timestamp == END_OF_TIME_MS:
            begun_ns = time.perf_counter_ns()
            self._gathered.add(self._advance(slot, watermark_ms))
            self._record(slot, watermark_ms, b"")
            self._tally.worked(self._stage, begun_ns)
        self._wake_when_due(slot, timers)
        # At the end of time every shard has a timer more, and nothing follows to be in time for.
        if watermark_ms != END_OF_TIME_MS and any(s.wake_at_ms <= watermark_ms for s in self._slots.values()):
            return ()
        return self._rows()

    def _advance(self, slot: ShardSlot, watermark_ms: int) -> list[Output | Aside]:
        slot.advanced_to_ms = watermark_ms
        return slot.shard.advance(watermark_ms)

    def _slot(self, key: int, timers) -> ShardSlot:
        self._place.enter()
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = self._rebuild(self._shard_of[key])
            timers.register_event_time_timer(END_OF_TIME_MS)
        return slot

    def _rebuild(self, number: int) -> ShardSlot:
        slot = ShardSlot(self._make_shard(number), 1 + number / self._shards)
        with self._tally.unheard():
            self._restore(slot)
        for kind in getattr(slot.shard, "entities", ()):
            self._tally.set(ENTITIES, partial(self._entities, slot.shard, kind), self._shard_label(number), kind)
        return slot

    def _restore(self, slot: ShardSlot) -> None:
        blob = self._snapshot.value()
        if blob is not None:
            slot.shard.restore(blob)
            slot.snapshot_bytes = len(blob)
        for entry in self._log.get() or ():
            watermark_ms, payload = split_entry(entry)
            if payload:
                _push(slot.shard, payload)
            slot.shard.advance(watermark_ms)
            slot.log_bytes += len(entry)
        if slot.log_bytes or slot.snapshot_bytes:
            # With commas: seven digits in a row would be masked as a number of somebody's.
            _log.info(f"shard rebuilt from {slot.snapshot_bytes:,} bytes and a log of {slot.log_bytes:,}")

    def _shard_label(self, number: int) -> str:
        return str(number) if self._shards <= _SHARDS_TOLD_APART else ALL_SHARDS

    def _entities(self, shard: Shard, kind: str) -> int:
        if self._shards <= _SHARDS_TOLD_APART:
            return shard.entities[kind]
        return sum(slot.shard.entities[kind] for slot in self._slots.values())

    def _record(self, slot: ShardSlot, watermark_ms: int, payload: bytes) -> None:
        entry = join_entry(watermark_ms, payload)
        slot.log_bytes += len(entry)
        if slot.log_bytes <= slot.patience * max(self._log_bytes, slot.snapshot_bytes // 2):
            self._log.add(entry)
            return
        blob = slot.shard.snapshot()
        self._snapshot.update(blob)
        self._log.clear()
        slot.snapshot_bytes = len(blob)
        slot.log_bytes = 0

    def _wake_when_due(self, slot: ShardSlot, timers) -> None:
        due_ms = slot.shard.held_from_ms
        if due_ms < slot.wake_at_ms:
            timers.register_event_time_timer(due_ms)
            slot.wake_at_ms = due_ms

    def _rows(self) -> Iterator[Row | tuple[OutputTag, Row]]:
        for output in self._gathered.take():
            destination, payload = output
            if isinstance(output, Aside):
                yield _ASIDE[self._role], Row(self._key_aside[destination], payload)
            else:
                yield Row(self._key_of[destination], payload)


def _push(shard: Shard, record: bytes) -> None:
    for payload in split_payloads(record):
        shard.push(payload)


def join_entry(watermark_ms: int, payload: bytes) -> bytes:
    """A log entry: eight bytes of watermark, then the payload, empty when a timer advanced."""
    return watermark_ms.to_bytes(8, "big", signed=True) + payload


def split_entry(entry: bytes) -> tuple[int, bytes]:
    """The inverse of `join_entry`.

    >>> split_entry(join_entry(-5, b"abc"))
    (-5, b'abc')
    """
    return int.from_bytes(entry[:8], "big", signed=True), entry[8:]
