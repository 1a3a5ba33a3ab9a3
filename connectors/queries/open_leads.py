"""The open leads of one card."""

from typing import Any

from connectors.clickhouse import Store

_LEADS = """
SELECT l.lead_id AS lead_id, l.source AS source, n.handler AS handler FROM
    (SELECT DISTINCT lead_id, source FROM lead WHERE card = {card:String}) AS l
LEFT JOIN (SELECT lead_id, handler, outcome FROM leads_now) AS n ON n.lead_id = l.lead_id
WHERE n.outcome = '' ORDER BY lead_id
"""


def open_leads(store: Store, card: str) -> list[dict[str, Any]]:
    """Return lead_id, source and handler of each, the handler empty where nobody has it."""
    return store.query(_LEADS, {"card": card})
