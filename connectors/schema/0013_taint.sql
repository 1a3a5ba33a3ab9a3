-- Accounts that tainted money reached, as the stream's shard last told of them; `gone`: it follows them no longer.
-- in + injected = here + out + withdrawn + stopped + unseen + cleared, to the fen.
CREATE TABLE IF NOT EXISTS taint_accounts
(
    card String,
    parent String,
    source Bool,
    in_fen Int64,
    injected_fen Int64,
    here_fen Int64,
    out_fen Int64,
    withdrawn_fen Int64,
    stopped_fen Int64,
    unseen_fen Int64,
    cleared_fen Int64,
    clean_fen Int64,
    returned_fen Int64,
    quick_fen Int64,
    first_seen DateTime64(3, 'UTC'),
    last_seen DateTime64(3, 'UTC'),
    least_hops UInt16,
    mean_hops Float64,
    quick_hops UInt16,
    hop_ms Float64,
    dwell_ms Float64,
    share Float64,
    gone Bool,
    reasons_zh Array(String),
    reasons_en Array(String),
    run_id String,
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY card
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- Each payment with tainted money in it, by how that money ended.
CREATE TABLE IF NOT EXISTS taint_moves
(
    payer String,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    uid UInt64,
    end LowCardinality(String),
    payee String,
    fen Int64,
    amount_fen Int64,
    hops UInt16,
    dwell_ms Int64,
    run_id String,
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX by_payee payee TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(event_time)
ORDER BY (payer, event_time, uid, end)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- Where all tainted money of a run is.
CREATE TABLE IF NOT EXISTS taint_ledger
(
    run_id String,
    injected_fen Int64,
    here_fen Int64,
    withdrawn_fen Int64,
    stopped_hops_fen Int64,
    stopped_amount_fen Int64,
    stopped_share_fen Int64,
    stopped_age_fen Int64,
    unseen_fen Int64,
    let_go_fen Int64,
    cleared_fen Int64,
    version UInt64,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY run_id
SETTINGS non_replicated_deduplication_window = 1000;
