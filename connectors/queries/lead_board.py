"""Open leads with their clocks, and what is known of the cards that stand on a page of them."""

from collections.abc import Sequence
from typing import Any

from connectors.clickhouse import Store

# Closed ones are sorted out first: there are many of them in a few years, and open ones are few.
_CLOSED = "SELECT subject FROM case_events WHERE startsWith(subject, 'lead:') AND action = 'lead_closed'"
_OPEN = f"""
SELECT l.lead_id AS lead_id, l.card AS card, l.source AS source, l.kind AS kind, l.note AS note,
    toUnixTimestamp64Milli(l.pushed_at) AS pushed_ms, toInt64(toUnixTimestamp(l.ingested_at)) * 1000 AS received_ms,
    ifNull(toUnixTimestamp64Milli(l.due_at), 0) AS sender_due_ms, n.handler AS handler, n.area AS area,
    n.due_ms AS due_ms, n.assigned_ms AS assigned_ms, n.accepted AS accepted, n.receipted AS receipted
FROM
(
    SELECT lead_id, card, source, kind, note, pushed_at, due_at, ingested_at FROM lead FINAL
    WHERE concat('lead:', lead_id) NOT IN ({_CLOSED})
    ORDER BY pushed_at, uid LIMIT 1 BY lead_id
) AS l
LEFT JOIN
(
    SELECT substring(subject, 6) AS lead_id,
        argMaxIf(JSONExtractString(payload, 'handler'), seq, action IN ('lead_assigned', 'lead_taken')) AS handler,
        argMaxIf(JSONExtractString(payload, 'area'), seq, JSONHas(payload, 'area')) AS area,
        argMaxIf(JSONExtractInt(payload, 'due_ms'), seq, JSONHas(payload, 'due_ms')) AS due_ms,
        toUnixTimestamp64Milli(maxIf(at, action IN ('lead_assigned', 'lead_taken'))) AS assigned_ms,
        toUInt8(argMaxIf(action, seq, action IN ('lead_assigned', 'lead_taken')) = 'lead_taken') AS accepted,
        toUInt8(countIf(action = 'lead_receipt') > 0) AS receipted
    FROM case_events FINAL
    WHERE startsWith(subject, 'lead:') AND subject NOT IN ({_CLOSED})
    GROUP BY subject
) AS n ON n.lead_id = l.lead_id
ORDER BY pushed_ms, lead_id
"""
_HITS = """
SELECT card, toString(argMax(level, last_seen)) AS level, argMax(risk, last_seen) AS risk,
    argMax(reasons_zh, last_seen) AS reasons_zh, argMax(reasons_en, last_seen) AS reasons_en
FROM hits FINAL WHERE card IN {cards:Array(String)} GROUP BY card
"""
# Those of the log: they decide what a lead may be closed with.
_VERDICTS = """
SELECT substring(subject, 6) AS card, argMax(JSONExtractString(payload, 'verdict'), seq) AS verdict
FROM case_events WHERE subject IN {subjects:Array(String)} AND action = 'verdict_given' GROUP BY subject
"""


def open_leads(store: Store) -> list[dict[str, Any]]:
    """Return the leads without an outcome, the first pushed first.

    Returns
    -------
    list of dict
        lead_id, card, source, kind, note, pushed_ms, received_ms (when its row came into the store), sender_due_ms,
        handler, area, due_ms, assigned_ms, accepted and receipted; empty or 0 where nobody acted yet.
    """
    return store.query(_OPEN)


def cards_of_leads(store: Store, cards: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return level, risk and reasons of the latest hit and the verdict on each card; empty without one."""
    known = {card: {"level": "", "risk": 0, "reasons_zh": [], "reasons_en": [], "verdict": ""} for card in cards}
    if known:
        for row in store.query(_HITS, {"cards": list(known)}):
            known[row["card"]] |= {name: value for name, value in row.items() if name != "card"}
        for row in store.query(_VERDICTS, {"subjects": [f"card:{card}" for card in known]}):
            known[row["card"]]["verdict"] = row["verdict"]
    return known
