"""A card as people type it."""

import re

_PHONE, _ACCOUNT = re.compile(r"1\d{10}"), re.compile(r"\d{12,19}")


def typed_card(text: str) -> str:
    """The card that a number means, with its kind; empty where it is none.

    >>> typed_card("138 0000 0001"), typed_card("6222 0212 3456 7890"), typed_card("phone:95588"), typed_card("x")
    ('phone:13800000001', 'account:6222021234567890', 'phone:95588', '')
    """
    text = re.sub(r"[\s-]", "", text)
    if text.startswith(("phone:", "account:")):
        return text if text.partition(":")[2] and text.isascii() and text.isprintable() else ""
    if text.isascii() and _PHONE.fullmatch(text):
        return f"phone:{text}"
    return f"account:{text}" if text.isascii() and _ACCOUNT.fullmatch(text) else ""
