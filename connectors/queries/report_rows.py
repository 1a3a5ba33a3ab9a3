"""Hits of a period by typology, with the latest verdict on each one's card."""

from typing import Any

from connectors.clickhouse import Store

# Verdicts that the engine took from the bus, and those in the log that may still be on their way to it.
_HITS = """
SELECT h.typology AS typology, count() AS hits, countIf(v.verdict = 'confirmed') AS confirmed,
    countIf(v.verdict = 'cleared') AS cleared
FROM
(
    SELECT card, arrayJoin(typologies) AS typology FROM hits FINAL
    WHERE last_seen >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND last_seen < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
    AND ({area:String} = '' OR card IN
        (SELECT card FROM card WHERE action = 'open' AND startsWith(area, {area:String})))
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
GROUP BY typology
"""


def judged_typologies(store: Store, from_ms: int, to_ms: int, area: str = "") -> list[dict[str, Any]]:
    """Return the hits alive last within ``[from_ms, to_ms)`` by typology, with the verdicts on their cards.

    Parameters
    ----------
    area : str
        Beginning of the area code where a card was opened; everywhere if empty.

    Returns
    -------
    list of dict
        typology, hits, confirmed, cleared; a hit of several typologies counts for each.
    """
    return store.query(_HITS, {"from_ms": from_ms, "to_ms": to_ms, "area": area})
