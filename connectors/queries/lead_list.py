"""Leads, joined with what is known of their cards and with how they stand."""

from typing import Any

from connectors.clickhouse import Store

_LEADS = """
SELECT l.lead_id AS lead_id, l.card AS card, l.source AS source, l.kind AS kind, l.note AS note,
    toUnixTimestamp64Milli(l.pushed_at) AS pushed_ms, toInt64(toUnixTimestamp(l.ingested_at)) * 1000 AS received_ms,
    ifNull(toUnixTimestamp64Milli(l.due_at), 0) AS sender_due_ms,
    n.handler AS handler, n.area AS area, n.due_ms AS due_ms, n.receipted AS receipted, n.outcome AS outcome,
    toUnixTimestamp64Milli(n.first_action) AS first_action_ms, toUnixTimestamp64Milli(n.closed_at) AS closed_ms,
    h.level AS level, h.risk AS risk, h.typologies AS typologies, h.reasons_zh AS reasons_zh,
    h.reasons_en AS reasons_en
FROM
(
    SELECT lead_id, card, source, kind, note, pushed_at, due_at, ingested_at FROM lead FINAL
    WHERE pushed_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND pushed_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
    AND ({lead_id:String} = '' OR lead_id = {lead_id:String})
    ORDER BY pushed_at, uid LIMIT 1 BY lead_id
) AS l
LEFT JOIN (SELECT * FROM leads_now) AS n ON n.lead_id = l.lead_id
LEFT JOIN
(
    SELECT card, argMax(toString(level), last_seen) AS level, argMax(risk, last_seen) AS risk,
        argMax(typologies, last_seen) AS typologies, argMax(reasons_zh, last_seen) AS reasons_zh,
        argMax(reasons_en, last_seen) AS reasons_en
    FROM hits FINAL WHERE card IN
    (
        SELECT card FROM lead WHERE pushed_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND pushed_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
        AND ({lead_id:String} = '' OR lead_id = {lead_id:String})
    )
    GROUP BY card
) AS h ON h.card = l.card
WHERE {open_only:UInt8} = 0 OR n.outcome = ''
ORDER BY pushed_ms, lead_id
"""
#: Later than any event: the largest time of a DateTime64(3), 2299-12-31.
ALL_TIME_MS = 10_413_791_999_000


def lead_list(store: Store, lead_id: str = "", from_ms: int = 0, to_ms: int = ALL_TIME_MS,
              open_only: bool = False) -> list[dict[str, Any]]:
    """Return leads by when they were pushed, ``[from_ms, to_ms)``.

    A lead that nobody acted on has an empty ``handler`` and ``due_ms`` 0; one without a hit an empty
    ``level``; times that are not there are 0. ``received_ms`` is when its row came into the store.
    """
    return store.query(_LEADS, {"lead_id": lead_id, "from_ms": from_ms, "to_ms": to_ms, "open_only": int(open_only)})


def open_load(store: Store) -> dict[str, int]:
    """Return the open leads of each handler."""
    rows = store.query("SELECT handler, count() AS n FROM leads_now WHERE handler != '' AND outcome = '' "
                       "GROUP BY handler")
    return {row["handler"]: row["n"] for row in rows}
