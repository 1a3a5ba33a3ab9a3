"""Whether the case log is whole: looked at over and over, and read again only where anything has changed."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from casework.chain import Finding, check_chain
from connectors.clickhouse import Store
from connectors.queries.trail_slices import slice_fingerprint, slice_rows
from jobs.casework.log_rows import event_of

#: Events of a slice, about (ours: a hundredth of a second to look at, a tenth to read).
SLICE = 4000
#: A round that takes longer than this leaves the machine to others for as long as it works (ours).
_POLITE_AFTER_S = 0.5


@dataclass(frozen=True)
class Slice:
    """Whole chains whose subjects lie in ``[begin, end)``, as they were when they were read."""

    begin: str
    end: str
    fingerprint: tuple[int, int]
    chains: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Checked:
    """What a round found.

    Attributes
    ----------
    up_to_ms : int
        Every event that was there then was checked, UTC ms.
    events, chains : int
    read : int
        Events that were read in this round; of all others the fingerprint was the same.
    findings : tuple of Finding
    """

    up_to_ms: int
    events: int
    chains: int
    read: int
    findings: tuple[Finding, ...]


class TrailCheck:
    """Rounds over the log. The first reads everything, later ones compare fingerprints made by the store.

    A fingerprint is a keyed hash over all columns of all rows of a slice; the key is made anew with each
    process. So a row that was changed, taken out or put in at any time is found in the next round, which
    costs the store some seconds for a million events, and this process nearly nothing. What a chain cannot
    show, see `casework.chain`, a round cannot either.

    Parameters
    ----------
    store : Store
        One of its own, as a round takes long.
    clock : callable
        UTC milliseconds.
    """

    def __init__(self, store: Store, clock: Callable[[], int], slice_events: int = SLICE):
        self._store, self._clock, self._slice_events = store, clock, slice_events
        self._key = (secrets.randbits(64), secrets.randbits(64))
        self._slices: list[Slice] = []
        #: Events checked in the round that goes on.
        self.progress = 0

    def round(self) -> Checked:
        """Check the whole log once.

        Raises
        ------
        StoreError
        """
        started_ms, started_s = self._clock(), time.monotonic()
        self.progress, read, kept = 0, 0, []
        for known in self._slices or [Slice("", "", (-1, 0), 0, ())]:
            if slice_fingerprint(self._store, self._key, known.begin, known.end) == known.fingerprint:
                fresh = [known]
            else:
                fresh = []
                for each in self._read(known.begin, known.end):
                    fresh.append(each)
                    read += each.fingerprint[0]
                    self.progress += each.fingerprint[0]
                    self._be_polite(started_s)
            kept += fresh
            if fresh == [known]:
                self.progress += known.fingerprint[0]
        self._slices = kept
        return Checked(started_ms, sum(each.fingerprint[0] for each in kept), sum(each.chains for each in kept), read,
                       tuple(finding for each in kept for finding in each.findings))

    def _read(self, begin: str, end: str):
        """Yield the slices of a part of the log, read anew; each ends where a chain does."""
        while True:
            limit = self._slice_events
            rows = slice_rows(self._store, self._key, begin, end, limit + 1)
            while len(rows) > limit and rows[-1]["subject"] == rows[0]["subject"]:
                limit *= 4
                rows = slice_rows(self._store, self._key, begin, end, limit + 1)
            is_last = len(rows) <= limit
            cut = end if is_last else rows[-1]["subject"]
            yield _checked(begin, cut, rows if is_last else [row for row in rows if row["subject"] != cut])
            if is_last:
                return
            begin = cut

    def _be_polite(self, started_s: float) -> None:
        if time.monotonic() - started_s > _POLITE_AFTER_S:
            time.sleep(0.05)


def _checked(begin: str, end: str, rows: list[dict[str, Any]]) -> Slice:
    findings, chains = [], 0
    for _, chain in groupby(rows, key=lambda row: row["subject"]):
        findings += check_chain([event_of(row) for row in chain])
        chains += 1
    return Slice(begin, end, (len(rows), sum(row["mark"] for row in rows) % 2**64), chains, tuple(findings))
