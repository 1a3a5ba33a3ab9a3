-- What a question at the counter needs, in one table by what it is looked up by: the events of a holder's cards, of a
-- card with what is known against it, and who gave the same address, agent, contact phone or branch. One table, since
-- a statement over it costs a quarter of one over five. Filled by views; rows that come twice collapse.
-- Closings stand under holder and card alone: who closes a card gives no address and brings no agent.
CREATE TABLE IF NOT EXISTS opening_index
(
    kind Enum8('holder' = 1, 'card' = 2, 'branch' = 3, 'agent' = 4, 'address' = 5, 'linked_phone' = 6),
    value String,
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    uid UInt64,
    topic Enum8('card' = 1, 'verdict' = 2, 'watchlist' = 3, 'hit' = 4),
    word LowCardinality(String),
    card String,
    holder String,
    corporate Int8,
    area LowCardinality(String),
    expires_ms Int64,
    ingested_at DateTime('UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (kind, value, event_time, uid)
SETTINGS index_granularity = 512, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS opening_index_from_card TO opening_index AS
SELECT shared.1 AS kind, shared.2 AS value, event_time, uid, 'card' AS topic, toString(action) AS word, card, holder,
    corporate, area, toInt64(0) AS expires_ms, ingested_at
FROM card
ARRAY JOIN [('holder', holder), ('card', card), ('branch', branch), ('agent', agent), ('address', address),
    ('linked_phone', linked_phone)] AS shared
WHERE shared.2 != '' AND (action != 'close' OR shared.1 IN ('holder', 'card'));

CREATE MATERIALIZED VIEW IF NOT EXISTS opening_index_from_verdict TO opening_index AS
SELECT 'card' AS kind, card AS value, event_time, uid, 'verdict' AS topic, toString(verdict) AS word, card,
    '' AS holder, toInt8(-1) AS corporate, '' AS area, toInt64(0) AS expires_ms, ingested_at
FROM verdict;

-- A list blocks where its kind is not said; its name stands where the holder does.
CREATE MATERIALIZED VIEW IF NOT EXISTS opening_index_from_watchlist TO opening_index AS
SELECT 'card' AS kind, card AS value, event_time, uid, 'watchlist' AS topic,
    if(action = 'remove', 'off', if(list_kind = 'allow', 'allow', 'block')) AS word, card, list AS holder,
    toInt8(-1) AS corporate, '' AS area, ifNull(toUnixTimestamp64Milli(expires_at), 0) AS expires_ms, ingested_at
FROM (SELECT card, event_time, uid, action, kind AS list_kind, list, expires_at, ingested_at FROM watchlist);

CREATE MATERIALIZED VIEW IF NOT EXISTS opening_index_from_hits TO opening_index AS
SELECT 'card' AS kind, card AS value, last_seen AS event_time, cityHash64(hit_id) AS uid, 'hit' AS topic,
    toString(level) AS word, card, '' AS holder, toInt8(-1) AS corporate, '' AS area, toInt64(0) AS expires_ms,
    inserted_at AS ingested_at
FROM hits;

-- What an opening that happened gave away.
CREATE TABLE IF NOT EXISTS opening_findings
(
    finding_id String,
    code LowCardinality(String),
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    uid UInt64,
    holder String,
    card String,
    institution LowCardinality(String),
    branch String,
    clerk String,
    agent String,
    subject String,
    counted UInt32,
    threshold UInt32,
    reason_zh String,
    reason_en String,
    rules_version LowCardinality(String),
    ingested_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (event_time, finding_id)
SETTINGS non_replicated_deduplication_window = 1000;

-- Answers to "may this card be opened", as they were given: the question, the reasons, and what was counted.
-- They are advice; who decided what at the counter is the card's own event, or its absence.
CREATE TABLE IF NOT EXISTS opening_answers
(
    answer_id String,
    at DateTime64(3, 'UTC'),
    holder String,
    kind Enum8('phone' = 0, 'account' = 1),
    institution LowCardinality(String),
    branch String,
    clerk String,
    agent String,
    address String,
    linked_phone String,
    area LowCardinality(String),
    corporate UInt8,
    answer LowCardinality(String),
    codes Array(LowCardinality(String)),
    reasons Array(String),
    reasons_en Array(String),
    legal_bases Array(String),
    counted Array(UInt32),
    thresholds Array(UInt32),
    rules_version LowCardinality(String),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY (holder, at, answer_id)
SETTINGS non_replicated_deduplication_window = 1000;
