"""Puts words about lists on the bus, a portion at a time, so that a running job is never kept busy with them alone."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from connectors.kafka.bus_url import parse_bus_url
from connectors.topic_files import add_file
from features.events import WATCHLIST
from jobs.ingest.pace import Pace
from jobs.watchlist.words import BadLine, Word, checked

#: Entries a second when nothing else is asked for (ours, measured: a job and a store that share two cores take
#: twice as many in pauses of more than two seconds).
RATE = 10_000
#: Entries that are said at one moment (ours): a second's worth, since each moment costs a job a round of its shards.
PORTION = RATE
#: How much younger than the watermark of a job that keeps up a word is, ms (ours): time to reach it.
MARGIN_MS = 2000
#: Bad lines that are kept to be told; all are counted.
_TOLD = 20


class Bus(Protocol):
    """Where words go to."""

    def send(self, lines: list[bytes]) -> None: ...

    def close(self) -> None:
        """All that was sent is there."""


class FolderBus:
    """A file of its own for each portion, complete once it has its name."""

    def __init__(self, folder: Path):
        self._folder = folder

    def send(self, lines: list[bytes]) -> None:
        add_file(self._folder, WATCHLIST.name, b"".join(line + b"\n" for line in lines))

    def close(self) -> None:
        pass


class KafkaWords:
    """Messages of up to a thousand words; few words one by one, keyed by their card."""

    def __init__(self, url: str):
        # Imported late: loads librdkafka.
        from connectors.kafka.producer import BusProducer

        self._producer = BusProducer(parse_bus_url(url), [WATCHLIST.name])

    def send(self, lines: list[bytes]) -> None:
        if len(lines) < 100:
            for line in lines:
                self._producer.send_line(WATCHLIST.name, line)
        else:
            for k in range(0, len(lines), 1000):
                self._producer.send_lines(WATCHLIST.name, lines[k : k + 1000])
        self._producer.serve(0)

    def close(self) -> None:
        self._producer.flush()
        self._producer.close()


def open_bus(url: str, folder: Callable[[], Path]) -> Bus:
    """The bus of a URL; `folder` gives that of a folder of topics."""
    return KafkaWords(url) if url.startswith("kafka:") else FolderBus(folder())


@dataclass
class Said:
    """How far it has come."""

    taken: int = 0
    bad: int = 0
    first_bad: list[BadLine] = field(default_factory=list)

    def refuse(self, lines: Iterable[BadLine]) -> None:
        for line in lines:
            self.bad += 1
            if len(self.first_bad) < _TOLD:
                self.first_bad.append(line)


def moment_ms(now_ms: int, lateness_s: float) -> int:
    """Event time of a word said now: as old as a job with this lateness lets out at once.

    A word stamped with the present would wait for the lateness to pass. So it is dated back by that, less the time
    that it takes to reach the job: it counts within seconds, in order, and what the card did meanwhile hits as well.
    """
    return now_ms - max(int(lateness_s * 1000) - MARGIN_MS, 0)


def say(
    words: Iterable[tuple[int, Word] | BadLine],
    bus: Bus,
    lateness_s: float,
    rate: float | None = RATE,
    look: Callable[[Said], None] = lambda said: None,
    clock_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> Said:
    """Say words in order, each portion at its own moment; a bad one is told and left out.

    Parameters
    ----------
    rate : float or None
        Words a second; None for all at once.
    lateness_s : float
        That of the job, see :func:`moment_ms`.
    """
    said, pace = Said(), Pace(rate, None, time.sleep)
    portion: list[tuple[int, Word]] = []

    def send() -> None:
        if not portion:
            return
        pace.await_due(len(portion), 0)
        now_ms = clock_ms()
        lines, bad = checked(portion, moment_ms(now_ms, lateness_s), now_ms)
        said.refuse(bad)
        if lines:
            bus.send(lines)
        said.taken += len(lines)
        portion.clear()
        look(said)

    for word in words:
        if isinstance(word, BadLine):
            said.refuse([word])
            continue
        portion.append(word)
        if len(portion) >= PORTION:
            send()
    send()
    return said
