-- What cards have in common: handsets, SIMs, devices, addresses, phones, holders, branches.
-- Counts come from inserts: a retried insert is recognized by its token and counts once, a replay
-- of a topic under other tokens counts again. First and last time are right in either case.
CREATE TABLE IF NOT EXISTS links
(
    card String,
    kind LowCardinality(String),
    value String,
    retention Enum8('call' = 1, 'fund' = 2, 'case' = 3),
    first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    n SimpleAggregateFunction(sum, UInt64),
    ingested_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (card, kind, value, retention)
SETTINGS index_granularity = 2048, non_replicated_deduplication_window = 1000, merge_selector_base = 20;

-- The same rows by what is shared: which cards used this handset?
CREATE TABLE IF NOT EXISTS links_by_value
(
    kind LowCardinality(String),
    value String,
    card String,
    retention Enum8('call' = 1, 'fund' = 2, 'case' = 3),
    first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    n SimpleAggregateFunction(sum, UInt64),
    ingested_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (kind, value, card, retention)
SETTINGS index_granularity = 2048, non_replicated_deduplication_window = 1000, merge_selector_base = 20;

CREATE MATERIALIZED VIEW IF NOT EXISTS links_by_value_from_links TO links_by_value AS
SELECT kind, value, card, retention, first_seen, last_seen, n, ingested_at FROM links;

CREATE MATERIALIZED VIEW IF NOT EXISTS links_from_cdr TO links AS
SELECT
    concat('phone:', caller) AS card, link.1 AS kind, link.2 AS value, 'call' AS retention,
    min(event_time) AS first_seen, max(event_time) AS last_seen, count() AS n, max(cdr.ingested_at) AS ingested_at
FROM cdr
ARRAY JOIN [('imei', imei), ('imsi', imsi)] AS link
WHERE link.2 != ''
GROUP BY card, kind, value;

CREATE MATERIALIZED VIEW IF NOT EXISTS links_from_txn TO links AS
SELECT
    link.1 AS card, link.2 AS kind, link.3 AS value, 'fund' AS retention,
    min(event_time) AS first_seen, max(event_time) AS last_seen, count() AS n, max(txn.ingested_at) AS ingested_at
FROM txn
ARRAY JOIN [
    (concat('account:', payer), 'device', device),
    (concat('account:', payer), 'ip', ip),
    (concat('account:', payer), 'bound_phone', if(payer_phone = '', '', concat('phone:', payer_phone))),
    (concat('account:', payee), 'bound_phone', if(payee_phone = '', '', concat('phone:', payee_phone)))
] AS link
WHERE link.3 != ''
GROUP BY card, kind, value;

CREATE MATERIALIZED VIEW IF NOT EXISTS links_from_card TO links AS
SELECT
    opened AS card, link.1 AS kind, link.2 AS value, 'case' AS retention,
    min(event_time) AS first_seen, max(event_time) AS last_seen, count() AS n, max(ingested) AS ingested_at
FROM
(
    SELECT card AS opened, event_time, ingested_at AS ingested, [
        ('holder', holder), ('branch', branch), ('clerk', clerk), ('agent', agent), ('address', address),
        ('bound_phone', if(linked_phone = '', '', concat('phone:', linked_phone)))
    ] AS shared
    FROM card
)
ARRAY JOIN shared AS link
WHERE link.2 != ''
GROUP BY card, kind, value;
