"""What is asked of the engine once, and what each time."""

import pytest

from connectors.embedded.engine import EngineSession
from connectors.embedded.known_columns import MOST, Changes, KnownColumns

TABLE = "SELECT * FROM t"


class Counting(EngineSession):
    """An engine that counts what it is asked of columns."""

    asked = 0

    def describe(self, select, params=None):
        self.asked += 1
        return super().describe(select, params)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = Counting(str(tmp_path_factory.mktemp("engine")), "known")
    made.run("CREATE TABLE t (a UInt8) ENGINE = Memory")
    yield made
    made.close()


@pytest.fixture
def known(engine):
    engine.asked = 0
    return KnownColumns(engine, Changes())


def test_inserts_under_tokens_of_their_own_ask_once(engine, known):
    for token in ("x-0", "y-0", "z-0"):
        engine.apply_settings({"insert_deduplication_token": (0, token)})
        assert known.of(TABLE) == [("a", "UInt8")]
    assert engine.asked == 1


def test_other_settings_and_changes_ask_anew(engine):
    engine.asked, changes = 0, Changes()
    known = KnownColumns(engine, changes)
    for nulls in ("0", "1", "0"):
        engine.apply_settings({"join_use_nulls": (0, nulls)})
        known.of(TABLE)
    assert engine.asked == 2
    changes.note()
    known.of(TABLE)
    assert engine.asked == 3


def test_a_table_that_a_parameter_names_is_asked_about_each_time(engine, known):
    for _ in range(2):
        known.of("SELECT a FROM {name : Identifier}", {"name": "t"})
    assert engine.asked == 2


def test_what_is_remembered_is_bounded(engine, known, monkeypatch):
    monkeypatch.setattr("connectors.embedded.known_columns.MOST", 3)
    for number in range(5):
        known.of(f"SELECT a + {number} FROM t")
    assert len(known._known) <= 3 < MOST
