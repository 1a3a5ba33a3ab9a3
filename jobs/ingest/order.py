"""In which order the messages of several topics go out."""

import heapq
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from connectors.kafka.record_peek import time_of
from jobs.ingest.source import Lane, Mark

#: Records of a message whose earliest time is the message's (ours; as many as a job looks at).
_PEEKED = 16


@dataclass(slots=True)
class Outgoing:
    """A message to be sent.

    Attributes
    ----------
    topic : str
    lines : list of bytes
    time_ms : int
        Earliest event time of its first records; that of the message before where none can be
        read or believed. 0 where nobody asked.
    mark : Mark
        The place behind it.
    """

    topic: str
    lines: list[bytes]
    time_ms: int
    mark: Mark


def outgoing(
    lanes: Sequence[Lane],
    starts: Mapping[str, Mark],
    lines_per_message: int,
    timed: bool,
    idle: Callable[[], None] = lambda: None,
    ahead_ms: int = 86_400_000,
) -> Iterator[Outgoing]:
    """Yield the messages of all lanes, the one whose first records are earliest first.

    So topics advance together in event time, message by message: a job that follows the bus then
    finds no event late that was not late in its topic.

    Parameters
    ----------
    starts : mapping of str to Mark
        By topic, where to begin; topics that are left out begin at their first byte.
    lines_per_message : int
        At most.
    timed : bool
        Whether the times are needed also where there is only one lane.
    idle : callable
        Called now and then while nothing comes.
    ahead_ms : int
        A time further ahead than this is an error, which a job refuses by its setting `future_s`. Believed, it would
        hold its topic back until all others have ended.
    """
    timed = timed or len(lanes) > 1
    streams = [_of_lane(lane, starts.get(lane.topic), lines_per_message, timed, idle, ahead_ms) for lane in lanes]
    return streams[0] if len(streams) == 1 else heapq.merge(*streams, key=attrgetter("time_ms"))


def _of_lane(
    lane: Lane, start: Mark | None, size: int, timed: bool, idle: Callable[[], None], ahead_ms: int
) -> Iterator[Outgoing]:
    topic, reached_ms = lane.topic, 0
    for name, block in lane.blocks(start, idle):
        latest_ms = time.time_ns() // 1_000_000 + ahead_ms
        lines, end, single = block.lines, block.start, len(block.lines) == 1
        for i in range(0, len(lines), size):
            part = lines[i:i + size]
            end = block.end if single else end + sum(map(len, part)) + len(part)
            part = [line for line in part if line and not line.isspace()]
            if not part:
                continue
            if timed:
                times = [time_of(topic, line) for line in islice(part, _PEEKED)]
                reached_ms = min((t for t in times if t is not None and t <= latest_ms), default=reached_ms)
            yield Outgoing(topic, part, reached_ms, (name, end))
