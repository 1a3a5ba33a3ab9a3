-- One row per event and card concerned, so that the recent events of a card are one short read.
-- `counterparty` is the other card, or the one who acted where there is no other card.
-- Topics and roles are numbered here for good; reports rely on the names.
CREATE TABLE IF NOT EXISTS card_events
(
    card String,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    uid UInt64,
    role Enum8('subject' = 0, 'caller' = 1, 'callee' = 2, 'payer' = 3, 'payee' = 4),
    topic LowCardinality(String),
    counterparty String,
    kind LowCardinality(String),
    amount_fen Nullable(Int64),
    duration_s Nullable(Int64),
    answered Int8,
    area LowCardinality(String),
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (card, event_time, uid, role)
SETTINGS index_granularity = 2048, non_replicated_deduplication_window = 1000, merge_selector_base = 20;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_events_from_cdr TO card_events AS
SELECT
    party.1 AS card, event_time, uid, party.2 AS role, 'cdr' AS topic, party.3 AS counterparty,
    toString(kind) AS kind, CAST(NULL, 'Nullable(Int64)') AS amount_fen, duration_s, answered, area, ingested_at
FROM cdr
ARRAY JOIN [
    (concat('phone:', caller), 'caller', concat('phone:', callee)),
    (concat('phone:', callee), 'callee', concat('phone:', caller))
] AS party;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_events_from_txn TO card_events AS
SELECT
    party.1 AS card, event_time, uid, party.2 AS role, 'txn' AS topic, party.3 AS counterparty,
    toString(channel) AS kind, CAST(amount_fen, 'Nullable(Int64)') AS amount_fen,
    CAST(NULL, 'Nullable(Int64)') AS duration_s, toInt8(-1) AS answered, area, ingested_at
FROM txn
ARRAY JOIN [
    (concat('account:', payer), 'payer', concat('account:', payee)),
    (concat('account:', payee), 'payee', concat('account:', payer))
] AS party;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_events_from_card TO card_events AS
SELECT
    card, event_time, uid, 'subject' AS role, 'card' AS topic, branch AS counterparty,
    toString(action) AS kind, CAST(NULL, 'Nullable(Int64)') AS amount_fen,
    CAST(NULL, 'Nullable(Int64)') AS duration_s, toInt8(-1) AS answered, area, ingested_at
FROM card;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_events_from_lead TO card_events AS
SELECT
    card, pushed_at AS event_time, uid, 'subject' AS role, 'lead' AS topic, source AS counterparty,
    kind, CAST(NULL, 'Nullable(Int64)') AS amount_fen,
    CAST(NULL, 'Nullable(Int64)') AS duration_s, toInt8(-1) AS answered, '' AS area, ingested_at
FROM lead;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_events_from_verdict TO card_events AS
SELECT
    card, event_time, uid, 'subject' AS role, 'verdict' AS topic, officer AS counterparty,
    toString(verdict) AS kind, CAST(NULL, 'Nullable(Int64)') AS amount_fen,
    CAST(NULL, 'Nullable(Int64)') AS duration_s, toInt8(-1) AS answered, '' AS area, ingested_at
FROM verdict;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_events_from_watchlist TO card_events AS
SELECT
    card, event_time, uid, 'subject' AS role, 'watchlist' AS topic, list AS counterparty,
    concat(toString(action), if(kind = '', '', concat(' ', toString(kind)))) AS kind,
    CAST(NULL, 'Nullable(Int64)') AS amount_fen,
    CAST(NULL, 'Nullable(Int64)') AS duration_s, toInt8(-1) AS answered, '' AS area, ingested_at
FROM watchlist;
