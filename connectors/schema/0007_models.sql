-- Evidence that a hit was decided on, beside its features: what its shard had learned by then cannot
-- be recomputed later. With both, any stored hit can be scored again.
ALTER TABLE hits ADD COLUMN IF NOT EXISTS evidence_codes Array(LowCardinality(String)) AFTER feature_values;
ALTER TABLE hits ADD COLUMN IF NOT EXISTS evidence_strength Array(Float64) AFTER evidence_codes;

-- Typologies, levels and episode as a run used them, word for word; `hits.typology_version` is here.
CREATE TABLE IF NOT EXISTS typology_versions
(
    version String,
    rules String CODEC(ZSTD(3)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY version
SETTINGS non_replicated_deduplication_window = 1000;

-- Copy of the model registry's snapshots; `hits.model_version` is here.
CREATE TABLE IF NOT EXISTS model_versions
(
    version String,
    number UInt32,
    manifest String CODEC(ZSTD(3)),
    snapshot_hex String CODEC(ZSTD(3)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY version
SETTINGS non_replicated_deduplication_window = 1000;

-- Copy of the model registry's log: who stored, published, shadowed, promoted, rolled back which
-- model and why, and which run took it from which event time on, or refused it.
CREATE TABLE IF NOT EXISTS model_events
(
    seq UInt32,
    at DateTime64(3, 'UTC'),
    action LowCardinality(String),
    number UInt32,
    version String,
    officer String,
    reason String,
    effective_ms Nullable(Int64),
    role LowCardinality(String),
    follows UInt32,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(stored_at)
ORDER BY (at, seq)
SETTINGS non_replicated_deduplication_window = 1000;

-- Where champion or shadow alerts: what both say of the same event. Nothing is done upon the shadow.
CREATE TABLE IF NOT EXISTS shadow_scores
(
    uid UInt64,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    card String,
    score Float64,
    level Enum8('none' = 0, 'blue' = 1, 'yellow' = 2, 'orange' = 3, 'red' = 4),
    model_version LowCardinality(String),
    shadow_score Float64,
    shadow_level Enum8('none' = 0, 'blue' = 1, 'yellow' = 2, 'orange' = 3, 'red' = 4),
    shadow_version LowCardinality(String),
    inserted_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree(inserted_at)
PARTITION BY toYYYYMM(event_time)
ORDER BY (shadow_version, card, event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000;
