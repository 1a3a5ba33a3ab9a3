"""A form as it was sent: its one-time id, what its sender had before their eyes, what they wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from fastapi.datastructures import FormData

from casework.clocks import CHINA
from console.act_id import act_id_of
from console.visitor import NotAllowed, field

#: Longest text of a field, characters; the pages ask for no more.
LONGEST = 1000


@dataclass(frozen=True)
class SentForm:
    """Attributes
    ----------
    seen : int or None
        Number of the last event of the case on the page that the form was on; None where none was shown.
    values : dict
        The act's fields, empty where nothing was given.
    """

    act_id: str
    seen: int | None
    values: dict[str, str]

    @classmethod
    def of(cls, form: FormData, names: Sequence[str]) -> "SentForm":
        """Read a form.

        Raises
        ------
        NotAllowed
            It is none of ours.
        """
        act_id, seen = act_id_of(form), field(form, "seen", 12)
        if seen and not (seen.isascii() and seen.isdigit()):
            raise NotAllowed("refused.request", 422)
        values = {name: field(form, name, LONGEST).replace("\r\n", "\n") for name in names}
        return cls(act_id, int(seen) if seen else None, values)


def china_ms(text: str) -> int:
    """A time as a browser's field gives it, in China's time, as UTC ms; 0 if it is none.

    >>> china_ms("2026-03-02T10:00"), china_ms("tomorrow")
    (1772416800000, 0)
    """
    try:
        return round(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def fen_of(text: str) -> int:
    """Yuan as people type them in fen; 0 for nothing, -1 for what is no amount.

    >>> fen_of("50,000.5"), fen_of(""), fen_of("much"), fen_of("1e30")
    (5000050, 0, -1, -1)
    """
    if not text:
        return 0
    try:
        fen = Decimal(text.replace(",", "").replace("，", "")) * 100
    except InvalidOperation:
        return -1
    return int(fen) if fen.is_finite() and 0 <= fen < 10**16 and fen == int(fen) else -1
