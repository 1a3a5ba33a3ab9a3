"""Hits of a period with the latest verdict on each one's card."""

from connectors.clickhouse import Store

# Verdicts that the engine took from the bus, and those in the log that may still be on their way to it.
_HITS = """
SELECT h.typologies AS typologies, v.verdict AS verdict FROM
(
    SELECT card, typologies FROM hits FINAL
    WHERE last_seen >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND last_seen < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
) AS h
LEFT JOIN
(
    SELECT card, argMax(verdict, time) AS verdict FROM
    (
        SELECT card, toString(verdict) AS verdict, event_time AS time FROM verdict FINAL
        UNION ALL
        SELECT substring(subject, 6) AS card, JSONExtractString(payload, 'verdict') AS verdict, at AS time
        FROM case_events FINAL WHERE action = 'verdict_given'
    )
    GROUP BY card
) AS v ON v.card = h.card
"""


def judged_hits(store: Store, from_ms: int, to_ms: int) -> list[tuple[list[str], str]]:
    """Return typologies of each hit alive last within ``[from_ms, to_ms)``, and the verdict on its card or ''."""
    found = store.query_columns(_HITS, {"from_ms": from_ms, "to_ms": to_ms})
    return list(zip(found["typologies"], found["verdict"], strict=True))
