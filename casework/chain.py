"""The chain of hashes that shows whether an event was changed, taken out or put in.

Each subject has a chain of its own, so that two subjects never wait for each other: an event's hash
covers its content and the hash before it. A chain alone cannot show that its *end* was cut off, or
that a whole subject is gone: for that, `heads` is kept elsewhere and held against the log later.
Whoever can rewrite rows can also compute hashes anew; against that, too, only `heads` kept
elsewhere helps.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.event import Act, Event

#: Stands before the first event of a subject.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Finding:
    """Where the log is not what was written; `seq` is 0 where a whole subject is meant."""

    subject: str
    seq: int
    what: str


def event_hash(subject: str, seq: int, act: Act, prev_hash: str) -> str:
    """Return the SHA-256 of an event and of the one before it, as 64 hexadecimal digits."""
    content = [subject, seq, act.at_ms, act.officer, act.action, act.reason, act.command_id, act.payload, prev_hash]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def chained(subject: str, before: Sequence[Event], acts: Iterable[Act]) -> list[Event]:
    """Return acts as the next events of a subject."""
    seq, prev = (before[-1].seq, before[-1].hash) if before else (0, GENESIS)
    made = []
    for act in acts:
        seq += 1
        made.append(Event(subject, seq, act, prev, event_hash(subject, seq, act, prev)))
        prev = made[-1].hash
    return made


def check_chain(events: Sequence[Event]) -> list[Finding]:
    """Return what is wrong with the events of one subject, in order of `seq`; none if nothing is."""
    found, seq, prev = [], 0, GENESIS
    for event in events:
        if event.seq == seq:
            found.append(Finding(event.subject, event.seq, "two events have this number"))
            continue
        if event.seq != seq + 1:
            found.append(Finding(event.subject, seq + 1, f"missing up to {event.seq - 1}"))
        elif event.prev_hash != prev:
            found.append(Finding(event.subject, event.seq, "does not follow the event before it"))
        if event_hash(event.subject, event.seq, event.act, event.prev_hash) != event.hash:
            found.append(Finding(event.subject, event.seq, "content does not fit its hash"))
        seq, prev = event.seq, event.hash
    return found


def heads(chains: Mapping[str, Sequence[Event]]) -> dict[str, list]:
    """Return number and hash of the last event of each subject: small, and to be kept elsewhere."""
    return {subject: [events[-1].seq, events[-1].hash] for subject, events in sorted(chains.items()) if events}


def check_heads(chains: Mapping[str, Sequence[Event]], kept: Mapping[str, Sequence]) -> list[Finding]:
    """Return what the log has lost since `kept` was taken by `heads`."""
    found = []
    for subject, (seq, digest) in kept.items():
        events = {event.seq: event for event in chains.get(subject, ())}
        if not events:
            found.append(Finding(subject, 0, "the whole subject is gone"))
        elif seq not in events:
            found.append(Finding(subject, seq, "gone since the heads were kept"))
        elif events[seq].hash != digest:
            found.append(Finding(subject, seq, "another event than when the heads were kept"))
    return found
