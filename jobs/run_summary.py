"""What a run brought out, for people: counts, levels, typologies, and the truth where it is known."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jobs.evaluation import read_truth

LEVELS = ("red", "orange", "yellow", "blue")


@dataclass(frozen=True)
class Detection:
    """Cards flagged at a level or above, against the truth."""

    level: str
    cards: int
    precision: float
    recall: float


@dataclass(frozen=True)
class RunSummary:
    """Attributes
    ----------
    records, scored, dead : int
        ``records == scored + dead``.
    seconds : float
    by_level, by_typology : dict of str to int
        Hits.
    detection : list of Detection
        Empty without a truth.
    top : list of dict
        The hits of highest risk, as the store gives them.
    warnings : dict of str to int
        Warnings of victims by level.
    """

    records: int
    scored: int
    dead: int
    late: int
    seconds: float
    by_level: dict[str, int]
    by_typology: dict[str, int]
    detection: list[Detection]
    top: list[dict]
    warnings: dict[str, int]


def summarise(
    records: int, scored: int, dead: int, late: int, seconds: float, hits: Iterable[dict], truth: Path | None,
    warnings: Iterable[str] = (),
) -> RunSummary:
    """Sum up; `hits` are rows of the table ``hits``, `warnings` levels of warnings."""
    hits, warned = list(hits), Counter(warnings)
    by_level = Counter(hit["level"] for hit in hits)
    by_typology = Counter(code for hit in hits for code in hit["typologies"])
    best = sorted(hits, key=lambda hit: (-hit["risk"], hit["hit_id"]))
    return RunSummary(
        records,
        scored,
        dead,
        late,
        seconds,
        {level: by_level[level] for level in LEVELS if by_level[level]},
        dict(by_typology.most_common()),
        _detection(hits, truth) if truth is not None and truth.exists() else [],
        best[:3],
        {level: warned[level] for level in LEVELS if warned[level]},
    )


def _detection(hits: list[dict], truth: Path) -> list[Detection]:
    bad = set(read_truth(truth).since_ms)
    flagged: set[str] = set()
    found = []
    for level in LEVELS:
        flagged |= {hit["card"] for hit in hits if hit["level"] == level}
        caught = len(flagged & bad)
        precision = caught / len(flagged) if flagged else float("nan")
        found.append(Detection(level, len(flagged), precision, caught / len(bad) if bad else float("nan")))
    return found
