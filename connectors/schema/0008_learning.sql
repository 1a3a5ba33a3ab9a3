-- Feature rows as they stood when they were scored, for the learner: some drawn by lot, more of what
-- looked suspicious. Cards by their hash only.
CREATE TABLE IF NOT EXISTS feature_samples
(
    kind Enum8('phone' = 0, 'account' = 1),
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    uid UInt64,
    entity UInt64,
    role UInt8,
    risk Float64,
    strength Float64,
    drawn UInt8,
    feature_set LowCardinality(String),
    feature_values Array(Float32) CODEC(ZSTD(1)),
    model_version LowCardinality(String),
    inserted_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (kind, event_time, uid, entity, role)
SETTINGS non_replicated_deduplication_window = 1000;

-- What the learner said: candidates and what the gate answered, drifts and what was done. Figures
-- are JSON; `version` is that of the candidate in the model registry, empty where none was stored.
CREATE TABLE IF NOT EXISTS learning_reports
(
    run_id String,
    kind Enum8('phone' = 0, 'account' = 1),
    event_time DateTime64(3, 'UTC'),
    what LowCardinality(String),
    message String,
    passed UInt8,
    version String,
    figures String CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(inserted_at)
ORDER BY (run_id, event_time, kind, what, message)
SETTINGS non_replicated_deduplication_window = 1000;
