"""Leads a page at a time, the latest pushed first, going on behind the last one of the page before."""

from typing import Any

from connectors.clickhouse import Store
from connectors.queries.lead_list import ALL_TIME_MS

# A lead that was pushed twice counts from the first time, as in lead_list.
_PAGE = """
SELECT l.lead_id AS lead_id, l.card AS card, l.source AS source, l.kind AS kind, l.note AS note,
    l.pushed_ms AS pushed_ms, l.received_ms AS received_ms, l.sender_due_ms AS sender_due_ms, n.handler AS handler,
    n.area AS area, n.due_ms AS due_ms, n.receipted AS receipted, n.outcome AS outcome
FROM
(
    SELECT lead_id, card, source, kind, note, toUnixTimestamp64Milli(pushed_at) AS pushed_ms,
        toInt64(toUnixTimestamp(ingested_at)) * 1000 AS received_ms,
        ifNull(toUnixTimestamp64Milli(due_at), 0) AS sender_due_ms
    FROM lead FINAL ORDER BY pushed_at, uid LIMIT 1 BY lead_id
) AS l
LEFT JOIN (SELECT lead_id, handler, area, due_ms, receipted, outcome FROM leads_now) AS n ON n.lead_id = l.lead_id
WHERE (pushed_ms < {after_ms:Int64} OR pushed_ms = {after_ms:Int64} AND lead_id > {after_id:String})
AND ({open_only:UInt8} = 0 OR n.outcome = '') AND ({handler:String} = '' OR n.handler = {handler:String})
ORDER BY pushed_ms DESC, lead_id LIMIT {limit:UInt32}
"""


def lead_page(store: Store, open_only: bool = True, handler: str = "", limit: int = 100,
              after: tuple[int, str] | None = None) -> list[dict[str, Any]]:
    """Return leads as `lead_list` does, without what is known of their cards.

    Parameters
    ----------
    handler : str
        Only with this officer; all if empty.
    after : (pushed_ms, lead_id), optional
        Only those that come behind this one.
    """
    after_ms, after_id = after or (ALL_TIME_MS, "")
    return store.query(_PAGE, {"open_only": int(open_only), "handler": handler, "limit": limit, "after_ms": after_ms,
                               "after_id": after_id})
