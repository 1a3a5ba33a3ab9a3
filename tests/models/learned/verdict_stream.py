"""Cards that behave one way or another, rows as they were scored, and verdicts days later."""

import numpy as np

from models.learned.online_rows import Sample, Verdict

FEATURES = ("novel_calls", "per_counterpart", "talk_s", "hours", "answered", "cells", "handsets", "sms")
DAY_MS = 86_400_000
START_MS = 1_770_000_000_000
OFFICERS = tuple(range(101, 107))
#: Typical values of each feature by behaviour.
NORMAL, BUSY = (2, 7, 120, 15, 0.7, 4, 1, 2), (30, 2, 30, 12, 0.5, 2, 1, 2)
MASS_CALLING = (60, 1.2, 15, 9, 0.3, 1, 1, 2)
#: Fraud of another kind: where it differs from the normal, mass calling does not.
SMS_BLAST = (2, 7, 120, 15, 0.7, 4, 5, 40)

Item = Sample | Verdict


def row(rng: np.random.Generator, behaviour: tuple[float, ...], spread: float = 0.35) -> np.ndarray:
    """Float32 features of a card that behaves like this."""
    return (np.array(behaviour) * rng.lognormal(0, spread, len(behaviour))).astype(np.float32)


def sample(rng, day: float, entity: int, values: np.ndarray, risk: float = 20.0, drawn: bool = True) -> Sample:
    time_ms = START_MS + int(day * DAY_MS)
    return Sample(time_ms, int(rng.integers(1 << 62)), entity, risk, min(risk / 1000, 1.0), drawn, values)


def verdict(rng, day: float, entity: int, confirmed: bool, officer: int) -> Verdict:
    return Verdict(START_MS + int(day * DAY_MS), int(rng.integers(1 << 62)), entity, confirmed, officer)


def city(seed: int = 1, days: int = 12, frauds: int = 8, honest: int = 120, fraud=MASS_CALLING, normal=NORMAL,
         first_day: float = 0.0) -> list[Item]:  # fmt: skip
    """A stream: each day `honest` cards with a drawn row, `frauds` that alert and are judged soon.

    Two in three fraud cards are confirmed one to three days later, a few honest ones are cleared.
    """
    rng = np.random.default_rng(seed)
    items: list[Item] = []
    base = int(first_day * 1_000_000) + seed * 1_000_000_000
    for day in range(days):
        for k in range(honest + frauds):
            entity, at = base + day * 10_000 + k, first_day + day + rng.random()
            bad = k < frauds
            values = row(rng, fraud if bad else normal)
            items.append(sample(rng, at, entity, values, 500.0 if bad else 20.0, drawn=not bad or k % 4 == 0))
            told = rng.random()
            if told < (0.67 if bad else 0.02):
                officer = OFFICERS[int(rng.integers(len(OFFICERS)))]
                items.append(verdict(rng, at + rng.uniform(1, 3), entity, bad, officer))
    return in_order(items)


def in_order(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.time_ms, isinstance(item, Verdict), item.uid))


def run(learner, items: list[Item]) -> list:
    """Give all to the learner; what it reported."""
    reports = []
    for item in items:
        reports += learner.take_verdict(item) if isinstance(item, Verdict) else learner.take_sample(item)
    return reports


def rows_like(behaviour: tuple[float, ...], seed: int = 99, n: int = 300) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([row(rng, behaviour) for _ in range(n)])


def same(left: list, right: list) -> bool:
    """Whether two lists of reports say the same, bit for bit."""
    return [repr(report) for report in left] == [repr(report) for report in right]
