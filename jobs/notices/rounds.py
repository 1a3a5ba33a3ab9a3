"""One round after the other: what is new, what is due, what has ended."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from casework.notices.plan import Notice, plan
from casework.notices.subject import Entry, State
from casework.notices.texts import notice_texts
from connectors.clickhouse import Store
from connectors.queries.notice_rows import note_notices, open_notices
from jobs.notices.sending import Outcome, Sending
from jobs.notices.settings_file import NoticeSettings
from jobs.notices.sources import Sources

_log = logging.getLogger("duanka.notices")


class Rounds:
    """Follows the store; the only one that does so on it, see docs/notices.md.

    Intent is written before a notice is handed to its channel, the end after; in between it is in flight. If
    the store is away when something has ended, that is kept and written later.
    """

    def __init__(self, store: Store, sources: Sources, settings: NoticeSettings, sending: Sending,
                 clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000):
        self._store = store
        self._sources = sources
        self._settings = settings
        self._sending = sending
        self._now_ms = clock
        self._in_flight: set[str] = set()
        self._unnoted: list[Outcome] = []

    def round(self) -> int:
        """Note what ended, look at the store, send what is due; return how many notices were handed over.

        Raises
        ------
        StoreUnavailableError
            The store is away; the next round goes on where this one stopped.
        """
        self.note_ended()
        now_ms = self._now_ms()
        subjects = self._sources.subjects(now_ms)
        record = [_entry(row) for row in open_notices(self._store, [s.key for s in subjects])]
        made = plan(subjects, record, self._settings.book, self._settings.quiet, self._settings.window_s * 1000, now_ms)
        due = [notice for notice in made.send if notice.notice_id not in self._in_flight]
        new = [replace(e, due_ms=now_ms) for notice in due if not notice.again for e in notice.entries]
        self._note([*made.hold, *made.drop, *new])
        known = {subject.key: subject for subject in subjects}
        for notice in due:
            self._in_flight.add(notice.notice_id)
            self._sending.take(notice, *notice_texts(notice, known))
        return len(due)

    def note_ended(self) -> None:
        """Write down what ended since.

        Raises
        ------
        StoreUnavailableError
        """
        while True:
            try:
                self._unnoted.append(self._sending.ended.get_nowait())
            except queue.Empty:
                break
        while self._unnoted:
            ended = self._unnoted[0]
            if not ended.unfinished:
                state = State.FAILED if ended.error else State.SENT
                self._note((replace(e, state=state) for e in ended.notice.entries), ended.attempts, ended.error,
                           self._now_ms())
                _say(ended)
            self._unnoted.pop(0)
            self._in_flight.discard(ended.notice.notice_id)

    @property
    def in_flight(self) -> int:
        return len(self._in_flight)

    def _note(self, entries: Iterable[Entry], attempts: int = 0, error: str = "", ended_ms: int = 0) -> None:
        rows = [{"subject": e.subject, "stage": e.stage, "officer": e.officer, "channel": e.channel,
                 "kind": str(e.kind), "state": str(e.state), "notice_id": e.notice_id, "attempts": attempts,
                 "due_ms": e.due_ms, "ended_ms": ended_ms, "error": error} for e in entries]
        note_notices(self._store, rows, time.time_ns())


def once(rounds: Rounds, stop: threading.Event) -> int:
    """Make rounds until nothing is due and all has ended; return how many notices were handed over.

    Raises
    ------
    StoreUnavailableError
    """
    handed = 0
    while not stop.is_set():
        new = rounds.round()
        handed += new
        while rounds.in_flight and not stop.wait(0.02):
            rounds.note_ended()
        if not new:
            break
    return handed


def _say(ended: Outcome) -> None:
    notice: Notice = ended.notice
    about = (notice.notice_id, notice.entries[0].kind, len(notice.entries), notice.officer or "-", notice.channel,
             ended.attempts)
    if ended.error:
        _log.warning("notice %s (%s, %d) to %s by %s failed after %d attempts: %s", *about, ended.error)
    else:
        _log.info("notice %s (%s, %d) to %s by %s sent, attempt %d", *about)


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(row["subject"], row["stage"], row["officer"], row["channel"], State(row["state"]), row["notice_id"],
                 row["due_ms"])
