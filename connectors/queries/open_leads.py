"""The open leads of one card."""

from typing import Any

from connectors.clickhouse import Store

_LEADS = "SELECT DISTINCT lead_id, source FROM lead WHERE card = {card:String} ORDER BY lead_id, source"
_NOW = "SELECT lead_id, handler, outcome FROM leads_now WHERE lead_id IN {leads:Array(String)}"


def open_leads(store: Store, card: str) -> list[dict[str, Any]]:
    """Return lead_id, source and handler of each, the handler empty where nobody has it."""
    leads = store.query(_LEADS, {"card": card})
    if not leads:  # as of nearly all cards; what became of leads is dearer to ask
        return []
    now = {row["lead_id"]: row for row in store.query(_NOW, {"leads": sorted({row["lead_id"] for row in leads})})}
    untouched = {"handler": "", "outcome": ""}
    return [lead | {"handler": state["handler"]} for lead in leads
            if not (state := now.get(lead["lead_id"], untouched))["outcome"]]
