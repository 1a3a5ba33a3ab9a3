"""`plan`: turns a tick into the chunk it stands for."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyflink.datastream.functions import ProcessFunction, RuntimeContext

from jobs.flink import uids
from jobs.flink.metric_names import BUS_LAG, PLANNED, WATERMARK_LAG_MS
from jobs.flink.metrics import publish
from jobs.flink.plan_log import PlanLog
from jobs.flink.protocol import Chunk, Feed, PipelineFactory
from jobs.flink.tally import Tally, now_and_then
from jobs.flink.worker_log import begin_log
from jobs.flink.worker_tuning import tune_worker

#: Bytes of a descriptor on the wire: one network buffer, so that Flink's credits count chunks.
#: Bare descriptors would queue by the thousand, and every barrier and watermark behind them.
DESCRIPTOR_BYTES = 32 * 1024
#: Seconds between two looks at how much the bus holds: it means listing files or asking brokers (ours).
_LAG_S = 5.0


class PlanChunks(ProcessFunction):
    """Tick -> (descriptor, event-time timestamp), one at most.

    Chained to the source, so a slow consumer stops the ticks themselves. In follow mode a tick
    beyond the log asks the planner, and writes the answer down before it is used: after a
    restore the tick comes again and must mean the same bytes.
    """

    def __init__(self, factory: PipelineFactory, plan_path: Path, *, follow: bool,
                 allowed_lateness_ms: int, poll_ms: int):
        self._factory = factory
        self._plan_path = str(plan_path)
        self._follow = follow
        self._allowed_lateness_ms = allowed_lateness_ms
        self._poll_s = poll_ms / 1000

    def open(self, runtime_context: RuntimeContext) -> None:
        tune_worker(runtime_context)
        pipeline = self._factory()
        self._place = begin_log(pipeline, uids.PLAN, runtime_context)
        self._tally = Tally()
        publish(self._tally, runtime_context)
        self._log = PlanLog(Path(self._plan_path))
        self._feed: Feed | None = getattr(pipeline, "feed", None)
        self._rewound = False
        if self._follow:
            self._log.lock()
            self._next_chunk = pipeline.planner(self._log.chunks())
            if getattr(self._next_chunk, "lag", None) is not None:
                self._tally.set(BUS_LAG, now_and_then(self._next_chunk.lag, _LAG_S), self._next_chunk.lag_unit)

    def close(self) -> None:
        self._log.close()

    def process_element(self, tick: int, ctx: ProcessFunction.Context) -> Iterator[tuple[bytes, int]]:
        self._place.enter()
        chunk = self._log.get(tick)
        if chunk is None and self._follow and tick > self._log.last_tick:
            chunk = self._next_chunk()
            if chunk is None:
                time.sleep(self._poll_s)
            else:
                self._log.append(tick, chunk)
        elif chunk is not None and chunk.path and self._feed is not None:
            chunk = self._read_again(tick, chunk)
        if chunk is not None:
            timestamp_ms = chunk.low_ms - self._allowed_lateness_ms
            self._tally.add(PLANNED, len(chunk.parts))
            self._tally.set(WATERMARK_LAG_MS, lambda: int(time.time() * 1000) - timestamp_ms + 1)
            yield chunk.to_wire(DESCRIPTOR_BYTES), timestamp_ms

    def _read_again(self, tick: int, chunk: Chunk) -> Chunk:
        if not self._rewound:
            self._rewound = True
            self._feed.rewind(part for planned in self._log.chunks(tick) for part in planned.parts)
        first, *more = (replace(part, body=self._feed.body(part)) for part in chunk.parts)
        return replace(first, more=tuple(more))
