"""What happened in a case: the one form of every record of people's work."""

from dataclasses import dataclass, field
from typing import Any

#: Names beginning so are our own programs; an officer cannot be called so, having no colon.
SYSTEM = "system:"
DISPATCHER = f"{SYSTEM}dispatch"


@dataclass(frozen=True)
class Act:
    """An event that a command would like to add.

    Attributes
    ----------
    action : str
        For instance ``measure_proposed``; stored, hence public.
    officer : str
        Who.
    at_ms : int
        When, UTC milliseconds.
    reason : str
        Why; empty where the action says it all.
    payload : dict
        JSON values only.
    command_id : str
        Of the command that made it; one that is repeated adds nothing.
    """

    action: str
    officer: str
    at_ms: int
    reason: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    command_id: str = ""


@dataclass(frozen=True)
class Event:
    """An act in its place: the `seq`-th of its subject, counted from 1, chained to the one before."""

    subject: str
    seq: int
    act: Act
    prev_hash: str
    hash: str
