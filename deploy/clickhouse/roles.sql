-- The roles of Duanka for the database duanka: writer (jobs), reader (people and pages), officer
-- (reads, and adds case events and look-ups), auditor (reads also refused records word for word, and
-- who asked what), admin (migrations).
-- Made by duanka store roles; apply it again after each upgrade. Users: users.sql.example.


CREATE ROLE IF NOT EXISTS duanka_writer;

CREATE SETTINGS PROFILE OR REPLACE duanka_writer SETTINGS
    max_memory_usage = 16000000000,
    max_execution_time = 110,
    distributed_product_mode = 'global',
    load_balancing = 'in_order'
    TO duanka_writer;

GRANT
    INSERT ON duanka.card,
    INSERT ON duanka.cdr,
    SELECT, INSERT ON duanka.chunk_counts,
    INSERT ON duanka.dead_letters,
    SELECT, INSERT ON duanka.feature_samples,
    SELECT, INSERT ON duanka.hits,
    INSERT ON duanka.lead,
    SELECT, INSERT ON duanka.learning_reports,
    INSERT ON duanka.model_events,
    INSERT ON duanka.model_versions,
    INSERT ON duanka.opening_findings,
    INSERT ON duanka.runs,
    SELECT ON duanka.schema_migrations,
    INSERT ON duanka.scores,
    INSERT ON duanka.shadow_scores,
    SELECT, INSERT ON duanka.shard_counts,
    INSERT ON duanka.taint_accounts,
    INSERT ON duanka.taint_ledger,
    INSERT ON duanka.taint_moves,
    INSERT ON duanka.txn,
    INSERT ON duanka.typology_versions,
    SELECT, INSERT ON duanka.verdict,
    SELECT, INSERT ON duanka.warnings,
    INSERT ON duanka.watchlist
TO duanka_writer WITH REPLACE OPTION;


CREATE ROLE IF NOT EXISTS duanka_reader;

CREATE SETTINGS PROFILE OR REPLACE duanka_reader SETTINGS
    readonly = 1,
    max_memory_usage = 4000000000,
    max_execution_time = 30,
    max_result_rows = 1000000,
    max_concurrent_queries_for_user = 30,
    distributed_product_mode = 'global'
    TO duanka_reader;

CREATE QUOTA OR REPLACE duanka_reader KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 36000, execution_time = 7200, failed_sequential_authentications = 10
    TO duanka_reader;

GRANT
    SELECT ON duanka.appeals_now,
    SELECT ON duanka.card,
    SELECT ON duanka.card_events,
    SELECT ON duanka.case_events,
    SELECT ON duanka.cdr,
    SELECT ON duanka.chunk_counts,
    SELECT(dead_id, topic, source, offset, reason, detail, received_at) ON duanka.dead_letters,
    SELECT ON duanka.feature_samples,
    SELECT ON duanka.hit_updates,
    SELECT ON duanka.hits,
    SELECT ON duanka.lead,
    SELECT ON duanka.leads_now,
    SELECT ON duanka.learning_reports,
    SELECT ON duanka.links,
    SELECT ON duanka.links_by_value,
    SELECT ON duanka.lookups,
    SELECT ON duanka.measures_now,
    SELECT ON duanka.model_events,
    SELECT ON duanka.model_versions,
    SELECT ON duanka.notices,
    SELECT ON duanka.officers_now,
    SELECT ON duanka.opening_answers,
    SELECT ON duanka.opening_findings,
    SELECT ON duanka.opening_index,
    SELECT ON duanka.outer_figures,
    SELECT ON duanka.runs,
    SELECT ON duanka.schema_migrations,
    SELECT ON duanka.scores,
    SELECT ON duanka.shadow_scores,
    SELECT ON duanka.shard_counts,
    SELECT ON duanka.taint_accounts,
    SELECT ON duanka.taint_ledger,
    SELECT ON duanka.taint_moves,
    SELECT ON duanka.txn,
    SELECT ON duanka.typology_versions,
    SELECT ON duanka.verdict,
    SELECT ON duanka.warnings,
    SELECT ON duanka.watchlist,
    SELECT ON duanka.watchlist_entries,
    SELECT ON system.parts
TO duanka_reader WITH REPLACE OPTION;


CREATE ROLE IF NOT EXISTS duanka_officer;

CREATE SETTINGS PROFILE OR REPLACE duanka_officer SETTINGS
    max_memory_usage = 4000000000,
    max_execution_time = 30,
    max_result_rows = 1000000,
    max_concurrent_queries_for_user = 10,
    distributed_product_mode = 'global',
    load_balancing = 'in_order'
    TO duanka_officer;

CREATE QUOTA OR REPLACE duanka_officer KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 36000, execution_time = 7200, failed_sequential_authentications = 10
    TO duanka_officer;

GRANT
    SELECT ON duanka.appeals_now,
    SELECT ON duanka.card,
    SELECT ON duanka.card_events,
    SELECT, INSERT ON duanka.case_events,
    SELECT ON duanka.cdr,
    SELECT ON duanka.chunk_counts,
    SELECT(dead_id, topic, source, offset, reason, detail, received_at) ON duanka.dead_letters,
    SELECT ON duanka.feature_samples,
    SELECT ON duanka.hit_updates,
    SELECT ON duanka.hits,
    SELECT ON duanka.lead,
    SELECT ON duanka.leads_now,
    SELECT ON duanka.learning_reports,
    SELECT ON duanka.links,
    SELECT ON duanka.links_by_value,
    SELECT, INSERT ON duanka.lookups,
    SELECT ON duanka.measures_now,
    SELECT ON duanka.model_events,
    SELECT ON duanka.model_versions,
    SELECT, INSERT ON duanka.notices,
    SELECT ON duanka.officers_now,
    SELECT, INSERT ON duanka.opening_answers,
    SELECT ON duanka.opening_findings,
    SELECT ON duanka.opening_index,
    SELECT, INSERT ON duanka.outer_figures,
    SELECT ON duanka.runs,
    SELECT ON duanka.schema_migrations,
    SELECT ON duanka.scores,
    SELECT ON duanka.shadow_scores,
    SELECT ON duanka.shard_counts,
    SELECT ON duanka.taint_accounts,
    SELECT ON duanka.taint_ledger,
    SELECT ON duanka.taint_moves,
    SELECT ON duanka.txn,
    SELECT ON duanka.typology_versions,
    SELECT ON duanka.verdict,
    SELECT ON duanka.warnings,
    SELECT ON duanka.watchlist,
    SELECT ON duanka.watchlist_entries,
    SELECT ON system.parts
TO duanka_officer WITH REPLACE OPTION;


CREATE ROLE IF NOT EXISTS duanka_auditor;

CREATE SETTINGS PROFILE OR REPLACE duanka_auditor SETTINGS
    readonly = 1,
    max_memory_usage = 8000000000,
    max_execution_time = 300,
    max_concurrent_queries_for_user = 5,
    distributed_product_mode = 'global'
    TO duanka_auditor;

CREATE QUOTA OR REPLACE duanka_auditor KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 3600, execution_time = 7200, failed_sequential_authentications = 10
    TO duanka_auditor;

GRANT
    SELECT ON duanka.appeals_now,
    SELECT ON duanka.card,
    SELECT ON duanka.card_events,
    SELECT ON duanka.case_events,
    SELECT ON duanka.cdr,
    SELECT ON duanka.chunk_counts,
    SELECT ON duanka.dead_letters,
    SELECT ON duanka.feature_samples,
    SELECT ON duanka.hit_updates,
    SELECT ON duanka.hits,
    SELECT ON duanka.lead,
    SELECT ON duanka.leads_now,
    SELECT ON duanka.learning_reports,
    SELECT ON duanka.links,
    SELECT ON duanka.links_by_value,
    SELECT ON duanka.lookups,
    SELECT ON duanka.measures_now,
    SELECT ON duanka.model_events,
    SELECT ON duanka.model_versions,
    SELECT ON duanka.notices,
    SELECT ON duanka.officers_now,
    SELECT ON duanka.opening_answers,
    SELECT ON duanka.opening_findings,
    SELECT ON duanka.opening_index,
    SELECT ON duanka.outer_figures,
    SELECT ON duanka.runs,
    SELECT ON duanka.schema_migrations,
    SELECT ON duanka.scores,
    SELECT ON duanka.shadow_scores,
    SELECT ON duanka.shard_counts,
    SELECT ON duanka.taint_accounts,
    SELECT ON duanka.taint_ledger,
    SELECT ON duanka.taint_moves,
    SELECT ON duanka.txn,
    SELECT ON duanka.typology_versions,
    SELECT ON duanka.verdict,
    SELECT ON duanka.warnings,
    SELECT ON duanka.watchlist,
    SELECT ON duanka.watchlist_entries,
    SELECT ON system.parts,
    SELECT ON system.query_log,
    SELECT ON system.session_log
TO duanka_auditor WITH REPLACE OPTION;


CREATE ROLE IF NOT EXISTS duanka_admin;

CREATE SETTINGS PROFILE OR REPLACE duanka_admin SETTINGS
    distributed_product_mode = 'global',
    load_balancing = 'in_order'
    TO duanka_admin;

CREATE QUOTA OR REPLACE duanka_admin KEYED BY user_name
    FOR INTERVAL 1 hour MAX failed_sequential_authentications = 10
    TO duanka_admin;

GRANT
    SHOW, SELECT, INSERT, CREATE DATABASE, CREATE TABLE, CREATE VIEW, ALTER TABLE, ALTER VIEW, DROP TABLE, DROP VIEW ON duanka.*,
    ALLOW SQL SECURITY NONE ON *.*
TO duanka_admin WITH REPLACE OPTION;
