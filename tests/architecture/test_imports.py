"""Which room may import which: the arrows of the design, read off every import with ``ast``."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("features", "models", "connectors", "jobs", "console", "simulation", "benchmarks", "notebooks", "deploy",
         "casework")
#: Worlds that the pure rooms have never heard of.
FLINK = {"pyflink", "apache_beam", "py4j"}
STORES = {"clickhouse_driver", "clickhouse_connect", "chdb", "confluent_kafka", "kafka", "sqlalchemy", "sqlite3"}
NETWORK = {"socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "asyncio"}
#: The console keeps its users, never anything of a card, in a file of its own.
USERS = ("console/accounts/user_file.py", "sqlite3")
FILES = {"pathlib", "os", "io", "shutil", "tempfile", "glob", "subprocess", "pickle", "shelve", "mmap"}
#: Third-party packages that a pure room may use; the standard library is open but for the above.
ALLOWED = {
    "features": {"numpy", "numba", "pyarrow", "msgspec", "orjson"},
    "models": {"numpy", "numba", "river", "scipy", "sklearn"},
    "casework": {"jinja2"},
}


def python_files(*rooms: str) -> list[Path]:
    return sorted(f for room in rooms for f in (ROOT / room).rglob("*.py") if "__pycache__" not in f.parts)


def imports_of(file: Path) -> set[str]:
    """Full names of everything a file imports, at the top, in functions, under TYPE_CHECKING."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def arrows(*rooms: str) -> list[tuple[str, str]]:
    """(file, imported name) of every import in rooms."""
    return [(str(file.relative_to(ROOT)), name) for file in python_files(*rooms) for name in sorted(imports_of(file))]


def top(name: str) -> str:
    return name.partition(".")[0]


def within(name: str, *modules: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def offenders(rooms, bad) -> list[str]:
    return [f"{file} imports {name}" for file, name in arrows(*rooms) if bad(name)]


@pytest.mark.parametrize(
    ("room", "may"),
    [
        ("features", ("features",)),
        ("models", ("features", "models")),
        ("connectors", ("features.events", "features.errors", "connectors")),
        ("simulation", ("features.events", "simulation")),
        ("casework", ("features.events", "features.errors", "casework")),
        ("deploy", ("connectors", "jobs", "features.events", "features.errors", "deploy")),
        ("console", ("connectors", "casework", "jobs.casework", "jobs.settings", "jobs.doctor",
                     "jobs.model_life.explain_hit", "models.typologies", "models.model_comparison",
                     "models.learned.calibration",
                     "models.victims.victim_typologies", "features.events", "features.errors", "console")),
    ],
)
def test_a_room_imports_only_the_rooms_it_may(room, may):
    # ``from features import events`` names the package, too.
    packages = {module.rpartition(".")[0] for module in may}
    assert not offenders(
        [room], lambda name: top(name) in ROOMS and not within(name, *may) and name not in packages
    )


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_pure_room_knows_neither_flink_nor_stores_nor_network_nor_files(room):
    assert not offenders([room], lambda name: top(name) in FLINK | STORES | NETWORK | FILES)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_pure_room_uses_only_its_own_tools(room):
    known = ALLOWED[room] | set(sys.stdlib_module_names) | set(ROOMS)
    assert not offenders([room], lambda name: top(name) not in known)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_pure_room_opens_no_file(room):
    """Calls of ``open`` and of the methods by which paths and arrays are written."""
    verbs = {"read_text", "write_text", "read_bytes", "write_bytes", "tofile", "fromfile", "savez", "loadtxt", "memmap"}
    found = []
    for file in python_files(room):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                if name in verbs or (name == "open" and isinstance(node.func, ast.Name)):
                    found.append(f"{file.relative_to(ROOT)}:{node.lineno} calls {name}")
    assert not found


def test_pyflink_lives_in_one_place():
    """Benchmarks measure a naive PyFlink job beside ours, which is no part of the product."""
    allowed = ("jobs/flink/", "benchmarks/")
    assert not [f"{f} imports {n}" for f, n in arrows(*ROOMS) if top(n) in FLINK and not f.startswith(allowed)]


def test_connectors_score_nothing_and_only_they_know_the_stores_client():
    allowed = ("connectors/", "benchmarks/")
    assert not [f"{f} imports {n}" for f, n in arrows(*ROOMS) if top(n) in STORES and not f.startswith(allowed)
                and (f, n) != USERS]


def test_nobody_imports_the_command_line_but_itself():
    """Benchmarks, which may import everything, print with it."""
    allowed = ("jobs/cli/", "benchmarks/")
    everything = arrows(*ROOMS, "tests")
    assert not [f"{f} imports {n}" for f, n in everything if within(n, "jobs.cli") and not f.startswith(allowed)]


def test_nobody_imports_tests_or_benchmarks():
    assert not offenders(
        [room for room in ROOMS if room != "benchmarks"], lambda name: within(name, "tests", "benchmarks")
    )


def test_the_product_does_not_know_how_it_is_deployed():
    assert not offenders(
        [room for room in ROOMS if room not in ("benchmarks", "deploy")], lambda name: within(name, "deploy")
    )


def test_jobs_on_plain_python_do_not_need_flink():
    """The replay, the engine and the shards load without any module that loads Flink."""
    seen, waiting = set(), ["jobs.replay", "jobs.score_file", "jobs.evaluation", "jobs.run_summary", "jobs.settings"]
    while waiting:
        name = waiting.pop()
        file = ROOT / (name.replace(".", "/") + ".py")
        if name in seen or not file.exists():
            continue
        seen.add(name)
        waiting += [n for n in imports_of(file) if top(n) in ROOMS]
    assert len(seen) > 40
    assert not [name for name in seen if within(name, "jobs.flink", "jobs.cli")]


def test_imports_go_round_in_no_circle():
    """Among modules, at the top of their files; an import within a function may close a circle."""
    graph = {}
    for file in python_files(*ROOMS):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        body = ast.Module([n for n in ast.parse(file.read_text("utf-8")).body if isinstance(n, ast.ImportFrom)], [])
        graph[name] = {f"{n.module}.{a.name}" for n in body.body for a in n.names} | {n.module for n in body.body}
    done, path = set(), []

    def walk(name):
        assert name not in path, " -> ".join([*path[path.index(name):], name])
        if name in done or name not in graph:
            return
        path.append(name)
        for other in sorted(graph[name] - {name}):
            walk(other)
        path.pop()
        done.add(name)

    for name in graph:
        walk(name)
    assert len(done) == len(graph)


def test_the_walk_sees_what_it_must():
    """The rules above would catch an offence: the walk finds imports that are there."""
    assert ("models/scorer.py", "features.card_features.FeatureRows") in arrows("models")
    assert ("jobs/settings.py", "jobs.engine") in arrows("jobs"), "imports within functions count"
    assert any(top(name) == "pyflink" for _, name in arrows("jobs"))
    assert offenders(["jobs"], lambda name: top(name) == "connectors")
