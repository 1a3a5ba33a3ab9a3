-- The newest word on each card of each list, made from the words as they come. Of two at the same moment
-- the one of the larger uid counts, as in the shards. On a cluster the words on a card may lie on several
-- shards, so whoever asks takes the newest of them.
CREATE TABLE IF NOT EXISTS watchlist_entries
(
    list LowCardinality(String),
    card String,
    version UInt64,
    action Enum8('' = -1, 'add' = 0, 'remove' = 1),
    kind Enum8('' = -1, 'block' = 0, 'allow' = 1),
    event_time DateTime64(3, 'UTC'),
    expires_at Nullable(DateTime64(3, 'UTC')),
    reason String,
    inserted_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (list, card)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS watchlist_entries_from_watchlist TO watchlist_entries AS
SELECT list, card, bitOr(bitShiftLeft(toUInt64(toUnixTimestamp64Milli(event_time)), 20), bitShiftRight(uid, 44)) AS version,
    action, kind, event_time, expires_at, reason, ingested_at AS inserted_at
FROM watchlist;

-- What lists said of a hit's card: code, list, since when (UTC s), reason, least risk, as JSON.
ALTER TABLE hits ADD COLUMN IF NOT EXISTS list_findings Array(String) AFTER evidence_strength;
