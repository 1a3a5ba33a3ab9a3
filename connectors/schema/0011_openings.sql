-- Answers to "may this card be opened", as they were given.
CREATE TABLE IF NOT EXISTS opening_answers
(
    answer_id String,
    at DateTime64(3, 'UTC'),
    holder String,
    answer LowCardinality(String),
    reasons Array(String),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY (holder, at, answer_id)
SETTINGS non_replicated_deduplication_window = 1000;
