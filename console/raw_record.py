"""A refused record as it may be shown: numbers masked, text as text, everything else as bytes."""

import re
from dataclasses import dataclass

from connectors.masking import mask_numbers

#: Bytes that are looked at, and of a line of bytes (ours).
MOST, WIDTH = 4096, 16
#: Digits written in another way than as digits; a mask for numbers would not see them.
_ESCAPED = re.compile(r"\\u00[23]|\\x[23]|%[23][0-9]|&#", re.IGNORECASE)
_DIGIT = re.compile(rb"[0-9]")


@dataclass(frozen=True)
class Shown:
    """`text` where it is text, otherwise lines of (offset, hexadecimal digits, characters)."""

    text: str | None
    lines: tuple[tuple[str, str, str], ...]
    size: int
    is_cut: bool


def shown(raw: bytes, size: int) -> Shown:
    """Return how the first bytes of a record are shown.

    Among bytes every digit is masked, since a number may stand there in a coding that spreads it.

    >>> shown(b'{"caller": "13812345678"}', 25).text
    '{"caller": "138********"}'
    >>> shown(b"\\xff7\\x00", 3).lines
    (('0000', 'ff 2a 00', '.*.'),)
    """
    text = _as_text(raw, is_cut=size > len(raw))
    if text is not None:
        return Shown(mask_numbers(text), (), size, size > len(raw))
    masked = _DIGIT.sub(b"*", raw)
    lines = tuple((f"{at:04x}", masked[at:at + WIDTH].hex(" "),
                   "".join(chr(b) if 32 <= b < 127 else "." for b in masked[at:at + WIDTH]))
                  for at in range(0, len(masked), WIDTH))
    return Shown(None, lines, size, size > len(raw))


def _as_text(raw: bytes, is_cut: bool) -> str | None:
    for end in range(len(raw), len(raw) - (4 if is_cut else 1), -1):  # a cut may go through a character
        try:
            text = raw[:max(end, 0)].decode("utf-8")
        except UnicodeDecodeError:
            continue
        plain = all(char.isprintable() or char in "\t\r\n" for char in text)
        return text if plain and not _ESCAPED.search(text) else None
    return None
