"""How fast money is followed: 10,000 accounts and 1,000,000 transfers; and what a payment costs that nobody follows.

    python -m benchmarks.taint [--json FILE]

One process, one thread; compiled before the clock starts; each scenario three times, fixed seed. CPU
seconds beside wall clock, since other work on the machine stretches only the latter.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from features.events import CHANNELS
from features.subbatch import SubBatch
from features.taint_rows import in_order, payments, source
from features.validate import ABSENT
from jobs.kernel_cache import use_kernel_cache
from jobs.taint_shard import TaintShard
from models.taint.follower import TaintFollower
from models.taint.limits import RULES, Limits

ACCOUNTS, TRANSFERS, SOURCES, SEED = 10_000, 1_000_000, 100, 1
_RUNS = 3
_DAYS_MS = 7 * 86_400_000
#: Follows everything to the last fen, so that soon every account is tainted and every transfer is split.
_EVERYTHING = {"least_fen": 0, "least_share": 0.0}


def graph() -> np.ndarray:
    """Transfers in order among accounts drawn with equal chance, 10 to 100,000 yuan; none tells a balance."""
    rng = np.random.default_rng(SEED)
    sides = [pa.array([f"62{k:08d}" for k in rng.integers(0, ACCOUNTS, TRANSFERS).tolist()]) for _ in range(2)]
    amount = np.exp(rng.uniform(np.log(1_000), np.log(10_000_000), TRANSFERS)).astype(np.int64)
    balance = np.full(TRANSFERS, ABSENT)
    channel = rng.choice([CHANNELS.index(name) for name in ("online", "mobile", "third_party", "atm")], TRANSFERS,
                         p=[0.3, 0.5, 0.15, 0.05]).astype(np.int8)  # fmt: skip
    moment = np.sort(rng.integers(1, _DAYS_MS, TRANSFERS))
    return in_order([payments(moment, np.arange(TRANSFERS, dtype=np.uint64), *sides, amount, balance, channel)])


def sources(count: int, prefix: str) -> np.ndarray:
    """Accounts that are sources of everything from the start."""
    return np.concatenate([source(f"{prefix}{k:08d}", 0) for k in range(count)])


def follow(rows: np.ndarray, limits: Limits) -> dict[str, float]:
    """Follow all rows at once; how many accounts were reached, how many transfers had tainted money in them."""
    follower = TaintFollower(limits)
    moves = follower.follow(rows)
    if not follower.ledger.balanced:
        raise SystemExit(f"money was lost: {follower.ledger}")
    return {"accounts": len(follower), "tainted transfers": len(np.unique(moves["uid"]))}


def pass_by(rows: np.ndarray, others: np.ndarray) -> dict[str, float]:
    """The same transfers past a follower of others: nothing is to be done."""
    follower = TaintFollower()
    follower.follow(others)
    if len(follower.follow(rows)):
        raise SystemExit("there was something to follow")
    return {"accounts": len(follower), "tainted transfers": 0}


def pass_the_shard(rows: np.ndarray, others: np.ndarray) -> dict[str, float]:
    """The same as payloads of 10,000 through the shard: held, put in order, held against repeats, filtered."""
    shard = TaintShard()
    shard.push(SubBatch(others).to_bytes())
    for k in range(0, len(rows), 10_000):
        part = rows[k : k + 10_000]
        shard.push(SubBatch(part).to_bytes())
        shard.advance(int(part["time"][-1]) - 10_000)
    shard.advance(2**62)
    return {"accounts": shard.entities["tainted_account"], "tainted transfers": 0}


def measured(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Wall and CPU seconds, each the least and the median of three runs after one that compiles."""
    work()
    wall, cpu = [], []
    for _ in range(_RUNS):
        began, busy = time.perf_counter(), time.process_time()
        outcome = work()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - busy)
    least = {"wall_s": min(wall), "cpu_s": min(cpu)}
    return outcome | least | {"median_wall_s": median(wall), "median_cpu_s": median(cpu)}


def main() -> int:
    """Run every scenario; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    plain = graph()
    rows, others = np.concatenate([sources(SOURCES, "62"), plain]), sources(ACCOUNTS, "99")
    scenarios: dict[str, Callable[[], dict[str, float]]] = {}
    for rule in RULES:
        scenarios[f"{rule}, usual limits"] = lambda rule=rule: follow(rows, Limits(rule=rule))
        scenarios[f"{rule}, to the last fen"] = lambda rule=rule: follow(rows, Limits(rule=rule, **_EVERYTHING))
    scenarios["nobody followed: follower"] = lambda: pass_by(plain, others)
    scenarios["nobody followed: shard"] = lambda: pass_the_shard(plain, others)
    figures = {name: measured(work) for name, work in scenarios.items()}
    table = Table(title=f"{ACCOUNTS:,} accounts, {TRANSFERS:,} transfers", title_justify="left", header_style="bold")
    columns = ("scenario", "followed", "tainted transfers", "CPU s", "median", "wall s", "median", "ns a transfer")
    for column in columns:
        table.add_column(column, justify="left" if column == "scenario" else "right")
    for name, f in figures.items():
        times = [f"{f[key]:.3f}" for key in ("cpu_s", "median_cpu_s", "wall_s", "median_wall_s")]
        nanoseconds = f"{f['cpu_s'] / TRANSFERS * 1e9:.0f}"
        table.add_row(name, f"{f['accounts']:,}", f"{f['tainted transfers']:,}", *times, nanoseconds)
    Console().print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    use_kernel_cache()
    sys.exit(main())
