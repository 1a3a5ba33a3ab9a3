-- How many records of each chunk were read and how many of them refused; a chunk that is read again
-- replaces itself. Together with shard_counts: records = scored + dead letters.
CREATE TABLE IF NOT EXISTS chunk_counts
(
    run_id String,
    topic LowCardinality(String),
    source String,
    start UInt64,
    bytes UInt64,
    records UInt64,
    dead UInt64,
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (run_id, topic, source, start)
SETTINGS non_replicated_deduplication_window = 1000;

-- Running totals of each card shard, kept in its state: exact after any restart.
CREATE TABLE IF NOT EXISTS shard_counts
(
    run_id String,
    shard UInt32,
    scored UInt64,
    repeated UInt64,
    late UInt64,
    alerts UInt64,
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(scored)
ORDER BY (run_id, shard)
SETTINGS non_replicated_deduplication_window = 1000;
