"""What is known of one partition: messages that were fetched, and how far it has been planned."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

PeekTime = Callable[[str, bytes], int | None]

#: Records with a readable time that a lane's earliest time is taken from (ours, as for folders).
PEEKED_LINES = 16


@dataclass
class Lane:
    """One partition, as the feed reads it.

    Attributes
    ----------
    topic, kafka_topic : str
        Topic of events, and Kafka's name of it.
    partition : int
    position : int
        Offset behind the last message taken: where the next range starts.
    until : int or None
        Nothing from this offset on is wanted.
    waiting : deque of (int, bytes)
        Offset and value of messages fetched and not yet taken.
    waiting_bytes : int
    at_end : bool
        The broker said that there was nothing more, and nothing came since.
    reached_ms : int or None
        Event time of the last message taken.
    since_s : float
        Clock at which the first of `waiting` came, or, without any, the last one was taken.
    paused : bool
    """

    topic: str
    kafka_topic: str
    partition: int
    position: int
    until: int | None = None
    waiting: deque[tuple[int, bytes]] = field(default_factory=deque)
    waiting_bytes: int = 0
    at_end: bool = False
    reached_ms: int | None = None
    since_s: float = 0.0
    paused: bool = False
    _times_ms: tuple[int, ...] = ()
    _peeked: int = 0

    @property
    def key(self) -> tuple[str, int]:
        return self.kafka_topic, self.partition

    @property
    def done(self) -> bool:
        """Whether all that is wanted has been taken."""
        return self.until is not None and not self.waiting and (self.at_end or self.position >= self.until)

    def add(self, offset: int, value: bytes, now_s: float) -> None:
        """Take a message in; what lies outside the wanted offsets is let go."""
        if offset < self.position:
            return
        if self.until is not None and offset >= self.until:
            self.at_end = True
            return
        if not self.waiting:
            self.since_s = now_s
        self.waiting.append((offset, value))
        self.waiting_bytes += len(value)
        self.at_end = False

    def clear(self, position: int) -> None:
        """Forget what was fetched and go on at `position`."""
        self.waiting.clear()
        self.waiting_bytes, self.position, self.at_end = 0, position, False
        self._times_ms, self._peeked, self.reached_ms = (), 0, None

    def first_times_ms(self, peek: PeekTime) -> tuple[int, ...]:
        """Event times of the first records that wait, as far as they have one."""
        count = min(len(self.waiting), PEEKED_LINES)
        if count > self._peeked:
            self._peeked = count
            times = (peek(self.topic, line) for line in self._first_lines(count))
            self._times_ms = tuple(t for t in times if t is not None)
        return self._times_ms

    def _first_lines(self, messages: int) -> Iterator[bytes]:
        left = PEEKED_LINES
        for _, value in islice(self.waiting, messages):
            for line in value.split(b"\n", left)[:left]:
                if line:
                    left -= 1
                    yield line
            if left <= 0:
                return

    def take(self, budget_bytes: int, peek: PeekTime, now_s: float) -> list[tuple[int, int, bytes]]:
        """Messages from the front, at least one, together at most `budget_bytes`: partition, offset, value."""
        taken = []
        size = 0
        while self.waiting and (not taken or size + len(self.waiting[0][1]) <= budget_bytes):
            offset, value = self.waiting.popleft()
            size += len(value) + 1
            self.waiting_bytes -= len(value)
            taken.append((self.partition, offset, value))
        self._went(taken, peek, now_s)
        return taken

    def take_until(self, end: int, peek: PeekTime, now_s: float) -> list[tuple[int, int, bytes]] | None:
        """Messages before offset `end`; None as long as they are not all there."""
        if not self.at_end and (not self.waiting or self.waiting[-1][0] < end - 1):
            return None
        taken = []
        while self.waiting and self.waiting[0][0] < end:
            offset, value = self.waiting.popleft()
            self.waiting_bytes -= len(value)
            taken.append((self.partition, offset, value))
        self._went(taken, peek, now_s)
        self.position = max(self.position, end)
        return taken

    def _went(self, taken: list[tuple[int, int, bytes]], peek: PeekTime, now_s: float) -> None:
        self.since_s = now_s
        self._times_ms, self._peeked = (), 0
        if taken:
            self.position = taken[-1][1] + 1
            last = taken[-1][2].rstrip(b"\n").rpartition(b"\n")[2]
            time_ms = peek(self.topic, last)
            if time_ms is not None:
                self.reached_ms = max(time_ms, self.reached_ms or time_ms)
