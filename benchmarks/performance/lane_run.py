"""The rate of a run of the lane, and whether it found what it must."""

from pathlib import Path

from benchmarks.performance.child import MeasurementFailed
from benchmarks.performance.hits import differing, read_hits
from benchmarks.performance.inputs import prefix, reference_hits, stream
from benchmarks.performance.lane.stream import stream_files
from benchmarks.performance.scenario import Figures
from benchmarks.performance.sizes import Sizes
from benchmarks.performance.stamps import span_s

#: Share of hits that two runs may not have in common: rivals add up in 64 bits where the kernels have 32, and
#: a score that stands exactly at a threshold may fall on either side (ours). On the tests' stream there is none.
_APART = 0.005


def measured(sizes: Sizes, folder: Path, records: int | None = None) -> Figures:
    """Figures of a run whose stamps and hits are in `folder`, over the first records, or over all.

    Raises
    ------
    MeasurementFailed
        It found something else than the reference.
    """
    begin_s, end_s, _ = span_s(folder / "stamps")
    return checked(read_hits(folder / "hits"), sizes, records) | rate(sizes, records, end_s - begin_s)


def checked(found: set, sizes: Sizes, records: int | None) -> Figures:
    """How many hits there are, held against the reference."""
    reference = reference_hits(sizes, records)
    apart = differing(found, reference)
    if not reference or apart > _APART * len(reference):
        raise MeasurementFailed(f"found {len(found)} hits, the reference {len(reference)}; {apart} are in one alone")
    return {"hits": len(found), "hits_apart": apart}


def rate(sizes: Sizes, records: int | None, seconds: float) -> Figures:
    """Events/s of a run over the first records, or over all."""
    files = stream_files(stream(sizes)) if records is None else [prefix(sizes, records)]
    events = sum(file.read_bytes().count(b"\n") for file in files)
    return {"events": events, "seconds": seconds, "events_per_s": events / seconds}
