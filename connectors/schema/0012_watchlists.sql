-- The newest word on each card of each list.
CREATE TABLE IF NOT EXISTS watchlist_entries
(
    list LowCardinality(String),
    card String,
    action LowCardinality(String),
    event_time DateTime64(3, 'UTC'),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(event_time)
ORDER BY (list, card)
SETTINGS non_replicated_deduplication_window = 1000;
