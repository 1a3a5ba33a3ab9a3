"""Lengths of time as people type them."""

import re

import typer

_UNITS_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def parse_duration(text: str) -> int:
    """``90s``, ``15m``, ``1h``, ``7d`` or ``2w`` in milliseconds.

    >>> parse_duration("1h")
    3600000
    """
    match = re.fullmatch(r"(\d+)([smhdw])", text.strip())
    if match is None:
        raise typer.BadParameter(f"want a number and s, m, h, d or w, such as 1h; got {text!r}")
    return int(match[1]) * _UNITS_MS[match[2]]
