"""Dead letters: how many of which reason, the latest of one, and one as it came."""

from typing import Any

from connectors.clickhouse import Store

_REASONS = """
SELECT topic, reason, count() AS n, toUnixTimestamp64Milli(max(received_at)) AS last_ms FROM dead_letters FINAL
GROUP BY topic, reason ORDER BY n DESC, topic, reason LIMIT {limit:UInt32}
"""
_LATEST = """
SELECT dead_id, topic, source, offset, toString(reason) AS reason, detail,
    toUnixTimestamp64Milli(received_at) AS received_ms
FROM dead_letters FINAL WHERE topic = {topic:String} AND reason = {reason:String}
ORDER BY received_at DESC, source, offset LIMIT {limit:UInt32}
"""
_ABOUT = """
SELECT dead_id, topic, source, offset, toString(reason) AS reason, detail,
    toUnixTimestamp64Milli(received_at) AS received_ms
FROM dead_letters WHERE dead_id = {dead_id:String} LIMIT 1
"""
_RAW = """
SELECT hex(substring(raw, 1, {most:UInt32})) AS begin, length(raw) AS size FROM dead_letters
WHERE dead_id = {dead_id:String} LIMIT 1
"""


def dead_letter_reasons(store: Store, limit: int = 50) -> list[dict[str, Any]]:
    """Return topic, reason, n and last_ms, the most frequent first."""
    return store.query(_REASONS, {"limit": limit})


def latest_dead_letters(store: Store, topic: str, reason: str, limit: int = 50) -> list[dict[str, Any]]:
    """Return the latest of a reason: dead_id, topic, source, offset, reason, detail, received_ms."""
    return store.query(_LATEST, {"topic": topic, "reason": reason, "limit": limit})


def dead_letter(store: Store, dead_id: str) -> dict[str, Any] | None:
    """Return one, without its bytes; None where there is none."""
    rows = store.query(_ABOUT, {"dead_id": dead_id})
    return rows[0] if rows else None


def dead_letter_raw(store: Store, dead_id: str, most: int) -> tuple[bytes, int]:
    """Return the first bytes of a record as it came, and its size.

    Raises
    ------
    StoreDeniedError
        On a server only the role duanka_auditor reads this column.
    """
    rows = store.query(_RAW, {"dead_id": dead_id, "most": most})
    return (bytes.fromhex(rows[0]["begin"]), rows[0]["size"]) if rows else (b"", 0)
