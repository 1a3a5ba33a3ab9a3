-- What people did: every change of a lead, a card's verdicts, measures and appeals, and of the officers,
-- with who, when and why. Rows are only ever added; how things stand is a view below.
--
-- A subject is lead:ID, card:KIND:NUMBER or officer:NAME; its events are numbered from 1 and each holds the
-- hash of the one before it. Rows are inserted under the token SUBJECT/SEQ, so of two that want to be the next
-- the second is dropped. On a cluster a subject has one shard. Rows equal in everything collapse; two that
-- claim one number do not, and duanka audit verify finds them.
CREATE TABLE IF NOT EXISTS case_events
(
    subject String,
    seq UInt32,
    at DateTime64(3, 'UTC'),
    officer String,
    action LowCardinality(String),
    reason String,
    command_id String,
    payload String,
    prev_hash String,
    hash String,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY (subject, seq, hash)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- Who looked at what, when and for what purpose.
CREATE TABLE IF NOT EXISTS lookups
(
    lookup_id String,
    at DateTime64(3, 'UTC'),
    officer String,
    purpose String,
    command LowCardinality(String),
    subject String,
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY (officer, at, lookup_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- Officers as they stand.
CREATE VIEW IF NOT EXISTS officers_now AS
SELECT
    substring(subject, 9) AS officer,
    argMaxIf(JSONExtractString(payload, 'role'), seq, action = 'officer_added') AS role,
    argMaxIf(JSONExtract(payload, 'territories', 'Array(String)'), seq, action = 'officer_added') AS territories,
    toUInt8(argMax(action, seq) = 'officer_added') AS active
FROM case_events FINAL
WHERE startsWith(subject, 'officer:')
GROUP BY subject;

-- Leads that somebody or the dispatcher has acted on, as they stand. first_action is a person's.
CREATE VIEW IF NOT EXISTS leads_now AS
SELECT
    substring(subject, 6) AS lead_id,
    argMaxIf(JSONExtractString(payload, 'handler'), seq, action IN ('lead_assigned', 'lead_taken')) AS handler,
    argMaxIf(JSONExtractString(payload, 'area'), seq, JSONHas(payload, 'area')) AS area,
    argMaxIf(JSONExtractInt(payload, 'due_ms'), seq, JSONHas(payload, 'due_ms')) AS due_ms,
    minIf(at, NOT startsWith(officer, 'system:')) AS first_action,
    toUInt8(countIf(action = 'lead_receipt') > 0) AS receipted,
    argMaxIf(JSONExtractString(payload, 'outcome'), seq, action = 'lead_closed') AS outcome,
    maxIf(at, action = 'lead_closed') AS closed_at
FROM case_events FINAL
WHERE startsWith(subject, 'lead:')
GROUP BY subject;

-- Measures as they stand.
CREATE VIEW IF NOT EXISTS measures_now AS
SELECT
    JSONExtractString(payload, 'measure') AS measure,
    substring(subject, 6) AS card,
    anyIf(JSONExtractString(payload, 'step'), action = 'measure_proposed') AS step,
    anyIf(case_events.officer, action = 'measure_proposed') AS proposed_by,
    minIf(at, action = 'measure_proposed') AS proposed_at,
    anyIf(case_events.officer, action = 'measure_approved') AS approved_by,
    minIf(at, action = 'measure_approved') AS approved_at,
    toUInt8(countIf(action = 'notice_issued') > 0) AS noticed,
    argMaxIf(JSONExtractInt(payload, 'review_ms'), seq, JSONHas(payload, 'review_ms')) AS review_ms,
    argMaxIf(JSONExtractInt(payload, 'until_ms'), seq, JSONHas(payload, 'until_ms')) AS until_ms,
    minIf(at, action = 'measure_lifted') AS lifted_at,
    multiIf(countIf(action = 'measure_lifted') > 0, 'lifted', countIf(action = 'measure_refused') > 0, 'refused',
        countIf(action = 'measure_approved') > 0, 'in_force', 'proposed') AS status
FROM case_events FINAL
WHERE startsWith(subject, 'card:') AND JSONHas(payload, 'measure')
GROUP BY subject, measure;

-- Appeals as they stand.
CREATE VIEW IF NOT EXISTS appeals_now AS
SELECT
    JSONExtractString(payload, 'appeal') AS appeal,
    any(JSONExtractString(payload, 'measure')) AS measure,
    substring(subject, 6) AS card,
    minIf(at, action = 'appeal_filed') AS filed_at,
    anyIf(JSONExtractInt(payload, 'due_ms'), action = 'appeal_filed') AS due_ms,
    anyIf(JSONExtractString(payload, 'decision'), action = 'appeal_decided') AS decision,
    anyIf(case_events.officer, action = 'appeal_decided') AS decided_by,
    maxIf(at, action = 'appeal_decided') AS decided_at
FROM case_events FINAL
WHERE startsWith(subject, 'card:') AND action IN ('appeal_filed', 'appeal_decided')
GROUP BY subject, appeal;
