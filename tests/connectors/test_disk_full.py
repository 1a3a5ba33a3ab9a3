"""A disk that another program fills at one stroke, again and again: nothing acknowledged is lost or doubled."""

import itertools
import os
import random
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.embedded.disk_space import RESERVE_FILE
from connectors.retry import RetryPolicy
from tests.waiting import PATIENCE_S, wait_until

SIZE = 192 << 20
STROKES, WRITERS = 8, 3
#: Without a deduplication of the rows themselves, so that what comes twice is seen.
_TABLES = (
    "CREATE TABLE IF NOT EXISTS t (n UInt64, k UInt64, s String) ENGINE = MergeTree ORDER BY (n, k) "
    "SETTINGS non_replicated_deduplication_window = 1000, min_bytes_for_wide_part = 100000",
    "CREATE TABLE IF NOT EXISTS u (n UInt64, k UInt64) ENGINE = MergeTree ORDER BY (n, k) "
    "SETTINGS non_replicated_deduplication_window = 1000",
    "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO u AS SELECT n, k FROM t",
)


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid():
        pytest.skip("a small file system can be mounted by root only")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "duanka-small-disk", folder], check=True)
    yield folder
    embedded.stop(folder / "store", PATIENCE_S)
    subprocess.run(["umount", "-l", folder], check=True)


def fill(disk) -> None:
    """Take all but four pages."""
    with (disk / "ballast").open("wb") as file:
        while (left := shutil.disk_usage(disk).free) > 16 << 10:
            try:
                os.posix_fallocate(file.fileno(), 0, left - (16 << 10))
                return
            except OSError:  # the store writes meanwhile
                file.truncate(0)


def strokes(disk, over: threading.Event) -> None:
    rng = random.Random(4)
    for _ in range(STROKES):
        time.sleep(rng.uniform(0.2, 0.7))
        fill(disk)
        time.sleep(rng.uniform(0.2, 0.7))
        (disk / "ballast").unlink()
    over.set()


def insert_on(url: str, first: int, over: threading.Event, sent: dict[int, int], retries: list) -> None:
    """Insert under numbers of its own, each as often as it takes, until the strokes are over."""
    rng = random.Random(first)
    policy = RetryPolicy(attempts=1000, first_s=0.02, longest_s=0.02, on_retry=lambda: retries.append(first))
    with open_store(url, policy) as store:
        for number in itertools.count(first, WRITERS):
            if over.is_set() and number > 20 * WRITERS:
                return
            rows = rng.choice((3, 300, 20_000))
            values = {"n": [number] * rows, "k": list(range(rows)), "s": [rng.randbytes(4).hex() for _ in range(rows)]}
            store.insert("t", values, token=f"insert {number}")
            sent[number] = rows


# Long, and not passed each time: of strokes in such quick succession one in some thirty still loses the rows
# of a merge around the server's new start; see docs/production.md.
@pytest.mark.long
def test_nothing_acknowledged_is_lost_or_doubled(small_disk):
    retries, sent, over = [], {}, threading.Event()
    with open_store(f"embedded:{small_disk / 'store'}") as store:
        store.create_database()
        for statement in _TABLES:
            store.command(statement)
        threading.Thread(target=strokes, args=(small_disk, over), daemon=True).start()
        with ThreadPoolExecutor(WRITERS) as pool:
            for done in [pool.submit(insert_on, store.name, n, over, sent, retries) for n in range(WRITERS)]:
                done.result()
        for table in ("t", "u"):
            found = store.query(f"SELECT n, count() AS rows, uniqExact(k) AS single FROM {table} GROUP BY n")
            assert all(row["rows"] == row["single"] for row in found), "twice"
            assert {row["n"]: row["rows"] for row in found} == sent
    assert retries, "no insert met a full disk"
    wait_until((small_disk / "store" / RESERVE_FILE).exists, "the reserve")
