"""What an opening that happened gives away: findings, one when a limit is reached and one at each doubling.

So a busy agent is reported at 50, 100, 200 identities and not at each customer, while growth is still seen. A
finding is what is looked at, never a measure.
"""

import hashlib
from dataclasses import dataclass

from features.openings.rows import OpeningEvent, texts_beside
from features.openings.state import OpeningFigures
from features.roles import ACCOUNT
from models.opening_reasons import QUOTAS, REASONS, SHARED_CODES
from models.opening_rules import OpeningRules


@dataclass(frozen=True)
class OpeningFinding:
    """A limit that an opening reached.

    Attributes
    ----------
    finding_id : str
        Made of the event and the code: the same event gives the same.
    code : str
        See :mod:`models.opening_reasons`.
    subject : str
        What the count is about: the address, agent or phone, the bank or operator, else empty.
    value, limit : int
        Counted; from where on it is found, or the most that is allowed for D401 and D402.
    """

    finding_id: str
    code: str
    event_time: int
    uid: int
    holder: str
    card: str
    institution: str
    branch: str
    clerk: str
    agent: str
    subject: str
    value: int
    limit: int
    reason_zh: str
    reason_en: str
    rules_version: str


def is_reached(value: int, first: int) -> bool:
    """Whether a count that just grew by one is the first that is found, or a doubling of it.

    Examples
    --------
    >>> [value for value in range(30) if is_reached(value, 3)]
    [3, 6, 12, 24]
    """
    if value < first or value % first:
        return False
    ratio = value // first
    return ratio & (ratio - 1) == 0


def reached(kind: int, figures: OpeningFigures, rules: OpeningRules) -> list[tuple[str, str, int, int]]:
    """Limits that an opening has just reached.

    Returns
    -------
    list of (code, what is shared or empty, value, limit)
    """
    found = []
    if figures.is_new:
        quota_code, quota = QUOTAS[kind]
        limits = [("1001", figures.lately, rules.whole("frequent_cards"), 0),
                  (quota_code, figures.held_here, rules.whole(quota), 1)]
        if kind == ACCOUNT:
            limits.append(("1002", figures.ever_here, rules.whole("cumulative_cards"), 0))
        found += [(code, "", value, limit) for code, value, limit, over in limits if is_reached(value, limit + over)]
        if figures.far:
            found.append(("D407", "", 1, 1))
        if figures.phone_of_another:
            found.append(("D406", "linked_phone", 1, 1))
    for name, sharing in figures.shared.items():
        limit = rules.whole(f"{name}_identities")
        if sharing.grew and is_reached(sharing.identities, limit):
            found.append((SHARED_CODES[name], name, sharing.identities, limit))
    return sorted(found)


def findings(event: OpeningEvent, beside: str, figures: OpeningFigures, rules: OpeningRules) -> list[OpeningFinding]:
    """Findings of one event; `beside` is what travelled beside it, see :func:`features.openings.rows.texts_beside`."""
    made = []
    for code, shared, value, limit in reached(event.card_kind, figures, rules):
        texts = texts_beside(beside)
        said = {"value": value, "limit": limit, "here": texts["institution"],
                "days": rules.whole(f"{shared}_days" if shared else "frequent_days")}
        words = REASONS[code].words
        subject = texts[shared] if shared else texts["institution"] if code in ("1002", "D401", "D402") else ""
        key = f"{code}:{event.uid}"
        made.append(OpeningFinding(
            hashlib.blake2b(key.encode(), digest_size=8).hexdigest(), code, event.time, event.uid,
            texts["holder"], texts["card"], texts["institution"], texts["branch"], texts["clerk"], texts["agent"],
            subject, value, limit, words.zh.format(**said), words.en.format(**said), rules.version))
    return made
