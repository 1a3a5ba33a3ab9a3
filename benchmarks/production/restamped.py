"""Sends a city's records as if they happened now."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.producer import BusProducer
from jobs.replay import plan_chunks

_TIME = re.compile(rb'"event_time":\s*("[^"]*"|\d+)')
_TOPICS = ("cdr", "txn")


def lines_of(city: Path) -> Iterator[tuple[str, bytes]]:
    """Calls and payments of a city, about in the order of time, again and again."""
    while True:
        for chunk in plan_chunks(city, 1 << 62, 1 << 16):
            if chunk.topic in _TOPICS:
                with open(chunk.path, "rb") as file:
                    file.seek(chunk.start)
                    for line in file.read(chunk.end - chunk.start).splitlines():
                        yield chunk.topic, line


def send(city: Path, bus: str, rate: float, seconds: float, mark: str) -> int:
    """Send at `rate` records a second; each bears the moment at which it was handed over.

    `mark` makes the identifiers of this stream its own, so that a city sent twice repeats nothing.
    """
    producer: BusProducer[int] = BusProducer(parse_bus_url(bus), list(_TOPICS))
    lines = lines_of(city)
    begun = time.monotonic()
    sent = 0
    prefix = f'"event_id":"{mark}'.encode()
    while (past := time.monotonic() - begun) < seconds:
        now = b'"event_time":%d' % int(time.time() * 1000)
        for _ in range(int(past * rate) - sent):
            topic, line = next(lines)
            line = _TIME.sub(now, line, 1).replace(b'"event_id":"', prefix + b"%d-" % sent, 1)
            producer.send_lines(topic, [line])
            sent += 1
        producer.serve(0.002)
    producer.flush()
    producer.close()
    return sent


if __name__ == "__main__":
    import sys

    print(send(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
