"""A city's topics, given out slice by slice of event time, as life would."""

import json
from datetime import datetime
from pathlib import Path

_TIMES = ("event_time", "pushed_at")


class SlicedBus:
    """Topics below `folder` that hold the city's records up to the slice given out last.

    A slice holds every record of its stretch of time, of all topics, so that no record of a later
    slice is late.
    """

    def __init__(self, city: Path, folder: Path, slices: int):
        self.folder = folder
        self.records = 0
        lines = [(topic.name, line) for topic in sorted(city.iterdir()) if topic.is_dir()
                 for file in sorted(topic.glob("*.ndjson")) for line in file.read_bytes().splitlines()]
        times = [event_time_ms(line) for _, line in lines]
        ordered = sorted(times)
        bounds = [ordered[len(ordered) * k // slices] for k in range(1, slices)]
        self._slices: list[dict[str, list[bytes]]] = [{} for _ in range(slices)]
        for (topic, line), at in zip(lines, times, strict=True):
            self._slices[sum(at >= bound for bound in bounds)].setdefault(topic, []).append(line)
        self._given = 0

    def give(self) -> int:
        """Add the next slice as one file a topic; returns how many records the bus holds now."""
        for topic, lines in self._slices[self._given].items():
            (self.folder / topic).mkdir(parents=True, exist_ok=True)
            (self.folder / topic / f"{self._given:06}.ndjson").write_bytes(b"\n".join(lines) + b"\n")
            self.records += len(lines)
        self._given += 1
        return self.records


def event_time_ms(line: bytes) -> int:
    """
    >>> event_time_ms(b'{"event_time": "1970-01-01T08:00:01+08:00"}')
    1000
    """
    record = json.loads(line)
    value = next(record[name] for name in _TIMES if name in record)
    return value if isinstance(value, int) else int(datetime.fromisoformat(value).timestamp() * 1000)
