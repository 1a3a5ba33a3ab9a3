"""Planning the chunks of a bus: many partitions, one order, near to that of time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.earliest_time import earliest_on_time
from connectors.kafka.feed import KafkaFeed
from connectors.kafka.lane import Lane, PeekTime
from connectors.kafka.message_block import MessageBlock, join_messages
from connectors.kafka.offset_ranges import OffsetRange, ranges_to_text

_AT_ONCE = -1 << 63
#: A partition that does not answer is looked at so often before the others go on without it (ours; some
#: seconds). Not a time: a plan that is not asked for chunks does not ask partitions either.
PATIENCE_LOOKS = 200


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
    its partitions that begin within `together_ms` of it or no later than what was planned so far. ::

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
        The lateness, too: see :func:`connectors.earliest_time.earliest_on_time`.
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
        self._unanswered = 0
        self.low_ms = low_ms

    @property
    def finished(self) -> bool:
        """Whether all that is wanted was planned; never while following."""
        return bool(self._feed.lanes) and all(lane.done for lane in self._feed.lanes.values())

    @property
    def newest_ms(self) -> int:
        """Event time of the newest message planned, 0 before any."""
        return max((lane.reached_ms or 0 for lane in self._feed.lanes.values()), default=0)

    def plan_next(self, at_once: bool = False) -> KafkaChunk | None:
        """The next chunk, or None when it is not due or not known yet; waits briefly for messages.

        `at_once`: of the messages that are there, without waiting for more or for other partitions.
        """
        best = self._choose(at_once)
        if best is None and not at_once:
            self._feed.poll()
            best = self._choose()
        return None if best is None else self._cut(*best)

    def _choose(self, at_once: bool = False) -> tuple[Lane, int] | None:
        """The lane to go on with and its earliest time, once no other lane can hold an earlier event."""
        lanes = self._feed.lanes.values()
        waiting = [lane for lane in lanes if lane.waiting]
        if not waiting:
            return None
        early_ms, _, first = min((self._early_ms(lane), i, lane) for i, lane in enumerate(waiting))
        # What comes next in a lane is hardly earlier than what came last.
        open_ms = [_AT_ONCE if lane.reached_ms is None else lane.reached_ms for lane in lanes
                   if not self._feed.position_known(lane)]
        if any(time_ms < early_ms for time_ms in open_ms) and self._unanswered <= PATIENCE_LOOKS:
            self._unanswered += not at_once
            return None
        is_short = sum(lane.waiting_bytes for lane in waiting) < self._chunk_bytes
        if is_short and not at_once and self._clock() - min(lane.since_s for lane in waiting) < self._linger_s:
            return None
        self._unanswered = 0
        return first, early_ms

    def _early_ms(self, lane: Lane) -> int:
        early_ms = earliest_on_time(lane.first_times_ms(self._peek), self.low_ms, self._together_ms)
        return _AT_ONCE if early_ms is None else early_ms

    def _cut(self, first: Lane, early_ms: int) -> KafkaChunk:
        # Up to what was planned already a lane may go without making its rows wait for longer than others.
        until_ms = max(early_ms + self._together_ms, self.newest_ms)
        lanes = [lane for lane in self._feed.lanes.values()
                 if lane.topic == first.topic and lane.waiting and self._early_ms(lane) <= until_ms]
        parts: list[tuple[int, int, bytes]] = []
        ranges = []
        for lane in lanes:
            start = lane.position
            parts += lane.take(self._chunk_bytes // len(lanes), self._peek, self._clock())
            ranges.append(OffsetRange(lane.partition, start, lane.position))
        self.low_ms = max(self.low_ms, early_ms)
        return KafkaChunk(first.topic, ranges_to_text(first.kafka_topic, ranges), join_messages(parts), self.low_ms)
