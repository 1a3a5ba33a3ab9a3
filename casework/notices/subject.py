"""What a notice is about, and what the record says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """A victim's warning goes out alone and at once; hits and leads are grouped."""

    WARNING = "warning"
    HIT = "hit"
    LEAD = "lead"


#: Stages of each kind in order; a subject is told again once it is at a later one.
STAGES = {
    Kind.WARNING: ("yellow", "orange", "red"),
    Kind.HIT: ("blue", "yellow", "orange", "red"),
    Kind.LEAD: ("pressing", "overdue"),
}


class State(StrEnum):
    """Of an entry: waiting, written before it is sent, sent, given up, no longer to be sent."""

    HELD = "held"
    INTENDED = "intended"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Subject:
    """A warning, hit or lead as it stands.

    Attributes
    ----------
    identity : str
        ``warning_id``, ``hit_id`` or ``lead_id``.
    stage : str
        One of `STAGES`.
    officer : str
        Whose it is; empty if nobody covers its area.
    area : str
        Six digits, or empty.
    facts : mapping
        What the text shows; the card by its last four digits alone.
    """

    kind: Kind
    identity: str
    stage: str
    officer: str = ""
    area: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.identity}"


@dataclass(frozen=True)
class Entry:
    """One line of the record: a subject at a stage, to an officer, by a channel.

    `notice_id` is empty while it is held; `due_ms` is when it goes out at the earliest.
    """

    subject: str
    stage: str
    officer: str
    channel: str
    state: State
    notice_id: str = ""
    due_ms: int = 0

    @property
    def kind(self) -> Kind:
        return Kind(self.subject.partition(":")[0])

    @property
    def rank(self) -> int:
        return STAGES[self.kind].index(self.stage)

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What tells it from all others."""
        return self.subject, self.stage, self.officer, self.channel


def last_four(card: str) -> str:
    """Return a card as a notice shows it.

    >>> last_four("phone:13812345678")
    '…5678'
    """
    number = card.rpartition(":")[2]
    return f"…{number[-4:]}" if len(number) > 4 else "…"
