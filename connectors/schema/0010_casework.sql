-- What people did: every change of a lead, a verdict, a measure or an appeal, with who, when and why.
-- Rows are only ever added; how things stand is a view.
CREATE TABLE IF NOT EXISTS case_events
(
    event_id String,
    at DateTime64(3, 'UTC'),
    officer String,
    action LowCardinality(String),
    subject String,
    reason String,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY (subject, at, event_id)
SETTINGS non_replicated_deduplication_window = 1000;
