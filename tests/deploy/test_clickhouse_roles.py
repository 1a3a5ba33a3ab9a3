"""The roles: nothing forgotten, and each has what its work takes and no more, on the real engine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.errors import StoreDeniedError
from connectors.queries import card_view, hits, stats
from connectors.queries.hit_record import hit_record, stored_rules
from connectors.queries.learning_rows import learning_hours, learning_reports, samples_between, verdicts_between
from connectors.queries.run_counts import run_counts, run_hits
from connectors.queries.stream_clock import newest_event_ms
from connectors.schema import access, migrate
from connectors.schema.cluster_layout import ClusterLayout
from connectors.schema.migrations import Migration, known_migrations
from connectors.schema.roles_file import PROFILES, columns_of, grants_of, roles_text, tables_of_migrations
from tests.clickhouse_cluster.two_shards import EngineWithConfig

FOLDER = Path(__file__).parents[2] / "deploy" / "clickhouse"
ROLES = (access.WRITER, access.READER, access.OFFICER, access.AUDITOR, access.ADMIN)


def statements(text: str) -> list[str]:
    return Migration(1, "roles", text).statements()


def test_every_table_of_the_schema_is_given_to_somebody():
    assert access.classified() == tables_of_migrations()
    assert not access.WRITTEN & (access.FILLED_BY_VIEWS | access.OF_MIGRATIONS)
    assert not access.WRITTEN_BY_PEOPLE & (access.WRITTEN | access.FILLED_BY_VIEWS | access.OF_MIGRATIONS)
    asked = {name for m in known_migrations() for name in re.findall(r"CREATE VIEW IF NOT EXISTS (\w+)", m.text)}
    assert asked == access.ASKED_VIEWS
    assert set(access.RAW_COLUMNS) | access.READ_BY_JOBS <= access.classified()


def test_the_file_is_what_the_definition_makes():
    assert (FOLDER / "roles.sql").read_text("utf-8") == roles_text("duanka")


def test_on_a_cluster_each_right_holds_for_the_shards_own_tables_too():
    text = roles_text("duanka", ClusterLayout("city", "duanka"))
    for role in ROLES[:4]:
        for grant in grants_of(role, "duanka"):
            if " ON duanka." in grant and grant.partition(" ON duanka.")[2] not in access.ASKED_VIEWS:
                assert f"{grant},\n" in text and f"{grant}_local" in text
    assert all("ON CLUSTER 'city'" in statement for statement in statements(text))


def test_users_are_examples_without_a_usable_password():
    text = (FOLDER / "users.sql.example").read_text("utf-8")
    assert set(re.findall(r"GRANT (\w+) TO", text)) == set(ROLES)
    hashes = re.findall(r"IDENTIFIED WITH (?:sha256_hash|bcrypt_hash) BY '([^']*)'", text)
    assert len(hashes) == text.count("CREATE USER") == 5
    assert all(re.fullmatch(r"PUT .* HERE", given) for given in hashes)
    assert not re.search(r"plaintext_password|no_password|sha256_password|BY '[0-9a-f]{64}'", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roles")
    with EngineWithConfig(folder) as engine, engine.open() as store:
        migrate(store)
    return folder


@pytest.fixture
def as_role(folder, request):
    """The store as a user with nothing but the rights and limits of a role.

    ``readonly`` is left out: the embedded store's server could not set up its own sessions then.
    """
    role, _, inserting = request.param.partition("+")
    limits = dict(line.split(" = ") for line in PROFILES[role] if not line.startswith("readonly"))
    settings = {name: value.strip("'") for name, value in limits.items()}
    # The embedded store's server takes the rows of an INSERT from a spool file and asks for the types
    # of its columns by a SELECT; a real one does neither, and the right to INSERT is enough.
    extra = ["READ ON FILE", "CREATE TEMPORARY TABLE ON *.*"]
    extra += [f"SELECT ON duanka.{table}" for table in sorted(access.WRITTEN) if inserting]
    grants = [f"GRANT {grant}" for grant in (*grants_of(role, "duanka"), *extra)]
    with EngineWithConfig(folder, settings=settings, grants=grants) as engine, engine.open() as store:
        yield store


def test_the_engine_understands_every_statement(folder):
    with EngineWithConfig(folder) as engine, engine.open() as store:
        texts = [roles_text("duanka"), roles_text("police", ClusterLayout("{cluster}", "police")),
                 (FOLDER / "users.sql.example").read_text("utf-8")]
        everything = [statement for text in texts for statement in statements(text)]
        assert len(everything) == 2 * (5 * 3 + 4) + 10
        for statement in everything:
            store.query("SELECT formatQuery({text:String}) AS text", {"text": statement})


def everything_read(store) -> None:
    for table in sorted(access.classified() - set(access.RAW_COLUMNS)):
        store.query(f"SELECT * FROM {table} FINAL LIMIT 1" if table != "links" else f"SELECT * FROM {table} LIMIT 1")
    for view in sorted(access.ASKED_VIEWS):
        store.query(f"SELECT * FROM {view} LIMIT 1")
    hits(store), stats(store), card_view(store, "phone:1"), newest_event_ms(store)
    hit_record(store, "x"), stored_rules(store, "x")


@pytest.mark.parametrize("as_role", [f"{access.WRITER}+inserting"], indirect=True)
def test_a_writer_inserts_what_a_job_does_and_nothing_else(as_role):
    store = as_role
    assert migrate(store) == []  # each job does this at its start
    for table in sorted(access.WRITTEN):
        store.insert(table, _a_row(table))
    for table in sorted(access.FILLED_BY_VIEWS | access.OF_MIGRATIONS | access.WRITTEN_BY_PEOPLE):
        with pytest.raises(StoreDeniedError):
            store.insert(table, _a_row(table))


@pytest.mark.parametrize("as_role", [access.WRITER], indirect=True)
def test_a_writer_reads_what_a_job_does_and_changes_no_table(as_role):
    store = as_role
    run_counts(store, "r"), run_hits(store, "r")
    learning_hours(store, ["s"], 0), samples_between(store, "phone", "s", 0, 1), verdicts_between(store, 0, 1)
    learning_reports(store, "r")
    for refused in ("SELECT * FROM dead_letters", "SELECT * FROM txn", "SELECT * FROM card_events",
                    "DROP TABLE hits", "ALTER TABLE hits ADD COLUMN x String", "TRUNCATE TABLE hits",
                    "ALTER TABLE hits DELETE WHERE 1", "CREATE TABLE x (a String) ENGINE = Memory"):
        with pytest.raises(StoreDeniedError, match="does not let this user do that.*Not enough privileges"):
            store.command(refused)


def _a_row(table: str) -> dict:
    """A row of any table: its first column of numbers or words."""
    if table == "schema_migrations":
        return {"version": [99]}
    column = next(name for name in columns_of(table) if name in _SAMPLES)
    return {column: [_SAMPLES[column]]}


_SAMPLES = {"uid": 7, "card": "phone:1", "area": "5101", "hit_id": "h", "dead_id": "d", "run_id": "r", "version": "v",
            "seq": 1, "warning_id": "w", "answer_id": "a", "lookup_id": "l", "notice_id": "n"}


@pytest.mark.parametrize("as_role", [access.READER, access.OFFICER], indirect=True)
def test_a_reader_reads_all_but_raw_records_and_changes_nothing(as_role):
    store = as_role
    everything_read(store)
    store.query("SELECT topic, reason, detail FROM dead_letters FINAL")
    for refused in ("SELECT * FROM dead_letters", "SELECT raw FROM dead_letters", "DROP TABLE hits",
                    "SELECT length(raw) FROM dead_letters", "TRUNCATE TABLE hits", "SELECT * FROM system.users"):
        with pytest.raises(StoreDeniedError):
            store.command(refused)
    for table in sorted(access.WRITTEN):
        with pytest.raises(StoreDeniedError):
            store.insert(table, _a_row(table))


@pytest.mark.parametrize("as_role", [f"{access.OFFICER}+inserting"], indirect=True)
def test_an_officer_reads_and_adds_what_people_add_and_changes_nothing(as_role):
    store = as_role
    assert migrate(store) == []
    everything_read(store)
    for table in sorted(access.WRITTEN_BY_PEOPLE):
        store.insert(table, _a_row(table))
    for table in sorted(access.WRITTEN | access.FILLED_BY_VIEWS | access.OF_MIGRATIONS):
        with pytest.raises(StoreDeniedError):
            store.insert(table, _a_row(table))
    for refused in ("ALTER TABLE case_events DELETE WHERE 1", "TRUNCATE TABLE lookups",
                    "ALTER TABLE case_events UPDATE reason = '' WHERE 1", "DROP VIEW leads_now"):
        with pytest.raises(StoreDeniedError):
            store.command(refused)


@pytest.mark.parametrize("as_role", [access.AUDITOR], indirect=True)
def test_an_auditor_reads_raw_records_too_and_changes_nothing(as_role):
    store = as_role
    everything_read(store)
    store.query("SELECT raw FROM dead_letters FINAL")
    with pytest.raises(StoreDeniedError):
        store.insert("hits", {"card": ["phone:1"]})


@pytest.mark.parametrize("as_role", [f"{access.ADMIN}+inserting"], indirect=True)
def test_an_admin_migrates_an_empty_server_and_a_full_one(as_role):
    store = as_role
    for view_or_table in store.query("SELECT name FROM system.tables WHERE database = 'duanka' ORDER BY engine DESC"):
        store.command(f"DROP TABLE {view_or_table['name']} SYNC")
    assert len(migrate(store)) == len(known_migrations())
    assert migrate(store, retention_days={"call": 90, "fund": 3653, "case": 3653}) == []
    assert migrate(store) == []


@pytest.mark.parametrize("as_role", [access.WRITER], indirect=True)
def test_a_job_that_finds_older_tables_says_who_must_migrate(as_role):
    with pytest.raises(StoreDeniedError, match="may not change them.*duanka store migrate as a user with the role"):
        migrate(as_role, retention_days={"call": 91, "fund": 3653, "case": 3653})


@pytest.mark.parametrize("as_role", [f"{access.WRITER}+inserting"], indirect=True)
def test_the_job_runs_with_a_writer_s_rights_alone(as_role, folder, tmp_path):
    def duanka(*args: str) -> str:
        done = subprocess.run([sys.executable, "-m", "jobs.cli.main", *args], text=True, capture_output=True,
                              timeout=280)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    duanka("simulate", "--out", str(tmp_path / "bus"), "--people", "1000", "--days", "1", "--seed", "3")
    duanka("run", "--bus", str(tmp_path / "bus"), "--state", str(tmp_path / "state"), "--models",
           str(tmp_path / "models"), "--store", f"embedded:{folder}")
    counted = as_role.query("SELECT sum(records) AS records FROM chunk_counts FINAL WHERE source != ''")[0]["records"]
    assert counted > 1000
