"""How long rows are kept: the one place that says so.

Retention counts from the day a row was taken in, not from the event: a replay of last year's
records must not vanish as it arrives. In live operation the two are seconds apart.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from features.events import TOPICS

#: Days by retention class. fund: ten years, anti-money-laundering law art. 34. call: the shortest
#: necessary (PIPL art. 19), half a year (ours, from the six-month dormancy typologies). case:
#: what concerns a card's holder, leads and verdicts, as long as the funds they explain (ours).
RETENTION_DAYS: Mapping[str, int] = MappingProxyType({"call": 180, "fund": 3653, "case": 3653})

#: Class of whole tables that are no topics. Hits hold features of calls and of payments; they are
#: the record of a decision, which must stay explainable as long as the case.
_TABLE_CLASSES = {
    "hits": ("inserted_at", "case"),
    "hit_updates": ("inserted_at", "case"),
    "scores": ("inserted_at", "call"),
    "shadow_scores": ("inserted_at", "call"),
    "feature_samples": ("inserted_at", "call"),
    "dead_letters": ("received_at", "call"),
    "runs": ("updated_at", "case"),
    "warnings": ("warned_at", "case"),
    "case_events": ("inserted_at", "case"),
    "lookups": ("inserted_at", "case"),
    "opening_answers": ("inserted_at", "case"),
    "opening_findings": ("ingested_at", "case"),
    "opening_index": ("ingested_at", "case"),
    "watchlist_entries": ("inserted_at", "case"),
    "taint_accounts": ("inserted_at", "fund"),
    "taint_moves": ("inserted_at", "fund"),
    "taint_ledger": ("inserted_at", "fund"),
    "notices": ("inserted_at", "case"),
    "outer_figures": ("imported_at", "case"),
}


def retention_statements(days: Mapping[str, int] = RETENTION_DAYS) -> list[str]:
    """Return the statements that put `days` in force on all tables.

    They change what merges do from then on and rewrite nothing at once.
    """
    clauses = {name: f"ingested_at + INTERVAL {days[topic.retention]} DAY" for name, topic in TOPICS.items()}
    clauses |= {table: f"toDateTime({column}) + INTERVAL {days[kind]} DAY"
                for table, (column, kind) in _TABLE_CLASSES.items()}
    by_topic = ", ".join(f"ingested_at + INTERVAL {days[topic.retention]} DAY DELETE WHERE topic = '{name}'"
                         for name, topic in TOPICS.items())
    by_class = ", ".join(f"ingested_at + INTERVAL {days[kind]} DAY DELETE WHERE retention = '{kind}'"
                         for kind in ("call", "fund", "case"))
    clauses |= {"card_events": by_topic, "links": by_class, "links_by_value": by_class}
    return [f"ALTER TABLE {table} MODIFY TTL {clause} SETTINGS materialize_ttl_after_modify = 0"
            for table, clause in clauses.items()]


def retention_checksum(days: Mapping[str, int] = RETENTION_DAYS) -> str:
    """Return a short identity of what `retention_statements` gives."""
    return hashlib.sha256("\n".join(retention_statements(days)).encode()).hexdigest()[:16]
