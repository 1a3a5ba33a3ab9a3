"""Which notices go out now, which wait, and which are no longer needed."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.notices.quiet_hours import QuietHours
from casework.notices.subject import STAGES, Entry, Kind, State, Subject

#: Subjects in one notice (ours: what is read at a glance on a telephone); more make another.
MOST = 30


@dataclass(frozen=True)
class AddressBook:
    """Names of channels: of officers, and of stations by territory; ``*`` is the last resort."""

    officers: Mapping[str, Sequence[str]]
    fallback: Mapping[str, Sequence[str]]

    def channels(self, officer: str, area: str) -> tuple[str, ...]:
        """Return those of the officer, otherwise the station's."""
        return tuple(self.officers.get(officer) or self.station(area))

    def station(self, area: str) -> tuple[str, ...]:
        """Return the channels of the narrowest territory that holds the area."""
        fitting = [t for t in self.fallback if t != "*" and area.startswith(t)]
        return tuple(self.fallback.get(max(fitting, key=len, default="*"), ()))


@dataclass(frozen=True)
class Notice:
    """One message: several subjects unless it is a victim's warning. `again`: it may have gone out already."""

    notice_id: str
    officer: str
    channel: str
    entries: tuple[Entry, ...]
    again: bool = False


@dataclass
class Plan:
    """What a round does: entries to note as held or dropped, notices to send."""

    hold: list[Entry] = field(default_factory=list)
    drop: list[Entry] = field(default_factory=list)
    send: list[Notice] = field(default_factory=list)


def plan(subjects: Iterable[Subject], record: Iterable[Entry], book: AddressBook, quiet: QuietHours, window_ms: int,
         now_ms: int) -> Plan:
    """Return what is to be done now.

    A subject is told at a stage once, and again only at a later one. Where all channels failed, the
    station's that were not tried are next. Warnings come first, each alone, whatever the hour. Others
    wait for the end of their window (aligned to multiples of `window_ms`) and of quiet hours, and go out
    with whatever is ripe for the same officer and channel.

    Parameters
    ----------
    subjects : iterable of Subject
        As they stand; the same key once.
    record : iterable of Entry
        All of these subjects, and whatever is held or intended.
    now_ms : int
        UTC milliseconds.

    Notes
    -----
    Time and memory are linear in `subjects` and `record`.
    """
    by_subject: dict[str, list[Entry]] = defaultdict(list)
    for entry in record:
        by_subject[entry.subject].append(entry)
    made, wanted = Plan(), set()
    ripe: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    alone: list[Entry] = []
    for subject in sorted(subjects, key=lambda s: s.key):
        mine = by_subject[subject.key]
        held = {entry.place: entry for entry in mine if entry.state is State.HELD}
        for channel in _channels(subject, mine, book):
            entry = Entry(subject.key, subject.stage, subject.officer, channel, State.INTENDED)
            wanted.add(entry.place)
            if subject.kind is Kind.WARNING:
                alone.append(entry)
                continue
            before = held.get(entry.place)
            due_ms = before.due_ms if before else _window_end(now_ms, window_ms)
            due_ms = quiet.release_ms(max(due_ms, now_ms) if before else due_ms)
            if due_ms <= now_ms:
                ripe[subject.officer, channel].append(entry)
            elif before is None or due_ms > max(before.due_ms, now_ms):
                made.hold.append(replace(entry, state=State.HELD, due_ms=due_ms))
    everything = [entry for entries in by_subject.values() for entry in entries]
    made.drop = [replace(e, state=State.DROPPED) for e in everything
                 if e.state is State.HELD and e.place not in wanted]
    made.send = _unfinished(everything) + [_notice([entry]) for entry in alone]
    for _, entries in sorted(ripe.items()):
        made.send += [_notice(entries[k : k + MOST]) for k in range(0, len(entries), MOST)]
    made.send.sort(key=lambda notice: notice.entries[0].kind is not Kind.WARNING)
    return made


def _channels(subject: Subject, mine: list[Entry], book: AddressBook) -> tuple[str, ...]:
    """Where the subject still has to go at its stage."""
    told = [entry for entry in mine if entry.state not in (State.HELD, State.DROPPED)]
    rank = STAGES[subject.kind].index(subject.stage)
    here = [entry for entry in told if entry.rank >= rank]
    if not here:
        return book.channels(subject.officer, subject.area)
    if any(entry.state is not State.FAILED for entry in here):
        return ()
    tried = {entry.channel for entry in here}
    return tuple(channel for channel in book.station(subject.area) if channel not in tried)


def _window_end(now_ms: int, window_ms: int) -> int:
    return -(-(now_ms + 1) // window_ms) * window_ms if window_ms else now_ms


def _notice(entries: list[Entry]) -> Notice:
    first = entries[0]
    what = "\n".join([first.officer, first.channel, *(f"{e.subject} {e.stage}" for e in entries)])
    notice_id = hashlib.sha256(what.encode()).hexdigest()[:24]
    return Notice(notice_id, first.officer, first.channel, tuple(replace(e, notice_id=notice_id) for e in entries))


def _unfinished(entries: list[Entry]) -> list[Notice]:
    """Notices that were written down before they were sent, and of which nothing more is known."""
    open_ones: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.state is State.INTENDED:
            open_ones[entry.notice_id].append(entry)
    return [Notice(notice_id, group[0].officer, group[0].channel, tuple(sorted(group, key=lambda e: e.place)), True)
            for notice_id, group in sorted(open_ones.items())]
