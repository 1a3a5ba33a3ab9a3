-- Warnings for the sake of a victim: the person, the calls, the transfer, what is still in the
-- account. One row per warning; a later version, which knows more calls or transfers, replaces an
-- earlier one.
CREATE TABLE IF NOT EXISTS warnings
(
    warning_id String,
    person String,
    account String,
    typologies Array(LowCardinality(String)),
    version UInt64,
    run_id String,
    warned_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (person, warning_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;
