"""How the streams are doing: their newest times, what was read by minute, and whether every record is accounted for."""

from typing import Any

from connectors.clickhouse import Store
from features.events import TOPICS

_TIME = {name: "pushed_at" if name == "lead" else "event_time" for name in TOPICS}
# A maximum of a partition's key column is known without reading it.
_NEWEST = " UNION ALL ".join(f"SELECT '{name}' AS topic, toUnixTimestamp64Milli(max({column})) AS newest_ms FROM {name}"
                             for name, column in _TIME.items())
_READ = """
SELECT topic, toUnixTimestamp64Milli(max(updated_at)) AS read_ms, sum(records) AS records, sum(dead) AS dead
FROM chunk_counts FINAL GROUP BY topic
"""
_SCORED = "SELECT toUnixTimestamp64Milli(max(event_time)) AS newest_ms FROM feature_samples"
_MINUTES = """
SELECT toInt64(toUnixTimestamp(toStartOfMinute(updated_at))) * 1000 AS minute_ms, sum(records) AS records,
    sum(dead) AS dead
FROM chunk_counts FINAL
WHERE updated_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND updated_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
GROUP BY minute_ms ORDER BY minute_ms
"""
_RUNS = """
SELECT run_id, c.records AS records, c.dead AS dead, s.scored AS scored, s.repeated AS repeated, s.late AS late,
    greatest(c.updated_ms, s.updated_ms) AS updated_ms
FROM
(
    SELECT run_id, sum(records) AS records, sum(dead) AS dead, toUnixTimestamp64Milli(max(updated_at)) AS updated_ms
    FROM chunk_counts FINAL GROUP BY run_id ORDER BY updated_ms DESC LIMIT {limit:UInt32}
) AS c
LEFT JOIN
(
    SELECT run_id, sum(scored) AS scored, sum(repeated) AS repeated, sum(late) AS late,
        toUnixTimestamp64Milli(max(updated_at)) AS updated_ms
    FROM shard_counts FINAL GROUP BY run_id
) AS s USING run_id
ORDER BY updated_ms DESC
"""
# A hit's level is that of its peak and never falls, so the highest of its versions is the one in force.
_LEVELS = """
SELECT level, count() AS n FROM
(
    SELECT hit_id, max(toInt8(hit_updates.level)) AS level FROM hit_updates
    WHERE last_seen >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') GROUP BY hit_id
)
GROUP BY level
"""


def topic_state(store: Store) -> list[dict[str, Any]]:
    """Return the topics that hold anything.

    Returns
    -------
    list of dict
        topic, newest_ms (event time), read_ms (0 where no run counted), records, dead.
    """
    read = {row["topic"]: row for row in store.query(_READ)}
    nothing = {"read_ms": 0, "records": 0, "dead": 0}
    newest = {row["topic"]: max(0, row["newest_ms"]) for row in store.query(_NEWEST)}
    return [{"topic": name, "newest_ms": newest[name]} | {k: read.get(name, nothing)[k] for k in nothing}
            for name in TOPICS if newest[name] or name in read]


def newest_scored_ms(store: Store) -> int:
    """Return the event time of the newest row that the scorer sampled for the learner, UTC ms; 0 without any.

    The watermark has passed it: rows are scored once it has.
    """
    return max(0, store.query(_SCORED)[0]["newest_ms"])


def read_by_minute(store: Store, from_ms: int, to_ms: int) -> list[dict[str, int]]:
    """Return minute_ms, records and dead of the chunks counted in each minute that had any."""
    return store.query(_MINUTES, {"from_ms": from_ms, "to_ms": to_ms})


def run_balances(store: Store, limit: int = 5) -> list[dict[str, Any]]:
    """Return the runs that counted last: run_id, records, dead, scored, repeated, late, updated_ms, missing.

    At a run's end ``missing`` is 0: records are scored, refused or repeated. While it goes on, it is what the shards
    hold until the watermark passes.
    """
    return [row | {"missing": row["records"] - row["dead"] - row["scored"] - row["repeated"]}
            for row in store.query(_RUNS, {"limit": limit})]


def hits_by_level(store: Store, since_ms: int) -> dict[int, int]:
    """Return the number of hits alive since then by level, 1 (blue) to 4 (red)."""
    return {row["level"]: row["n"] for row in store.query(_LEVELS, {"since_ms": since_ms})}
