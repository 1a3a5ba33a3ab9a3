-- Records that could not become events, byte for byte. `offset` counts within `source`, which is
-- a file or a partition; so a record that comes again replaces itself.
CREATE TABLE IF NOT EXISTS dead_letters
(
    dead_id String,
    topic LowCardinality(String),
    source String,
    offset UInt64,
    reason LowCardinality(String),
    detail String,
    raw String CODEC(ZSTD(3)),
    received_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY (topic, source, offset)
SETTINGS non_replicated_deduplication_window = 1000;

-- One row per run of the scoring job or of a replay; the latest row of a run counts.
CREATE TABLE IF NOT EXISTS runs
(
    run_id String,
    started DateTime64(3, 'UTC'),
    finished Nullable(DateTime64(3, 'UTC')),
    engine LowCardinality(String),
    settings String,
    records UInt64,
    scored UInt64,
    dead UInt64,
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY run_id
SETTINGS non_replicated_deduplication_window = 1000;
