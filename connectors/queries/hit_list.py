"""The queue: hits by level, time and typology."""

from collections.abc import Mapping
from typing import Any

from connectors.clickhouse import Store
from connectors.errors import StoreError

LEVELS = ("blue", "yellow", "orange", "red")

HIT_COLUMNS = """
    hit_id, card,
    toUnixTimestamp64Milli(first_seen) AS first_seen_ms, toUnixTimestamp64Milli(last_seen) AS last_seen_ms,
    toUnixTimestamp64Milli(peak_time) AS peak_time_ms, alerts, risk, toString(level) AS level,
    typologies, reasons_zh, reasons_en, reason_codes, reason_points,
    feature_names, feature_values, trigger_uid, model_version, typology_version, run_id, version
"""

_HITS = f"""
SELECT {HIT_COLUMNS}
FROM hits FINAL
WHERE (card, hit_id) IN
(
    SELECT card, hit_id FROM hit_updates
    WHERE last_seen >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC') AND toInt8(level) >= {{level:Int8}}
)
AND last_seen >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC') AND toInt8(hits.level) >= {{level:Int8}}
AND ({{typology:String}} = '' OR has(typologies, {{typology:String}})){{after}}
ORDER BY toInt8(hits.level) DESC, risk DESC, hits.last_seen DESC, hit_id
LIMIT {{limit:UInt32}}
"""


# Of the order above; hit_id rises where all else falls.
_AFTER = """
AND ((toInt8(hits.level), risk, toUnixTimestamp64Milli(hits.last_seen))
        < ({after_grade:Int8}, {after_risk:Int32}, {after_ms:Int64})
    OR (toInt8(hits.level), risk, toUnixTimestamp64Milli(hits.last_seen))
        = ({after_grade:Int8}, {after_risk:Int32}, {after_ms:Int64}) AND hit_id > {after_id:String})
"""


def hits(store: Store, level: str = "blue", since_ms: int = 0, typology: str = "", limit: int = 100,
         after: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return hits, the worst first, each as its latest version.

    Parameters
    ----------
    level : {"blue", "yellow", "orange", "red"}
        The lowest level wanted.
    since_ms : int
        UTC milliseconds; only hits that were alive at or after it. The work grows with the
        updates of hits since then, not with all hits.
    typology : str
        Only hits that name this typology; all if empty.
    limit : int
        At most so many.
    after : mapping, optional
        The last row of an answer before: those behind it.

    Returns
    -------
    list of dict
        The columns of ``hits``; times as ``*_ms``, UTC milliseconds.
    """
    if level not in LEVELS:
        raise StoreError(f"a level is one of {', '.join(LEVELS)}, got {level!r}")
    params = {"level": LEVELS.index(level) + 1, "since_ms": since_ms, "typology": typology, "limit": limit}
    if after:
        params |= {"after_grade": LEVELS.index(after["level"]) + 1, "after_risk": after["risk"],
                   "after_ms": after["last_seen_ms"], "after_id": after["hit_id"]}
    return store.query(_HITS.replace("{after}", _AFTER if after else ""), params)
