"""Records in = records scored + dead letters, on Flink, by count and by identity."""

import time
from collections import defaultdict
from dataclasses import dataclass, field

from hypothesis import given, settings

from features.decode import decode
from features.partition import event_uids
from tests.features.raw_records import any_chunks

_LONG = b'{"event_id":"long","pad":"' + b"y" * 5_000_000 + b'"}'


def test_every_record_is_scored_or_a_dead_letter(duanka, city, tmp_path):
    calls = sorted((city / "cdr").glob("*.ndjson"))[0].read_bytes().splitlines()[:3000]
    payments = sorted((city / "txn").glob("*.ndjson"))[0].read_bytes().splitlines()[:500]
    # Good and bad among each other, repeats, one of 5 MB, and a last line that breaks off.
    bad = _bad_lines("cdr")
    mixed = [line for pair in zip(bad, calls) for line in pair] + calls[-50:] + [_LONG, calls[0][:-1]]
    assert len(bad) > 500
    files = {"cdr": mixed, "txn": payments + _bad_lines("txn") + payments[:20]}
    for topic, lines in files.items():
        (tmp_path / "bus" / topic).mkdir(parents=True)
        (tmp_path / "bus" / topic / "a.ndjson").write_bytes(b"\n".join(lines))
    fates = _fates(files)

    duanka.settings = {"chunk_kib": "64", "store_scores": "all"}
    done = duanka.run("run", "--bus", tmp_path / "bus")
    assert done.returncode == 0, done.stderr

    counts = duanka.query("SELECT records, scored, dead FROM runs FINAL")[0]
    assert counts["records"] == fates.records == counts["scored"] + counts["dead"]
    assert {row["uid"] for row in duanka.query("SELECT DISTINCT uid FROM scores")} == set(fates.copies)
    assert counts["scored"] == len(fates.copies)
    letters = duanka.query("SELECT topic, offset, raw, reason FROM dead_letters FINAL")
    dead = {(row["topic"], row["offset"]): _bytes(row["raw"]) for row in letters}
    assert len(dead) == counts["dead"]
    refused = {(row["topic"], row["offset"]) for row in letters if row["reason"] != "duplicate"}
    assert refused == fates.refused
    # Of the copies of an event exactly one is scored, and every other one is a dead letter.
    for places in fates.copies.values():
        assert sum(place in dead for place in places) == len(places) - 1
    for (topic, offset), raw in dead.items():
        assert raw and fates.raw[topic][offset:].startswith(raw)


def _bad_lines(topic: str) -> list[bytes]:
    collected: list[bytes] = []

    @settings(max_examples=250, derandomize=True, database=None, deadline=None)
    @given(any_chunks(topic))
    def collect(lines):
        collected.extend(lines)

    collect()
    return collected


def _bytes(raw: str | bytes) -> bytes:
    return raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")


@dataclass
class Fates:
    """What must become of each record, each judged by itself.

    Attributes
    ----------
    refused : set of (topic, offset)
    copies : dict of uid to list of (topic, offset)
        Of the records fit to be scored.
    """

    raw: dict[str, bytes]
    records: int = 0
    refused: set[tuple[str, int]] = field(default_factory=set)
    copies: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))


def _fates(files: dict[str, list[bytes]]) -> Fates:
    latest_ms = int(time.time() * 1000) + 86_400_000
    fates = Fates({topic: b"\n".join(lines) for topic, lines in files.items()})
    for topic, lines in files.items():
        offset = 0
        for line in lines:
            batch = decode(topic, line, offset, latest_ms)
            fates.records += batch.records
            if batch.rejects:
                fates.refused.add((topic, int(batch.reject_offset[0])))
            elif batch.records:
                fates.copies[int(event_uids(batch)[0])].append((topic, int(batch.offset[0])))
            offset += len(line) + 1
    return fates
