"""What an auditor types as a subject, as the logs name it."""

from dataclasses import dataclass

_CASE = ("lead", "officer", "user")


@dataclass(frozen=True)
class Subject:
    """Names of one subject in the log of look-ups and in that of case work."""

    looks: tuple[str, ...]
    acts: tuple[str, ...]


def subject_of(text: str) -> Subject:
    """Return the names.

    >>> subject_of("138 0000 0001").looks
    ('13800000001', 'phone:13800000001', 'account:13800000001')
    >>> subject_of("card:phone:13800000001").acts
    ('card:phone:13800000001',)
    >>> subject_of("L-2026-1").acts
    ('L-2026-1', 'lead:L-2026-1', 'officer:L-2026-1', 'user:L-2026-1')
    """
    text = text.strip().removeprefix("card:")
    joined = "".join(text.split())
    if joined.isascii() and joined.isdigit():
        cards = (f"phone:{joined}", f"account:{joined}")
        return Subject((joined, *cards), tuple(f"card:{card}" for card in cards))
    if text.startswith(("phone:", "account:")):
        return Subject((text,), (f"card:{text}",))
    kind = text.partition(":")[0]
    return Subject((text,), (text,) if kind in _CASE else (text, *(f"{name}:{text}" for name in _CASE)))
