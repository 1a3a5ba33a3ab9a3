-- What was told to whom, by which channel and when: one row for each warning, hit or lead at a stage, officer and
-- channel. A later version replaces an earlier one: `intended` is written before a notice goes out, `sent` after. What
-- stays intended is sent again under the same notice_id. A channel is here by its name, and no card by its number.
CREATE TABLE IF NOT EXISTS notices
(
    subject String,
    stage LowCardinality(String),
    officer String,
    channel LowCardinality(String),
    kind LowCardinality(String),
    state Enum8('held' = 1, 'intended' = 2, 'sent' = 3, 'failed' = 4, 'dropped' = 5),
    notice_id String,
    attempts UInt16,
    due_at DateTime64(3, 'UTC'),
    ended_at Nullable(DateTime64(3, 'UTC')),
    error String,
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (subject, stage, officer, channel)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;
