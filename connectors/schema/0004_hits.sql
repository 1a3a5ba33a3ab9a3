-- One row per hit; a later version of it replaces an earlier one. The id is made from card and
-- opening event, so a repeated or replayed insert changes nothing.
CREATE TABLE IF NOT EXISTS hits
(
    hit_id String,
    card String,
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    peak_time DateTime64(3, 'UTC'),
    alerts UInt32,
    risk UInt16,
    level Enum8('blue' = 1, 'yellow' = 2, 'orange' = 3, 'red' = 4),
    typologies Array(LowCardinality(String)),
    reasons_zh Array(String),
    reasons_en Array(String),
    reason_codes Array(LowCardinality(String)),
    reason_points Array(Float64),
    feature_names Array(LowCardinality(String)),
    feature_values Array(Float64),
    trigger_uid UInt64,
    model_version String,
    typology_version LowCardinality(String),
    run_id String,
    version UInt64,
    inserted_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (card, hit_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- When each version of a hit was last alive. "Red hits since eight o'clock" reads this narrow
-- table from that time on, and then only those hits; `hits` itself lies in order of cards.
CREATE TABLE IF NOT EXISTS hit_updates
(
    last_seen DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    level Enum8('blue' = 1, 'yellow' = 2, 'orange' = 3, 'red' = 4),
    card String,
    hit_id String,
    version UInt64,
    inserted_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(last_seen)
ORDER BY (last_seen, hit_id, version)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS hit_updates_from_hits TO hit_updates AS
SELECT last_seen, level, card, hit_id, version, inserted_at FROM hits;

-- The score of single events, for those that a run chooses to keep.
CREATE TABLE IF NOT EXISTS scores
(
    uid UInt64,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    topic LowCardinality(String),
    card String,
    score Float64,
    level Enum8('none' = 0, 'blue' = 1, 'yellow' = 2, 'orange' = 3, 'red' = 4),
    typologies Array(LowCardinality(String)),
    inserted_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (card, event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000;
