"""Words about lists as records of the topic ``watchlist``, checked by the very rules that the job checks them by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from features.decode import decode
from features.errors import DuankaError
from features.events import WATCHLIST
from features.validate import ABSENT

_REASON = WATCHLIST.field("reason").max_length


class BadWord(DuankaError, ValueError):
    """A word about a list cannot be said; the message says why."""


@dataclass(frozen=True)
class Word:
    """One card put on a list or taken off it, before it has a time; empty where nothing was given."""

    list: str
    card: str
    action: str = "add"
    kind: str = ""
    reason: str = ""
    expires_at: str | int = ""

    def line(self, time_ms: int) -> bytes:
        """The record, without a line end."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__ if getattr(self, name) != ""}
        return orjson.dumps({"event_time": time_ms} | said)


@dataclass(frozen=True)
class BadLine:
    """A word that the job would refuse: its number, and why."""

    number: int
    why: str


def signed_reason(reason: str, officer: str) -> str:
    """The reason with the name of who gives it, no longer than a record's reason may be.

    Raises
    ------
    BadWord
        One of the two is missing, or they are too long.

    >>> signed_reason("case 17", "Li Wei")
    'case 17 [Li Wei]'
    """
    reason, officer = reason.strip(), officer.strip()
    if not (reason and officer):
        raise BadWord("a card is listed by a named officer for a reason; give --officer and --reason")
    text = f"{reason} [{officer}]"
    if len(text) > _REASON:
        raise BadWord(f"reason and officer together have at most {_REASON - 3} characters, got {len(text) - 3}")
    return text


def checked(words: Sequence[tuple[int, Word]], time_ms: int, now_ms: int) -> tuple[list[bytes], list[BadLine]]:
    """Lines of the words that the job will take, and what is wrong with the others.

    Parameters
    ----------
    words : sequence of (number, Word)
    time_ms : int
        Event time of the records, UTC ms.
    now_ms : int
        An entry that has ended by then is refused.
    """
    lines = [word.line(time_ms) for _, word in words]
    batch = decode(WATCHLIST.name, b"".join(line + b"\n" for line in lines), 0, time_ms)
    starts = {}
    offset = 0
    for k, line in enumerate(lines):
        starts[offset] = k
        offset += len(line) + 1
    bad = {
        starts[int(at)]: f"{reject.reason}: {reject.detail}"
        for at, reject in zip(batch.reject_offset.tolist(), batch.rejects)
    }
    bad |= dict(_ended(batch, starts, now_ms))
    good = [line for k, line in enumerate(lines) if k not in bad]
    return good, [BadLine(words[k][0], why) for k, why in sorted(bad.items())]


def _ended(batch, starts: dict[int, int], now_ms: int) -> Iterator[tuple[int, str]]:
    ends = batch.columns["expires_at"]
    over = (ends != ABSENT) & (ends <= now_ms)
    return ((starts[int(at)], "expires_at: it has ended already") for at in batch.offset[over].tolist())
