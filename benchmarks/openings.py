"""How long an answer of ``duanka check-opening`` takes over a store with many openings.

    python -m benchmarks.openings --openings 1000000 --questions 1000

Fills an embedded store of its own with openings, closings, transfers, verdicts and hits, then asks random questions
and prints quantiles of the answer (what the command calls, two or three reads and the decision) and of its record.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import psutil

from connectors import embedded
from connectors.clickhouse import Store, open_store
from connectors.event_rows import insert_events
from connectors.schema import migrate
from features.decay import DAY_MS
from features.events import CARD_ACTIONS
from jobs.opening_check import OpeningDesk
from models.opening_decision import OpeningQuestion
from models.opening_rules import OpeningRules
from simulation.numbering import BANK_BINS

#: Two years of openings end here, 2026-03-01.
END_MS = 1_772_323_200_000
_PIECE = 100_000
_QUANTILES = (50, 95, 99)
_BRANCHES, _AGENTS, _WARM_UP = 4_000, 900, 20


def openings(count: int, seed: int) -> dict[str, np.ndarray]:
    """Columns of card events: holders with a card or a few, some closed and some handed on."""
    rng = np.random.default_rng(seed)
    holder = (rng.random(count) ** 1.5 * count * 0.6).astype(np.int64)
    is_phone = rng.random(count) < 0.5
    number = rng.permutation(count)
    bank = rng.integers(0, len(BANK_BINS), count)
    phone = 13_800_000_000 + number
    account = np.array(BANK_BINS)[bank] * 10**10 + number
    agent = np.where(rng.random(count) < 0.12, rng.integers(0, _AGENTS, count), -1)
    return {
        "event_time": np.sort(END_MS - rng.integers(0, 730 * DAY_MS, count)),
        "card": np.array([f"phone:{p}" if i else f"account:{a}" for i, p, a in zip(is_phone, phone, account)]),
        "action": rng.choice(len(CARD_ACTIONS), count, p=(0.95, 0.04, 0.01)).astype(np.int8),
        "holder": np.array([f"h{h:08d}" for h in holder]),
        "branch": np.array([f"b{b:05d}" for b in np.where(is_phone, _BRANCHES, 0) + rng.integers(0, _BRANCHES, count)]),
        "agent": np.array([f"a{a:04d}" if a >= 0 else "" for a in agent]),
        "address": np.array([f"r{h // 3}" for h in holder]),
        "linked_phone": np.array(["" if i else f"{13_800_000_000 + h}" for i, h in zip(is_phone, holder)]),
        "area": np.array([f"{510_100 + h % 20}" for h in holder]),
    }


def fill(store: Store, count: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Insert the openings, and verdicts and hits of some of their cards."""
    columns = openings(count, seed)
    rng = np.random.default_rng(seed + 1)
    for start in range(0, count, _PIECE):
        piece = {name: values[start : start + _PIECE].tolist() for name, values in columns.items()}
        size = len(piece["card"])
        piece["event_id"] = [f"e{k}" for k in range(start, start + size)]
        insert_events(store, "card", list(range(start + 1, start + size + 1)), piece)
    marked = rng.integers(0, count, max(1, count // 200))
    times = (columns["event_time"][marked] + DAY_MS).tolist()
    cards = columns["card"][marked].tolist()
    insert_events(store, "verdict", list(range(1, len(cards) + 1)),
                  {"event_time": times, "card": cards, "officer": ["o"] * len(cards),
                   "verdict": (rng.random(len(cards)) < 0.3).astype(np.int8).tolist()})
    store.insert("hits", {"hit_id": [f"{k:016x}" for k in range(len(cards))], "card": cards, "first_seen": times,
                          "last_seen": times, "peak_time": times, "risk": [800] * len(cards), "level": [3] * len(cards),
                          "version": [1] * len(cards)})
    return columns


def questions(columns: dict[str, np.ndarray], count: int, seed: int = 3) -> list[OpeningQuestion]:
    """Questions of known persons and, one in ten, of new ones; with what a counter knows."""
    rng = np.random.default_rng(seed)
    asked = []
    for at in rng.integers(0, len(columns["card"]), count):
        known = {name: str(values[at]) for name, values in columns.items()}
        holder = known["holder"] if rng.random() < 0.9 else f"n{at}"
        asked.append(OpeningQuestion(
            holder, int(known["card"].startswith("account")), END_MS, "", known["branch"], "k1", known["agent"],
            known["address"], known["linked_phone"], int(known["area"])))
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--openings", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="openings-") as folder, open_store(f"embedded:{folder}/store") as store:
        try:
            migrate(store)
            started = time.perf_counter()
            columns = fill(store, given.openings, given.seed)
            print(f"{given.openings:,} card events stored in {time.perf_counter() - started:.0f} s")
            parts = store.query("SELECT count() AS n, sum(rows) AS rows FROM system.parts WHERE active AND "
                                "table = 'opening_index'")[0]
            print(f"opening_index: {parts['rows']:,} rows in {parts['n']} parts")
            server = psutil.Process(embedded.start(Path(folder) / "store").pid)
            measure(OpeningDesk(store, OpeningRules()), questions(columns, given.questions + _WARM_UP), server)
        finally:
            embedded.stop(Path(folder) / "store")


def measure(desk: OpeningDesk, asked: list[OpeningQuestion], server: psutil.Process | None = None) -> None:
    """Ask one after the other, then record a tenth of the answers; the first twenty warm up and do not count."""
    for question in asked[:_WARM_UP]:
        desk.answer(question)
    asked, answers, answered_ms, recorded_ms = asked[_WARM_UP:], [], [], []
    before_s = _cpu_s(server)
    for question in asked:
        started = time.perf_counter()
        answers.append(desk.answer(question))
        answered_ms.append(1000 * (time.perf_counter() - started))
    cpu_ms = 1000 * (_cpu_s(server) - before_s) / len(asked)
    for answer in answers[::10]:
        started = time.perf_counter()
        desk.record([answer])
        recorded_ms.append(1000 * (time.perf_counter() - started))
    advice = Counter(answer.advice for _, answer in answers)
    load = os.getloadavg()[0]
    print(f"{len(asked)} answers {dict(advice)}; load of the machine {load:.1f} on {os.cpu_count()} cores; "
          f"CPU time of an answer, store and client, {cpu_ms:.1f} ms")
    for name, took in (("answer", answered_ms), ("record", recorded_ms)):
        at = np.percentile(took, _QUANTILES)
        said = ", ".join(f"p{q} {ms:.1f} ms" for q, ms in zip(_QUANTILES, at))
        print(f"{name}: {said}, least {min(took):.1f} ms")


def _cpu_s(server: psutil.Process | None) -> float:
    """CPU time of this process and of the store's, seconds; what a busy machine falsifies less than the clock."""
    return sum(sum(process.cpu_times()[:2]) for process in (psutil.Process(), server) if process is not None)


if __name__ == "__main__":
    main()
