-- Events as they came in. Made by connectors.schema.event_tables; do not edit.

-- A phone card or bank account opened, closed or handed to another holder.
CREATE TABLE IF NOT EXISTS card
(
    uid UInt64,
    event_id String,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    card String,
    action Enum8('' = -1, 'open' = 0, 'close' = 1, 'transfer' = 2),
    holder String,
    branch String,
    clerk String,
    agent String,
    address String,
    corporate Int8,
    linked_phone String,
    declared_use String,
    area String,
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;

-- A call or a text message, as the operator's network recorded it.
CREATE TABLE IF NOT EXISTS cdr
(
    uid UInt64,
    event_id String,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    kind Enum8('' = -1, 'voice' = 0, 'sms' = 1),
    caller String,
    callee String,
    duration_s Nullable(Int64),
    answered Int8,
    imei String,
    imsi String,
    cell String,
    area String,
    home_area String,
    operator String,
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;

-- A movement of money from one account to another.
CREATE TABLE IF NOT EXISTS txn
(
    uid UInt64,
    event_id String,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    payer String,
    payee String,
    amount_fen Int64,
    currency String,
    channel Enum8('' = -1, 'counter' = 0, 'atm' = 1, 'pos' = 2, 'online' = 3, 'mobile' = 4, 'third_party' = 5),
    payer_bank String,
    payee_bank String,
    payer_phone String,
    payee_phone String,
    balance_after_fen Nullable(Int64),
    device String,
    ip String,
    area String,
    memo String,
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;

-- A suspicion pushed from above, with a clock.
CREATE TABLE IF NOT EXISTS lead
(
    uid UInt64,
    lead_id String,
    pushed_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    source String,
    card String,
    kind String,
    due_at Nullable(DateTime64(3, 'UTC')),
    note String,
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(pushed_at)
ORDER BY (pushed_at, uid)
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;

-- What a named officer found a card to be.
CREATE TABLE IF NOT EXISTS verdict
(
    uid UInt64,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    card String,
    verdict Enum8('' = -1, 'confirmed' = 0, 'cleared' = 1),
    officer String,
    lead_id String,
    hit_id String,
    note String,
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;

-- A card put on a shared list or taken off it.
CREATE TABLE IF NOT EXISTS watchlist
(
    uid UInt64,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    list String,
    card String,
    action Enum8('' = -1, 'add' = 0, 'remove' = 1),
    reason String,
    expires_at Nullable(DateTime64(3, 'UTC')),
    kind Enum8('' = -1, 'block' = 0, 'allow' = 1),
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, uid)
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;
