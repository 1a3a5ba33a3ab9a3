"""Points in time as people type them."""

from datetime import datetime

import typer


def parse_moment(text: str) -> int:
    """ISO-8601 with offset in UTC milliseconds.

    >>> parse_moment("2026-01-01T08:00:00+08:00")
    1767225600000
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(f"want ISO-8601 with offset, such as 2026-01-01T08:00:00+08:00; got {text!r}")
    return round(moment.timestamp() * 1000)
