"""Look-ups that an auditor should ask about; being listed proves nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from casework.clocks import CHINA

#: Cards that one officer opens within an hour; cards under one purpose in a day; times that one card is
#: opened by one officer in a day; hours of the night. All ours.
MANY_CARDS, MANY_UNDER_ONE_PURPOSE, MANY_TIMES = 40, 25, 8
NIGHT = range(0, 6)
_HOUR_MS = 3_600_000
#: Each step within a picture is a look-up of its card: those of half an hour count as one time (ours).
STEPWISE, SITTING_MS = ("flow", "calls"), 1_800_000


class Sign(StrEnum):
    """Why a look-up is listed."""

    MANY_CARDS = "many_cards"
    ONE_PURPOSE = "one_purpose"
    ONE_CARD = "one_card"
    NIGHT = "night"


@dataclass(frozen=True)
class Unusual:
    """Look-ups of one officer under one sign; `about` is the purpose or the card where it is one."""

    officer: str
    sign: Sign
    n: int
    last_ms: int
    about: str = ""


def unusual(rows: Iterable[Mapping[str, Any]]) -> list[Unusual]:
    """Return what stands out among look-ups of single cards and things, the latest first.

    Parameters
    ----------
    rows : iterable of mapping
        at_ms, officer, purpose, subject; lists (subject ``*``) and the auditor's own are passed over.
    """
    found: dict[tuple, list[tuple[int, str, object]]] = defaultdict(list)
    for n, row in enumerate(rows):
        subject = row["subject"]
        if subject == "*" or row["command"].startswith("audit"):
            continue
        moment = datetime.fromtimestamp(row["at_ms"] / 1000, CHINA)
        sitting = (row["command"], row["at_ms"] // SITTING_MS) if row["command"] in STEPWISE else n
        officer, seen = row["officer"], (row["at_ms"], subject, sitting)
        found[officer, Sign.MANY_CARDS, "", row["at_ms"] // _HOUR_MS].append(seen)
        found[officer, Sign.ONE_PURPOSE, row["purpose"], moment.date()].append(seen)
        found[officer, Sign.ONE_CARD, subject, moment.date()].append(seen)
        if moment.hour in NIGHT:
            found[officer, Sign.NIGHT, "", moment.date()].append(seen)
    least = {Sign.MANY_CARDS: MANY_CARDS, Sign.ONE_PURPOSE: MANY_UNDER_ONE_PURPOSE, Sign.ONE_CARD: MANY_TIMES,
             Sign.NIGHT: 1}
    listed = []
    for (officer, sign, about, _), seen in found.items():
        if sign is Sign.NIGHT:
            n = len(seen)
        else:
            n = len({each[2 if sign is Sign.ONE_CARD else 1] for each in seen})
        if n >= least[sign]:
            listed.append(Unusual(officer, sign, n, max(at for at, *_ in seen), about))
    return sorted(listed, key=lambda each: (-each.last_ms, each.officer, each.sign))
