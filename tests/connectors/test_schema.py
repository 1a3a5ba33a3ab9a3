"""Migrations and retention."""

from pathlib import Path

import pytest

from connectors.errors import SchemaError, SchemaTooNewError
from connectors.schema import RETENTION_DAYS, event_tables, migrate
from connectors.schema.migrations import Migration, known_migrations
from features.events import TOPICS


def test_the_event_tables_are_what_the_definition_makes():
    path = Path(event_tables.__file__).with_name("0001_events.sql")
    assert path.read_text("utf-8") == event_tables.migration()


def test_migrating_twice_changes_nothing(store):
    tables = "SELECT name, create_table_query FROM system.tables WHERE database = 'duanka' ORDER BY name"
    before = store.query(tables)
    assert migrate(store) == []
    assert store.query(tables) == before
    assert {topic for topic in TOPICS} <= {row["name"] for row in before}


def test_a_migration_that_broke_off_is_applied_again(store):
    store.command("ALTER TABLE schema_migrations DELETE WHERE version = 5 SETTINGS mutations_sync = 2")
    assert migrate(store) == [5]


def test_a_schema_of_a_later_release_is_refused(store):
    known = known_migrations()
    with pytest.raises(SchemaTooNewError, match=f"of schema {len(known)}, this release knows up to {len(known) - 1}"):
        migrate(store, migrations=known[:-1])


def test_an_edited_migration_is_refused(store):
    known = known_migrations()
    edited = Migration(known[1].version, known[1].name, known[1].text + "-- changed")
    with pytest.raises(SchemaError, match="0002_card_events.sql was changed"):
        migrate(store, migrations=[known[0], edited, *known[2:]])


def test_every_table_about_cards_has_a_retention_and_it_can_be_set(store):
    without = store.query("SELECT name FROM system.tables WHERE database = 'duanka' AND engine LIKE '%MergeTree' "
                          "AND engine_full NOT LIKE '%TTL%' AND name IN (SELECT table FROM system.columns WHERE "
                          "database = 'duanka' AND name IN ('card', 'caller', 'payer', 'counterparty', 'raw'))")
    assert without == []
    ttl = "SELECT engine_full AS e FROM system.tables WHERE database = 'duanka' AND name = 'cdr'"
    assert "toIntervalDay(180)" in store.query(ttl)[0]["e"]
    migrate(store, retention_days={**RETENTION_DAYS, "call": 90})
    assert "toIntervalDay(90)" in store.query(ttl)[0]["e"]
    migrate(store)


def test_names_of_migrations_are_checked(tmp_path):
    (tmp_path / "0002_b.sql").write_text("SELECT 1;")
    with pytest.raises(SchemaError, match="without a gap"):
        known_migrations(tmp_path)
    (tmp_path / "first.sql").write_text("SELECT 1;")
    with pytest.raises(SchemaError, match="named like"):
        known_migrations(tmp_path)


def test_statements_end_at_a_semicolon_that_ends_a_line():
    text = "-- one; two\nSELECT ';' AS a;\n\nSELECT 2;\n"
    assert Migration(1, "x", text).statements() == ["-- one; two\nSELECT ';' AS a", "SELECT 2"]
