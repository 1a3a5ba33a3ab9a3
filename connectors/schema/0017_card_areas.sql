-- Cards by where they were opened: the queue of one area would otherwise read every opening of the table `card`.
CREATE TABLE IF NOT EXISTS card_areas
(
    area LowCardinality(String),
    card String,
    ingested_at DateTime('UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (area, card)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS card_areas_from_card TO card_areas AS
SELECT area, card, ingested_at FROM card WHERE action = 'open' AND area != '';

-- What came twice, by the view and by this, collapses.
INSERT INTO card_areas SELECT area, card, ingested_at FROM card WHERE action = 'open' AND area != '';
