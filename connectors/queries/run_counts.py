"""What the store counted of one run."""

from dataclasses import dataclass

from connectors.clickhouse import Store
from connectors.queries.hit_list import HIT_COLUMNS

_CHUNKS = """
SELECT sum(bytes) AS bytes, sum(records) AS records, sum(dead) AS dead
FROM chunk_counts FINAL WHERE run_id = {run_id:String}
"""

_SHARDS = """
SELECT sum(scored) AS scored, sum(repeated) AS repeated, sum(late) AS late
FROM shard_counts FINAL WHERE run_id = {run_id:String}
"""

_HITS = f"SELECT {HIT_COLUMNS} FROM hits FINAL WHERE hits.run_id = {{run_id:String}}"


@dataclass(frozen=True)
class RunCounts:
    """Totals of a run so far; at its end ``records == scored + dead + repeated``.

    Attributes
    ----------
    bytes, records, dead : int
        Of the chunks decoded; `dead` were refused by decoding.
    scored, repeated, late : int
        Of the shards; `repeated` records are dead letters, too. While a run goes on these lag.
    """

    bytes: int
    records: int
    dead: int
    scored: int
    repeated: int
    late: int


def run_counts(store: Store, run_id: str) -> RunCounts:
    """Totals of the run `run_id`."""
    chunks = store.query(_CHUNKS, {"run_id": run_id})[0]
    shards = store.query(_SHARDS, {"run_id": run_id})[0]
    return RunCounts(**chunks, **shards)


def run_warnings(store: Store, run_id: str) -> list[str]:
    """Levels of the warnings last written by the run `run_id`, one each."""
    sql = "SELECT toString(level) AS level FROM warnings FINAL WHERE run_id = {run_id:String}"
    return [row["level"] for row in store.query(sql, {"run_id": run_id})]


def run_hits(store: Store, run_id: str) -> list[dict]:
    """Hits last written by the run `run_id`; fields as in `connectors.queries.hits`."""
    return store.query(_HITS, {"run_id": run_id})
