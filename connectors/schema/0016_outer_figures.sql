-- What the police count themselves and nobody here can know: a value a day, area and name, as somebody imported it. A later
-- import of the same day and area replaces it; who imported what stands in case_events as well. Money is in fen.
CREATE TABLE IF NOT EXISTS outer_figures
(
    day Date,
    area LowCardinality(String),
    name Enum8('cases' = 1, 'solved' = 2, 'arrests' = 3, 'loss_fen' = 4, 'people' = 5, 'covered' = 6),
    value UInt64,
    officer LowCardinality(String),
    version UInt64,
    imported_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (day, area, name)
SETTINGS non_replicated_deduplication_window = 1000;
