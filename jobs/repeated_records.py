"""The bytes of records that a shard refused as repeats, read again from where they lie."""

from collections.abc import Sequence

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.lookup import RecordLookup
from connectors.kafka.record_place import parse_source


class RepeatedRecords:
    """Looks records up, in files and on the bus.

    Parameters
    ----------
    bus : KafkaBus, optional
        Where the records of Kafka sources are.
    kept_bytes : int
        How much of a record is read at most.
    """

    def __init__(self, bus: KafkaBus | None, kept_bytes: int):
        self._lookup = RecordLookup(bus) if bus is not None else None
        self._kept_bytes = kept_bytes

    def raw(self, repeats: Sequence[dict]) -> list[bytes]:
        """Bytes of each of `repeats` (with `source` and `offset`), empty where they are gone."""
        places: dict[str, set[int]] = {}
        for repeat in repeats:
            if parse_source(repeat["source"]) is not None:
                places.setdefault(repeat["source"], set()).add(repeat["offset"])
        found = {source: self._lookup.records(source, positions) for source, positions in places.items()}
        return [found[r["source"]].get(r["offset"], b"") if r["source"] in found
                else _line_at(r["source"], r["offset"], self._kept_bytes) for r in repeats]


def _line_at(path: str, offset: int, kept_bytes: int) -> bytes:
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            return file.readline(kept_bytes).strip(b" \t\r\n")
    except FileNotFoundError:  # the bus was moved since the shard took the record
        return b""
