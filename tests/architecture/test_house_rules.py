"""Rules of the house that a reader would have to remember: names, sizes, uids, errors."""

import ast
import importlib
import re

from features.errors import DuankaError
from jobs.flink import uids
from tests.architecture.test_imports import ROOMS, ROOT, python_files

#: Files that take whatever is thrown into them.
_HEAPS = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "tools", "shared", "stuff", "lib"}
_LONGEST = 450


def test_no_module_is_a_heap():
    names = {f"{f.relative_to(ROOT)}": f.stem for f in python_files(*ROOMS, "tests")}
    names |= {f"{f.parent.relative_to(ROOT)}": f.parent.name for f in python_files(*ROOMS, "tests")}
    endings = tuple(f"_{heap}" for heap in _HEAPS)
    assert not [path for path, name in names.items() if name in _HEAPS or name.endswith(endings)]


def test_no_file_is_long():
    lengths = {f"{f.relative_to(ROOT)}": f.read_text("utf-8").count("\n") for f in python_files(*ROOMS, "tests")}
    assert len(lengths) > 150
    assert not {path: lines for path, lines in lengths.items() if lines >= _LONGEST}


def test_every_module_of_the_product_says_what_it_is():
    silent = []
    for file in python_files(*(room for room in ROOMS if room != "notebooks")):
        text = file.read_text("utf-8")
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            silent.append(str(file.relative_to(ROOT)))
    assert not silent


def test_no_assert_validates_anything():
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in python_files("features", "models", "casework", "connectors", "console", "jobs", "simulation")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert not found


def test_operators_have_names_and_uids_of_their_own():
    operators = ("TICKS", "PLAN", "TIMESTAMPS", "DECODE", "DEVICES", "CARDS", "PERSONS", "PAYEES", "GLOBALS", "STORE")
    names = [getattr(uids, name) for name in operators]
    assert sorted(uids.UIDS) == sorted(names) and len(set(names)) == len(names)
    assert len(set(uids.UIDS.values())) == len(uids.UIDS)
    assert all(re.fullmatch(r"duanka-[a-z]+-v\d+", uid) for uid in uids.UIDS.values())


def test_stored_states_have_names_of_their_own():
    states = [value for name, value in vars(uids).items() if name.endswith("_STATE")]
    assert len(states) >= 3 and len(set(states)) == len(states)
    assert "state" not in states and not set(states) & set(uids.UIDS.values())


def test_every_operator_of_the_topology_has_a_uid():
    """Each step that Flink names is given its uid in the same chain of calls."""
    text = (ROOT / "jobs/flink/topology.py").read_text("utf-8")
    used = set(re.findall(r"uids\.([A-Z]+)\b|\b([A-Z]{4,})\b", text))
    named = {name for pair in used for name in pair if name and hasattr(uids, name) and name != "UIDS"}
    assert {getattr(uids, name) for name in named} == set(uids.UIDS)


def test_all_errors_of_our_own_have_one_root():
    """But those that the embedded store's server answers its clients with, as ClickHouse would."""
    strays = []
    rooms = ("features", "models", "casework", "connectors", "console", "jobs")
    files = [f for f in python_files(*rooms) if f.parent.name != "embedded"]
    for file in files:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        classes = [n for n in ast.parse(file.read_text("utf-8")).body if isinstance(n, ast.ClassDef)]
        for node in classes:
            bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
            if not any(b.endswith(("Error", "Exception")) for b in bases):
                continue
            error = getattr(importlib.import_module(module), node.name)
            if not issubclass(error, DuankaError):
                strays.append(f"{module}.{node.name}")
    assert not strays
