"""What became of the leads of a time: all that rates of conversion are made of, and nothing of their cards' hits."""

from typing import Any

from connectors.clickhouse import Store

_OUTCOMES = """
SELECT l.lead_id AS lead_id, l.card AS card, l.source AS source, toUnixTimestamp64Milli(l.pushed_at) AS pushed_ms,
    toInt64(toUnixTimestamp(l.ingested_at)) * 1000 AS received_ms,
    ifNull(toUnixTimestamp64Milli(l.due_at), 0) AS sender_due_ms, n.area AS area, n.due_ms AS due_ms,
    n.outcome AS outcome, toUnixTimestamp64Milli(n.first_action) AS first_action_ms,
    toUnixTimestamp64Milli(n.closed_at) AS closed_ms
FROM
(
    SELECT lead_id, card, source, pushed_at, due_at, ingested_at FROM lead FINAL
    WHERE pushed_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND pushed_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
    ORDER BY pushed_at, uid LIMIT 1 BY lead_id
) AS l
LEFT JOIN (SELECT * FROM leads_now) AS n ON n.lead_id = l.lead_id
ORDER BY pushed_ms, lead_id
"""


def lead_outcomes(store: Store, from_ms: int, to_ms: int) -> list[dict[str, Any]]:
    """Return the leads pushed within ``[from_ms, to_ms)``, open and closed.

    Returns
    -------
    list of dict
        lead_id, card, source, area, pushed_ms, received_ms, sender_due_ms, due_ms, outcome (empty while open),
        first_action_ms and closed_ms; 0 or empty where there is none.
    """
    columns = store.query_columns(_OUTCOMES, {"from_ms": from_ms, "to_ms": to_ms})
    return [dict(zip(columns, row)) for row in zip(*columns.values(), strict=True)]
