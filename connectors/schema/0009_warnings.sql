-- Warnings for the sake of a victim: the person, the call, the payment, what is still in the account.
-- One row per payment (or, where nothing was paid, per caller and person); a later version, which
-- knows more calls or payments, replaces an earlier one. `warned_at` is when it could first be read.
CREATE TABLE IF NOT EXISTS warnings
(
    warning_id String,
    person String,
    account String,
    typologies Array(LowCardinality(String)),
    level Enum8('yellow' = 2, 'orange' = 3, 'red' = 4),
    risk UInt16,
    event_time DateTime64(3, 'UTC'),
    transfer_uid UInt64,
    payee String,
    amount_fen Int64,
    balance_after_fen Nullable(Int64),
    payee_risk Float64,
    caller String,
    call_time Nullable(DateTime64(3, 'UTC')),
    talk_s UInt32,
    calls UInt16,
    caller_risk Float64,
    reasons_zh Array(String),
    reasons_en Array(String),
    reason_codes Array(LowCardinality(String)),
    reason_points Array(Float64),
    feature_names Array(LowCardinality(String)),
    feature_values Array(Float64),
    rules_version LowCardinality(String),
    run_id String,
    version UInt64,
    warned_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (person, warning_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;
