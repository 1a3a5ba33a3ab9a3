"""The same input gives the same findings: Flink at any parallelism and batch size, replay, any files."""

import random

import orjson
import pytest

from features.events import TOPICS
from tests.integration.findings import replayed, stored

#: Disorder written into the input, ms; the lateness allowed is more.
_DISORDER_MS = 8000


@pytest.fixture(scope="module")
def wanted(reported_city, eager_rules):
    found = replayed(reported_city, rules=eager_rules)
    sizes = {table: len(rows) for table, rows in found.items()}
    least = {"hits": 10, "warnings": 30, "taint_accounts": 10, "taint_moves": 20, "opening_findings": 10}
    assert all(sizes[table] >= n for table, n in least.items()), f"too few to tell anything: {sizes}"
    return found


@pytest.mark.parametrize(("parallelism", "chunk_kib"), [
    (1, 64), pytest.param(2, 4096, marks=pytest.mark.long)])
def test_flink_finds_what_the_replay_finds(duanka, reported_city, eager_rules, wanted, parallelism, chunk_kib):
    duanka.settings = {"parallelism": str(parallelism), "chunk_kib": str(chunk_kib), "rules": str(eager_rules)}
    done = duanka.run("run", "--bus", reported_city)
    assert done.returncode == 0, done.stderr
    assert stored(duanka) == wanted


@pytest.mark.long
def test_other_files_and_disorder_within_the_lateness_change_nothing_on_flink(duanka, city, reference, tmp_path):
    bus = tmp_path / "shuffled"
    _shuffle(city, bus, seed=3)
    done = duanka.run("run", "--bus", bus)
    assert done.returncode == 0, done.stderr
    assert duanka.hits() == reference


@pytest.mark.long
def test_running_twice_leaves_the_same_hits(duanka, city, reference):
    for _ in range(2):
        done = duanka.run("run", "--bus", city)
        assert done.returncode == 0, done.stderr
    assert duanka.hits() == reference


def _shuffle(city, bus, seed: int) -> None:
    """The same records in other files, each up to _DISORDER_MS behind or before its neighbours."""
    rng = random.Random(seed)
    for topic in TOPICS:
        lines = [line for f in sorted((city / topic).glob("*.ndjson")) for line in f.read_bytes().splitlines()]
        if not lines:
            continue
        times = [orjson.loads(line)[TOPICS[topic].time_field] for line in lines]
        arrival = [time + rng.uniform(0, _DISORDER_MS) for time in times]
        order = sorted(range(len(lines)), key=arrival.__getitem__)
        assert len(order) < 100 or order != sorted(order)
        (bus / topic).mkdir(parents=True)
        at = number = 0
        while at < len(order):
            size = rng.randint(1, 4000)
            part = b"\n".join(lines[k] for k in order[at : at + size]) + b"\n"
            (bus / topic / f"{number:06d}.ndjson").write_bytes(part)
            at, number = at + size, number + 1
