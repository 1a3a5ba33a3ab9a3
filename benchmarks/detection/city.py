"""The simulated city: fraud cards found within an alert budget, honest look-alikes left alone.

    python -m benchmarks.detection.city --people 100000 --days 7 --seed 101
"""

import csv
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.detection.bootstrap import interval
from benchmarks.detection.card_scores import CardScores, score_cards
from features.decay import DAY_MS
from jobs.cli.output import Format, console, print_rows
from jobs.engine import EngineSettings
from jobs.model_life.shipped import shipped_models
from jobs.settings import load_settings
from jobs.truth_roles import BAD_ROLES
from models.learned.calibration import brier, reliability
from models.ranking_metrics import ranking, top
from simulation.city import CityConfig, simulate

#: Alerts per 10,000 people and day that the police can work.
BUDGET = 20
#: Honest parts that look suspicious: the figure of false red flags is about them.
HONEST = "honest"
_LEVELS = ("blue", "yellow", "orange", "red")


def city(people: int = 100_000, days: int = 7, seed: int = 101, **config) -> dict[str, float]:
    """Simulate a city, replay it with what ships, hold the hits against the truth.

    Parameters
    ----------
    people, days, seed
        Seeds up to 100 were used in tuning and training; others are fresh.
    config
        Further fields of :class:`simulation.city.CityConfig`.

    Returns
    -------
    dict
        ``recall`` and ``precision`` of cards at the level whose alerts stay within the budget;
        ``budget_recall`` and ``budget_precision`` when the budget is filled with the highest risks;
        ``honest_red`` share of honest look-alikes with a red hit; ``roc_auc``,
        ``average_precision`` over all cards; see the code for the rest.
    """
    folder = Path(tempfile.mkdtemp(prefix="duanka-city-"))
    try:
        bus = folder / "bus"
        simulate(CityConfig(people=people, days=days, seed=seed, **config), bus)
        scores = score_cards(bus, engine_settings(), seed)
        return figures(scores, read_roles(bus / "truth.csv"), people, days)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def engine_settings() -> EngineSettings:
    """The engine with the settings of the place, by default as it ships."""
    settings = load_settings()
    return settings.engine(int(time.time() * 1000), shipped_models() if settings.learned else ())


def read_roles(truth: Path) -> list[dict[str, str]]:
    """Rows of ``truth.csv``: card, role, from, to, scenario."""
    with open(truth, newline="") as file:
        return list(csv.DictReader(file))


def figures(scores: CardScores, roles: list[dict[str, str]], people: int, days: int) -> dict[str, float]:
    """Hold a replay against the truth; see :func:`city`."""
    bad_cards = {row["card"] for row in roles if row["role"] in BAD_ROLES}
    at = scores.of(sorted(bad_cards))
    bad = np.zeros(scores.entity.size, bool)
    bad[at[at >= 0]] = True
    auc, precision = ranking(scores.risk, bad)
    low, high = interval(lambda s, b: ranking(s, b)[1], scores.risk, bad)
    alerts = round(BUDGET * people / 10_000 * days)
    chosen = top(scores.risk, min(alerts, bad.size))
    told = {
        "cards": bad.size,
        "bad_cards": len(bad_cards),
        "roc_auc": auc,
        "average_precision": precision,
        "average_precision_low": low,
        "average_precision_high": high,
        "random_roc_auc": ranking(scores.chance, bad)[0],
        "brier": brier(scores.risk / 1000, bad),
        "brier_of_the_mean": brier(np.full(bad.size, bad.mean()), bad),
        "budget_alerts": alerts,
        "budget_recall": float(bad[chosen].sum()) / len(bad_cards),
        "budget_precision": float(bad[chosen].mean()),
        "budget_precision_possible": min(1.0, len(bad_cards) / alerts),
        "records": scores.records,
        "events_per_s": scores.records / scores.seconds,
    }
    told |= _by_level(scores, bad_cards, alerts, people, days)
    honest = {row["card"] for row in roles if row["scenario"] == HONEST} - bad_cards
    red = {hit.card for hit in scores.hits.values() if hit.level == "red"}
    told["honest_cards"] = len(honest)
    told["honest_red"] = len(honest & red) / max(len(honest), 1)
    return told


def _by_level(scores: CardScores, bad_cards: set[str], alerts: int, people: int, days: int) -> dict[str, float]:
    """Figures at each level, and at the lowest one whose hits stay within the budget."""
    told, best = {}, {}
    for k, level in enumerate(_LEVELS):
        hits = [hit for hit in scores.hits.values() if _LEVELS.index(hit.level) >= k]
        flagged = {hit.card for hit in hits}
        caught = len(flagged & bad_cards)
        found = {
            "recall": caught / len(bad_cards) if bad_cards else float("nan"),
            "precision": caught / len(flagged) if flagged else float("nan"),
            "alerts_per_10k_day": len(hits) / (people / 10_000) / days,
        }
        told |= {f"{level}_{name}": value for name, value in found.items()}
        if not best and len(hits) <= alerts:
            best = found | {"level": float(k + 1)}
    return told | best


def by_scenario(scores: CardScores, roles: list[dict[str, str]], level: str = "orange") -> list[dict]:
    """Cards of each role and scenario, and how many reached the level."""
    reached = {h.card for h in scores.hits.values() if _LEVELS.index(h.level) >= _LEVELS.index(level)}
    groups = defaultdict(set)
    for row in roles:
        groups[row["role"], row["scenario"]].add(row["card"])
    return [
        {"role": role, "scenario": scenario, "cards": len(cards), level: len(cards & reached)}
        for (role, scenario), cards in sorted(groups.items())
    ]


def show_reliability(scores: CardScores, roles: list[dict[str, str]]) -> None:
    """Risk foretold and fraud found among the cards that any finding speaks against."""
    bad_cards = sorted({row["card"] for row in roles if row["role"] in BAD_ROLES})
    at = scores.of(bad_cards)
    bad = np.zeros(scores.entity.size, bool)
    bad[at[at >= 0]] = True
    told = scores.risk >= 100
    rows = [
        {"cards": b.rows, "foretold": round(b.foretold, 2), "found": round(b.rate, 2),
         "95 %": f"{b.low:.2f} to {b.high:.2f}"}
        for b in reliability(scores.risk[told] / 1000, bad[told], bins=8)
    ]
    print_rows(rows, ["cards", "foretold", "found", "95 %"], Format.TABLE, "reliability of risks from 100 on")


def main(
    people: Annotated[int, typer.Option()] = 100_000,
    days: Annotated[int, typer.Option()] = 7,
    seed: Annotated[int, typer.Option()] = 101,
    bus: Annotated[Path | None, typer.Option(help="A city that was simulated before.")] = None,
    level: Annotated[str, typer.Option(help="Level of the table by scenario.")] = "orange",
) -> None:
    """Detection in the simulated city, with a table by scenario."""
    folder = bus or Path(tempfile.mkdtemp(prefix="duanka-city-")) / "bus"
    if bus is None:
        simulate(CityConfig(people=people, days=days, seed=seed), folder)
    scores = score_cards(folder, engine_settings(), seed)
    roles = read_roles(folder / "truth.csv")
    print_rows(by_scenario(scores, roles, level), ["role", "scenario", "cards", level], Format.TABLE, "by scenario")
    codes = Counter(code for hit in scores.hits.values() for code in hit.typologies)
    console.print(f"typologies in hits: {dict(codes.most_common())}", soft_wrap=True)
    show_reliability(scores, roles)
    last_ms = max((hit.last_seen for hit in scores.hits.values()), default=0)
    first_ms = min((hit.first_seen for hit in scores.hits.values()), default=0)
    console.print(f"hits from {(last_ms - first_ms) / DAY_MS:.1f} days")
    for name, value in figures(scores, roles, people, days).items():
        console.print(f"{name:28} {value:,.4f}".rstrip("0").rstrip("."))
    if bus is None:
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    typer.run(main)
