"""Planning the chunks of a bus: many partitions, one order, near to that of time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.kafka.feed import KafkaFeed
from connectors.kafka.lane import Lane, PeekTime
from connectors.kafka.message_block import MessageBlock, join_messages
from connectors.kafka.offset_ranges import OffsetRange, ranges_to_text

_AT_ONCE = -1 << 63


@dataclass(frozen=True)
class KafkaChunk:
    """Messages of one topic.

    Attributes
    ----------
    topic : str
        Topic of events.
    ranges : str
        See `connectors.kafka.offset_ranges.ranges_to_text`.
    block : MessageBlock
    low_ms : int
        As in `connectors.folder.Chunk`.
    """

    topic: str
    ranges: str
    block: MessageBlock
    low_ms: int


class KafkaPlan:
    """Plans the chunks of a bus, one after the other, as `connectors.folder_plan` does of a folder.

    The topic of the partition whose earliest event is earliest goes next, together with those of
    its partitions that begin within `together_ms` of it. ::

        cdr/0   ....|10:02 10:03 ...        cdr: partitions 0 and 1, low = 10:02
        cdr/1   ....|10:02 10:04 ...        txn comes after, since it begins later
        txn/0   ....|10:05 ...
        txn/1   ....|(nothing more)         a partition that is read to its end is not waited for

    What a chunk holds depends on what had arrived; it is for a plan log to make it lasting.

    Parameters
    ----------
    feed : KafkaFeed
    peek : callable
        As for the feed.
    chunk_bytes : int
        A chunk is at most about so long.
    linger_s : float
        A chunk that is shorter waits so long for more; 0 for a bounded read.
    together_ms : int
    low_ms : int
        Of the last chunk that was planned before.
    """

    def __init__(self, feed: KafkaFeed, peek: PeekTime, *, chunk_bytes: int, linger_s: float, together_ms: int,
                 low_ms: int = 0, clock: Callable[[], float] = time.monotonic):
        self._feed = feed
        self._peek = peek
        self._chunk_bytes = chunk_bytes
        self._linger_s = linger_s
        self._together_ms = together_ms
        self._clock = clock
        self.low_ms = low_ms

    @property
    def finished(self) -> bool:
        """Whether all that is wanted was planned; never while following."""
        return bool(self._feed.lanes) and all(lane.done for lane in self._feed.lanes.values())

    @property
    def newest_ms(self) -> int:
        """Event time of the newest message planned, 0 before any."""
        return max((lane.reached_ms or 0 for lane in self._feed.lanes.values()), default=0)

    def plan_next(self) -> KafkaChunk | None:
        """The next chunk, or None when it is not due or not known yet; waits briefly for messages."""
        best = self._choose()
        if best is None:
            self._feed.poll()
            best = self._choose()
        return None if best is None else self._cut(*best)

    def _choose(self) -> tuple[Lane, int] | None:
        """The lane to go on with and its earliest time, once no other lane can hold an earlier event."""
        best: tuple[int, bool, Lane] | None = None
        filled = 0
        oldest_s = None
        for lane in self._feed.lanes.values():
            if lane.waiting:
                early_ms = lane.early_ms(self._peek)
                found = (_AT_ONCE if early_ms is None else early_ms, True, lane)
                filled += lane.waiting_bytes
                oldest_s = lane.since_s if oldest_s is None else min(oldest_s, lane.since_s)
            elif self._feed.position_known(lane):
                continue
            else:  # what comes next is hardly earlier than what came last
                found = (_AT_ONCE if lane.reached_ms is None else lane.reached_ms, False, lane)
            if best is None or found[:2] < best[:2]:
                best = found
        if best is None or not best[1]:
            return None
        if filled < self._chunk_bytes and self._clock() - oldest_s < self._linger_s:
            return None
        return best[2], best[0]

    def _cut(self, first: Lane, early_ms: int) -> KafkaChunk:
        lanes = [lane for lane in self._feed.lanes.values() if lane.topic == first.topic and lane.waiting
                 and (lane is first or self._begins_by(lane, early_ms + self._together_ms))]
        parts: list[tuple[int, int, bytes]] = []
        ranges = []
        for lane in lanes:
            start = lane.position
            parts += lane.take(self._chunk_bytes // len(lanes), self._peek, self._clock())
            ranges.append(OffsetRange(lane.partition, start, lane.position))
        self.low_ms = max(self.low_ms, early_ms)
        return KafkaChunk(first.topic, ranges_to_text(first.kafka_topic, ranges), join_messages(parts), self.low_ms)

    def _begins_by(self, lane: Lane, time_ms: int) -> bool:
        early_ms = lane.early_ms(self._peek)
        return early_ms is None or early_ms <= time_ms
