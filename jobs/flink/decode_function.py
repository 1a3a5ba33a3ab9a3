"""`decode`: turns a chunk into payloads for shards."""

from collections.abc import Iterator

from pyflink.common import Row, Types
from pyflink.datastream import OutputTag
from pyflink.datastream.functions import ProcessFunction, RuntimeContext

from jobs.flink import uids
from jobs.flink.metric_names import CHUNKS, STAGE_DECODE
from jobs.flink.metrics import publish
from jobs.flink.payloads import join_payloads
from jobs.flink.protocol import TO_CARDS, TO_DEVICES, TO_GLOBALS, Chunk, PipelineFactory
from jobs.flink.shard_keys import shard_keys
from jobs.flink.tally import tally_of
from jobs.flink.worker_log import begin_log
from jobs.flink.worker_tuning import tune_worker

#: (key, payload), the one record type on every network edge after `decode`.
KEYED_PAYLOAD = Types.ROW([Types.INT(), Types.PRIMITIVE_ARRAY(Types.BYTE())])

#: Payloads that skip the device shards. A side output, because filtering one mixed stream twice
#: would send every byte through Python twice more.
CARDS_TAG = OutputTag("cards", KEYED_PAYLOAD)
#: Payloads for shards that hold the whole stream.
GLOBALS_TAG = OutputTag("globals", KEYED_PAYLOAD)

_ASIDE = {TO_CARDS: CARDS_TAG, TO_GLOBALS: GLOBALS_TAG}


class DecodeChunks(ProcessFunction):
    """(descriptor, timestamp) -> (shard key, payload), to the device shards or aside to the others."""

    def __init__(self, factory: PipelineFactory, shards: int, globals_: int = 0):
        self._factory = factory
        self._shards = shards
        self._globals = globals_

    def open(self, runtime_context: RuntimeContext) -> None:
        tune_worker(runtime_context)
        self._pipeline = self._factory()
        self._place = begin_log(self._pipeline, uids.DECODE, runtime_context)
        self._tally = tally_of(self._pipeline)
        publish(self._tally, runtime_context)
        keys, of_globals = shard_keys(self._shards), shard_keys(self._globals) if self._globals else ()
        self._keys = {TO_DEVICES: keys, TO_CARDS: keys, TO_GLOBALS: of_globals}

    def process_element(self, value: tuple[bytes, int], ctx: ProcessFunction.Context) -> Iterator:
        self._place.enter()
        chunk = Chunk.from_wire(value[0])
        if chunk.is_heartbeat:
            return
        parts = len(chunk.parts)
        routed: dict[tuple[int, int], list[bytes]] = {}
        with self._tally.timed(STAGE_DECODE, parts):
            for destination, shard, payload in self._pipeline.decode(chunk):
                routed.setdefault((destination, shard), []).append(payload)
        self._tally.add(CHUNKS, 0 if chunk.control else parts)
        for (destination, shard), payloads in routed.items():
            if destination == TO_GLOBALS and not self._globals:
                continue
            record = Row(self._keys[destination][shard], join_payloads(payloads))
            if destination == TO_DEVICES:
                yield record
            else:
                yield _ASIDE[destination], record
