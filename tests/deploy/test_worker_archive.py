"""What goes into the worker archive, and that it suffices for the scoring job."""

import subprocess
import sys
from pathlib import Path

from packaging.utils import canonicalize_name

from deploy.worker_archive.contents import code_files, package_files
from deploy.worker_archive.distributions import NOT_FOR_WORKERS, worker_distributions
from deploy.worker_archive.layer import content_identity, layer_name, write_layer

ROOT = Path(__file__).resolve().parents[2]
#: What the scoring job's operators import, and what learning, the command line and the engine are made of.
_ASK = """
import sys, jobs.score, jobs.flink.topology, jobs.flink.decode_function, jobs.flink.store_operator
print(*sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:])))
"""
_IMPORTED_AS = {"scikit-learn": "sklearn", "apache-flink-libraries": ""}


def test_workers_do_not_import_what_they_are_not_given():
    names = [_IMPORTED_AS.get(name, name) for name in NOT_FOR_WORKERS]
    told = subprocess.run([sys.executable, "-c", _ASK, *filter(None, names)], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert told.stdout.split() == []


def test_the_packages_are_the_pinned_ones_without_flinks_jars():
    found = worker_distributions(ROOT / "pyproject.toml")
    pinned = {line.partition(" ")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert {f"{canonicalize_name(one.name)}=={one.version}" for one in found} <= pinned
    names = [name for _, name in package_files(found)]
    assert {"numpy/__init__.py", "pyflink/bin/pyflink-udf-runner.sh", "clickhouse_driver/__init__.py"} <= set(names)
    assert not [name for name in names if name.endswith((".jar", ".pyc")) or name.startswith(("chdb/", "sklearn/"))]


def test_our_code_comes_with_what_it_reads():
    names = {name for _, name in code_files(ROOT, ROOT / "nowhere")}
    assert {"jobs/score.py", "jobs/shipped/model.dkm", "connectors/schema/0001_events.sql"} <= names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "deploy")) or "__pycache__" in name]


def test_the_same_files_make_the_same_layer(tmp_path):
    for where in ("here", "there"):
        (tmp_path / where).mkdir()
        (tmp_path / where / "a.py").write_text("x = 1\n")
        (tmp_path / where / "run.sh").write_text("exit\n")
        (tmp_path / where / "run.sh").chmod(0o755)
        files = [(file, file.name) for file in (tmp_path / where).iterdir()]
        write_layer(tmp_path / f"{where}.tar.gz", files)
    assert (tmp_path / "here.tar.gz").read_bytes() == (tmp_path / "there.tar.gz").read_bytes()
    before = content_identity(files)
    (tmp_path / "there" / "a.py").write_text("x = 2\n")
    assert layer_name("code", before) != layer_name("code", content_identity(files))
