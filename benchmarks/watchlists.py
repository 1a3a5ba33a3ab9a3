"""A list of a million entries into a running job: the longest pause, and how soon an added card hits.

    python -m benchmarks.watchlists [--entries 1000000] [--rate 3000] [--settle 40]

A following Flink job in this machine's JVM, as ``duanka run --follow`` has it, over a folder bus under live records of
a simulated city, each bearing the moment of its sending. The pause is the longest time in which no newly scored row
came to be readable in the store. Then single cards are added, and the time until their hit can be read is taken.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import orjson
import psutil
import typer

from benchmarks.production.restamped import _TIME, lines_of
from connectors import embedded
from connectors.clickhouse import Store, open_store
from connectors.errors import StoreError
from connectors.topic_files import add_file
from jobs.watchlist.say import RATE

FOLDER = Path("build/watchlists")
#: Well under `idle_ms`: a sender that is silent for that long is taken to have ended, and its next records are late.
_EVERY_S = 0.5
_NEWEST = "SELECT toUnixTimestamp64Milli(max(event_time)) AS ms, count() AS n FROM scores WHERE topic != 'watchlist' " \
          "AND inserted_at >= now() - 20"
_HIT = "SELECT count() AS n FROM hits WHERE card = {card:String} AND has(typologies, '2001')"


class Feed(threading.Thread):
    """Writes the city's records to the bus at a rate, each as if it happened now."""

    def __init__(self, city: Path, bus: Path, rate: float):
        super().__init__(daemon=True)
        self._lines, self._bus, self._rate = lines_of(city), bus, rate
        self.stop, self.sent = threading.Event(), 0
        self.written: list[float] = []
        self.cards: list[str] = []

    def run(self) -> None:
        begun = time.monotonic()
        while not self.stop.wait(_EVERY_S):
            now = b'"event_time":%d' % (time.time_ns() // 1_000_000)
            parts: dict[str, list[bytes]] = {"cdr": [], "txn": []}
            for _ in range(int((time.monotonic() - begun) * self._rate) - self.sent):
                topic, line = next(self._lines)
                line = _TIME.sub(now, line, 1).replace(b'"event_id":"', b'"event_id":"w%d-' % self.sent, 1)
                parts[topic].append(line)
                self.sent += 1
            for topic, lines in parts.items():
                if lines:
                    add_file(self._bus, topic, b"\n".join(lines) + b"\n")
            self.written.append(time.time())
            if parts["txn"]:
                self.cards = [f"account:{orjson.loads(line)['payer']}" for line in parts["txn"][:20]]


class Watch(threading.Thread):
    """Notes when newly scored rows can be read, and how old the newest is then."""

    def __init__(self, url: str):
        super().__init__(daemon=True)
        self._url, self.stop = url, threading.Event()
        self.seen: list[tuple[float, int]] = []

    def run(self) -> None:
        newest = 0
        with open_store(self._url) as store:
            while not self.stop.wait(0.1):
                ms = store.query(_NEWEST)[0]["ms"]
                if ms > newest:
                    newest = ms
                    self.seen.append((time.time(), ms))

    def between(self, begin_s: float, end_s: float, written: list[float]) -> dict[str, float]:
        """Longest pause, when it was over, the longest of the sender, and greatest age of the newest row, s."""
        mine = [(at, ms) for at, ms in self.seen if begin_s <= at <= end_s]
        times = [begin_s, *(at for at, _ in mine), end_s]
        sent = [begin_s, *(at for at in written if begin_s <= at <= end_s), end_s]
        pause_s, ended_s = max((b - a, b) for a, b in zip(times, times[1:]))
        return {
            "longest_pause_s": round(pause_s, 2),
            "it_ended_at_s": round(ended_s - begin_s, 1),
            "nothing_sent_for_s": round(max(b - a for a, b in zip(sent, sent[1:])), 2),
            "oldest_newest_row_s": round(max((at - ms / 1000 for at, ms in mine), default=float("nan")), 2),
        }


def main(
    entries: int = 1_000_000,
    rate: Annotated[float, typer.Option(help="Records a second of the stream.")] = 3000,
    import_rate: Annotated[float, typer.Option(help="Entries a second.")] = RATE,
    settle: Annotated[float, typer.Option(help="Seconds before and after the import.")] = 40,
    people: int = 5000,
    out: Annotated[Path, typer.Option("--json")] = FOLDER / "watchlists.json",
) -> None:
    """Run it once."""
    city, table = _inputs(people, entries)
    bus, store = FOLDER / "bus", FOLDER / "store"
    for folder in (bus, store, FOLDER / "state"):
        shutil.rmtree(folder, ignore_errors=True)
    for topic in ("cdr", "txn", "watchlist"):
        (bus / topic).mkdir(parents=True)
    url = f"embedded:{store.resolve()}"
    environment = os.environ | {"DUANKA_STORE_SCORES": "all"}
    options = ("--bus", bus.resolve(), "--store", url, "--state", FOLDER / "state", "--models", FOLDER / "models")
    feed = Feed(city, bus, rate)
    feed.start()
    time.sleep(2)
    job = _start("run", "--follow", *options, environment=environment)
    watch = Watch(url)
    figures: dict[str, object] = {"entries": entries, "rate": rate, "import_rate": import_rate}
    try:
        _wait_for_rows(url, job)
        watch.start()
        time.sleep(settle)
        marks = [time.time()]
        figures["job_mib_before"] = _job_mib(job)
        said = subprocess.run(
            _words("watchlist", "import", table, "--list", "bench", "--officer", "bench", "--reason", "benchmark",
                   "--rate", import_rate, "--bus", bus.resolve()),
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        print(said.stdout.strip())
        marks.append(time.time())
        with open_store(url) as db:
            _until(lambda: db.query("SELECT count() AS n FROM watchlist")[0]["n"] >= entries, 300)
        marks.append(time.time())
        time.sleep(settle)
        marks.append(time.time())
        for name, a, b in (("before", marks[0] - settle, marks[0]), ("import", marks[0], marks[2]),
                           ("after", marks[2], marks[3])):  # fmt: skip
            figures[name] = watch.between(a, b, feed.written)
        figures["import_s"], figures["stored_s"] = round(marks[1] - marks[0], 1), round(marks[2] - marks[0], 1)
        figures["job_mib_after"] = _job_mib(job)
        with open_store(url) as db:
            figures["added"] = [_added(db, bus, card) for card in (*feed.cards[:3], "account:888800000001",
                                                                   "phone:13899990001")]  # fmt: skip
            totals = db.query("SELECT sum(late) AS late, sum(scored) AS scored FROM shard_counts FINAL")[0]
        figures |= {"late": totals["late"], "scored": totals["scored"], "sent": feed.sent}
        figures["checkpoint_mib"] = _checkpoint_mib()
    finally:
        watch.stop.set()
        feed.stop.set()
        os.killpg(job.pid, signal.SIGINT)
        job.wait(60)
        embedded.stop(store)
    out.write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures, indent=1))


def _inputs(people: int, entries: int) -> tuple[Path, Path]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    city, table = FOLDER / f"city-{people}", FOLDER / f"entries-{entries}.csv"
    if not city.exists():
        subprocess.run(_words("simulate", "--out", city, "--people", people, "--days", 1, "--seed", 1001), check=True)
    if not table.exists():
        lines = (f"account:77{k:012d},bulk {k % 50}\n" for k in range(entries))
        table.write_text("card,reason\n" + "".join(lines))
    return city, table


def _words(*words: object) -> list[str]:
    return [sys.executable, "-m", "jobs.cli.main", *map(str, words)]


def _start(*words: object, environment: dict[str, str]) -> subprocess.Popen:
    log = (FOLDER / "job.log").open("w")
    return subprocess.Popen(_words(*words), env=environment, stdout=log, stderr=log, start_new_session=True)


def _until(is_it, seconds: float) -> float:
    begun = time.monotonic()
    while not is_it():
        if time.monotonic() - begun > seconds:
            sys.exit(f"nothing after {seconds:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - begun


def _wait_for_rows(url: str, job: subprocess.Popen) -> None:
    def is_it() -> bool:
        if job.poll() is not None:
            sys.exit(f"the job ended, see {FOLDER / 'job.log'}")
        time.sleep(1)
        with open_store(url) as store, contextlib.suppress(StoreError):  # until the job has made its tables
            return store.query("SELECT count() AS n FROM scores")[0]["n"] > 1000
        return False

    _until(is_it, 600)


def _added(store: Store, bus: Path, card: str) -> float:
    begun = time.monotonic()
    subprocess.run(_words("watchlist", "add", card, "--list", "city", "--officer", "bench", "--reason", "added",
                          "--bus", bus.resolve()), check=True, capture_output=True)  # fmt: skip
    said = time.monotonic()
    _until(lambda: store.query(_HIT, {"card": card})[0]["n"] > 0, 60)
    print(f"{card[:9]}…: command {said - begun:.1f} s, hit {time.monotonic() - said:.2f} s after it")
    return round(time.monotonic() - said, 2)


def _job_mib(job: subprocess.Popen) -> int:
    family = [psutil.Process(job.pid), *psutil.Process(job.pid).children(recursive=True)]
    return sum(p.memory_info().rss for p in family) >> 20


def _checkpoint_mib() -> float:
    sizes = [sum(f.stat().st_size for f in chk.rglob("*") if f.is_file())
             for chk in FOLDER.glob("state/*/**/chk-*")]  # fmt: skip
    return round(max(sizes, default=0) / 2**20, 1)


if __name__ == "__main__":
    typer.run(main)
