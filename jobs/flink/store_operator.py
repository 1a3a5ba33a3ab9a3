"""`store`: gathers results and hands them to the sink, a few times a second."""

from collections.abc import Iterable

from pyflink.common import Types
from pyflink.datastream.functions import KeyedProcessFunction, RuntimeContext
from pyflink.datastream.state import ListStateDescriptor

from jobs.flink import uids
from jobs.flink.metric_names import STAGE_WRITE
from jobs.flink.metrics import publish
from jobs.flink.payloads import split_payloads
from jobs.flink.protocol import END_OF_TIME_MS, PipelineFactory
from jobs.flink.tally import tally_of
from jobs.flink.uids import STORE_PENDING_STATE
from jobs.flink.worker_log import begin_log
from jobs.flink.worker_tuning import tune_worker


class StoreResults(KeyedProcessFunction):
    """Payload -> nothing; all of them under one key, so one list and one timer.

    Pending payloads are in memory and in Flink's state; after a restore they are written again,
    which is why the sink must be idempotent. A sink that blocks holds up this operator, then by
    back pressure the whole job; one that raises fails the job, which restarts.

    Processing-time timers do not fire at the end of a bounded input: a timer at the end of event
    time writes the last ones.
    """

    def __init__(self, factory: PipelineFactory, *, delay_ms: int, batch_bytes: int):
        self._factory = factory
        self._delay_ms = delay_ms
        self._batch_bytes = batch_bytes

    def open(self, runtime_context: RuntimeContext) -> None:
        tune_worker(runtime_context)
        self._pipeline = self._factory()
        self._place = begin_log(self._pipeline, uids.STORE, runtime_context)
        self._tally = tally_of(self._pipeline)
        publish(self._tally, runtime_context)
        self._pending: list[bytes] | None = None
        self._pending_bytes = 0
        self._timer_set = False
        self._saved = runtime_context.get_list_state(
            ListStateDescriptor(STORE_PENDING_STATE, Types.PRIMITIVE_ARRAY(Types.BYTE())))

    def process_element(self, payload: bytes, ctx: KeyedProcessFunction.Context) -> Iterable:
        timers = ctx.timer_service()
        self._load(timers)
        self._pending.append(payload)
        self._pending_bytes += len(payload)
        self._saved.add(payload)
        if self._pending_bytes >= self._batch_bytes:
            self._flush()
        elif not self._timer_set:
            timers.register_processing_time_timer(timers.current_processing_time() + self._delay_ms)
            self._timer_set = True
        return ()

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable:
        self._load(ctx.timer_service())
        self._timer_set = False
        self._flush()
        return ()

    def _load(self, timers) -> None:
        self._place.enter()
        if self._pending is None:
            self._pending = list(self._saved.get() or ())
            self._pending_bytes = sum(map(len, self._pending))
            timers.register_event_time_timer(END_OF_TIME_MS)

    def _flush(self) -> None:
        if self._pending:
            with self._tally.timed(STAGE_WRITE):
                self._pipeline.sink([payload for record in self._pending for payload in split_payloads(record)])
            self._saved.clear()
            self._pending = []
            self._pending_bytes = 0
