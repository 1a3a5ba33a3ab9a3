"""Champion and shadow on the same cards: the highest score that each gave a card before anybody judged it."""

from typing import Any

from connectors.clickhouse import Store

_SPAN = """
SELECT toUnixTimestamp64Milli(min(event_time)) AS from_ms, toUnixTimestamp64Milli(max(event_time)) AS to_ms,
    count() AS events
FROM shadow_scores WHERE shadow_version = {shadow:String} AND model_version = {champion:String}
"""
# A verdict counts that was given since the shadow began: it cannot have learned from that one. Scores after it are
# left out, for by then lists and taint know what people said.
_CARDS = """
SELECT s.card AS card, max(s.score) AS score, max(s.shadow_score) AS shadow_score, max(toInt8(s.level)) AS level,
    max(toInt8(s.shadow_level)) AS shadow_level, any(v.confirmed) AS verdict
FROM shadow_scores AS s
LEFT JOIN
(
    SELECT card, toInt8(if(argMax(verdict, event_time) = 'confirmed', 2, 1)) AS confirmed, min(event_time) AS judged_at
    FROM verdict WHERE event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') GROUP BY card
) AS v ON v.card = s.card
WHERE s.shadow_version = {shadow:String} AND s.model_version = {champion:String}
    AND (v.confirmed = 0 OR s.event_time <= v.judged_at)
GROUP BY card ORDER BY card LIMIT {limit:UInt32}
"""
_DRIFTS = """
SELECT toUnixTimestamp64Milli(event_time) AS event_time_ms, toString(kind) AS kind, what, message, passed, version,
    figures
FROM learning_reports FINAL WHERE what = {what:String} ORDER BY event_time DESC LIMIT {limit:UInt32}
"""
_BY_DAY = """
SELECT toUnixTimestamp(toStartOfDay(event_time, 'Asia/Shanghai')) * 1000 AS day_ms, toString(kind) AS kind,
    count() AS n, quantilesTDigest(0.5, 0.9, 0.99)(risk) AS quantiles
FROM feature_samples
WHERE drawn = 1 AND event_time >= (SELECT max(event_time) FROM feature_samples) - INTERVAL {days:UInt32} DAY
GROUP BY day_ms, kind ORDER BY day_ms, kind
"""


def shadow_span(store: Store, champion: str, shadow: str) -> dict[str, int]:
    """Return from_ms, to_ms and the number of events that either put at a level while these two ran side by side."""
    return store.query(_SPAN, {"champion": champion, "shadow": shadow})[0]


def shadow_cards(store: Store, champion: str, shadow: str, from_ms: int, limit: int) -> dict[str, list]:
    """Return columns of the cards that either model put at a level, by card.

    Returns
    -------
    dict of list
        card; score and shadow_score, 0 to 1; level and shadow_level, 0 to 4; verdict, 0 for none,
        1 cleared, 2 confirmed.
    """
    return store.query_columns(_CARDS, {"champion": champion, "shadow": shadow, "from_ms": from_ms, "limit": limit})


def latest_reports(store: Store, what: str, limit: int) -> list[dict[str, Any]]:
    """Return what the learner said last: ``drift`` or ``candidate``."""
    return store.query(_DRIFTS, {"what": what, "limit": limit})


def risk_by_day(store: Store, days: int) -> list[dict[str, Any]]:
    """Return median, 90 % and 99 % quantiles of the risk of events drawn by lot, by day of China and kind of card."""
    return store.query(_BY_DAY, {"days": days})
