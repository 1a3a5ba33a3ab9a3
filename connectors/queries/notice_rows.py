"""What may become a notice, and the record of notices."""

from collections.abc import Iterable, Sequence
from typing import Any

from connectors.clickhouse import Store

_WARNED = """
SELECT warning_id, toString(level) AS level, person, typologies, amount_fen
FROM warnings FINAL
WHERE warned_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND toInt8(warnings.level) >= {level:Int8}
ORDER BY warnings.warned_at, warning_id
"""
_COLUMNS = """
subject, stage, officer, channel, kind, toString(state) AS state, notice_id, attempts,
toUnixTimestamp64Milli(due_at) AS due_ms, ifNull(toUnixTimestamp64Milli(ended_at), 0) AS ended_ms, error,
toUnixTimestamp64Milli(inserted_at) AS noted_ms
"""
_OPEN = (f"SELECT {_COLUMNS} FROM notices FINAL "
         "WHERE subject IN ({subjects:Array(String)}) OR notices.state IN ('held', 'intended')")
_LATEST = f"""
SELECT {_COLUMNS} FROM notices FINAL
WHERE {{state:String}} = '' OR toString(notices.state) = {{state:String}}
ORDER BY notices.inserted_at DESC, notice_id, subject, channel LIMIT {{limit:UInt32}}
"""
#: States of a row of ``notices``.
NOTICE_STATES = ("held", "intended", "sent", "failed", "dropped")


def warned_since(store: Store, since_ms: int, level: int) -> list[dict[str, Any]]:
    """Return warnings written since then (UTC ms) of at least a level, its number in the table."""
    return store.query(_WARNED, {"since_ms": since_ms, "level": level})


def open_notices(store: Store, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return the record of these subjects, and all that is held or intended."""
    return store.query(_OPEN, {"subjects": list(subjects)})


def latest_notices(store: Store, state: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """Return the record, the latest first; of one state if it is named. Times are UTC ms, 0 where there is none."""
    return store.query(_LATEST, {"state": state, "limit": limit})


def note_notices(store: Store, rows: Iterable[dict[str, Any]], version: int) -> None:
    """Write rows of the record; those of a higher version replace earlier ones of the same place."""
    rows = list(rows)
    if not rows:
        return
    names = ("subject", "stage", "officer", "channel", "kind", "state", "notice_id", "attempts", "error")
    columns = {name: [row[name] for row in rows] for name in names}
    columns |= {"due_at": [row["due_ms"] for row in rows], "ended_at": [row["ended_ms"] or None for row in rows],
                "version": [version] * len(rows)}
    store.insert("notices", columns)
