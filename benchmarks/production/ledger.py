"""What a run left in the store, and how it differs from what a quiet run left."""

from dataclasses import dataclass

from connectors.clickhouse import Store

_HITS = """
SELECT hit_id, card, first_seen, last_seen, peak_time, alerts, risk, level, typologies, reasons_en, feature_values
FROM hits FINAL
"""
_COUNTS = """
SELECT
    (SELECT sum(records) FROM chunk_counts FINAL) AS records,
    (SELECT sum(dead) FROM chunk_counts FINAL) AS refused,
    (SELECT sum(scored) FROM shard_counts FINAL) AS scored,
    (SELECT sum(repeated) FROM shard_counts FINAL) AS repeated,
    (SELECT sum(late) FROM shard_counts FINAL) AS late,
    (SELECT count() FROM dead_letters FINAL) AS letters,
    (SELECT count() FROM cdr) + (SELECT count() FROM txn) + (SELECT count() FROM card) AS rows,
    (SELECT sum(n) FROM links) AS links
"""


@dataclass(frozen=True)
class Ledger:
    """The hits by id, and totals.

    Attributes
    ----------
    hits : dict of str to tuple
    records, refused, scored, repeated, late, letters : int
        `letters` are rows of the dead letters, which hold refused and repeated records.
    rows : int
        Event rows as they lie in the tables, before any merge: a row written twice counts twice.
    links : int
        Sum of what events added to links: an insert counted twice shows here.
    """

    hits: dict[str, tuple]
    records: int
    refused: int
    scored: int
    repeated: int
    late: int
    letters: int
    rows: int
    links: int


@dataclass(frozen=True)
class Difference:
    """A run against a quiet one; all zero is what it must be.

    Attributes
    ----------
    lost, doubled, changed : int
        Hits that are missing; that the quiet run does not have; whose risk, reasons, features,
        times or alerts differ.
    unaccounted : int
        Records sent less scored and dead ones.
    rows, links : int
        Event rows, and sums of links, too many or too few.
    """

    lost: int
    doubled: int
    changed: int
    unaccounted: int
    rows: int
    links: int

    @property
    def is_none(self) -> bool:
        return not any((self.lost, self.doubled, self.changed, self.unaccounted, self.rows, self.links))


def ledger(store: Store) -> Ledger:
    """Read what the only run of a database left there."""
    hits = {row["hit_id"]: tuple(map(str, row.values())) for row in store.query(_HITS)}
    return Ledger(hits, **{name: int(value or 0) for name, value in store.query(_COUNTS)[0].items()})


def records(store: Store) -> tuple[int, int]:
    """Records that were decoded, and those that were scored, refused or repeated; for looking on."""
    row = store.query(_COUNTS)[0]
    return int(row["records"] or 0), sum(int(row[name] or 0) for name in ("scored", "refused", "repeated"))


def difference(quiet: Ledger, run: Ledger, sent: int) -> Difference:
    """Compare; `sent` is how many records went onto the bus."""
    both = quiet.hits.keys() & run.hits.keys()
    return Difference(
        lost=len(quiet.hits.keys() - run.hits.keys()),
        doubled=len(run.hits.keys() - quiet.hits.keys()),
        changed=sum(quiet.hits[hit] != run.hits[hit] for hit in both),
        unaccounted=sent - run.scored - run.letters,
        rows=run.rows - quiet.rows,
        links=run.links - quiet.links,
    )
