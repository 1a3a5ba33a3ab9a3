"""The models page's content: what is in force, and how champion and shadow compare. Made beside the pages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from casework.rates import Rate, rate
from connectors.clickhouse import Store
from connectors.model_registry.events import Action, ModelEvent
from connectors.model_registry.roles import NO_MODEL, Roles, roles_after
from connectors.queries.hit_list import LEVELS
from connectors.queries.model_versions import model_events, model_versions, snapshot_sha256
from connectors.queries.shadow_cards import latest_reports, risk_by_day, shadow_cards, shadow_span
from models.learned.calibration import ReliabilityBin, reliability
from models.model_comparison import Comparison, compare

#: Cards compared at most; cards listed that only one model takes; bins of a histogram and of a reliability table;
#: reports of the learner; days of the sample (ours).
MOST_CARDS, LISTED, BINS, RELIABILITY_BINS, REPORTS, DAYS = 300_000, 15, 20, 10, 30, 30
_CLEARED, _CONFIRMED = 1, 2
#: Deeds that make a champion.
_TO_CHAMPION = (Action.PUBLISH, Action.PROMOTE, Action.ROLLBACK)


@dataclass(frozen=True)
class Stored:
    """A model of the store, and what was done with it; `chosen` is the deed that gave it the role it has or had."""

    number: int
    version: str
    bytes: int
    manifest: dict[str, Any]
    role: str
    stored: ModelEvent | None
    chosen: ModelEvent | None
    sha256: str = ""


@dataclass(frozen=True)
class Taken:
    """What one model takes at a budget: `judged` of its cards have a verdict."""

    precision: Rate
    recall: Rate
    judged: int


@dataclass(frozen=True)
class Budget:
    """Champion and shadow at the same number of cards.

    Attributes
    ----------
    level : str
        The budget is what the more sparing of the two puts at this level or above.
    cards, both : int
    flagged : tuple of int
        Cards that champion and shadow put at the level or above.
    only_champion, only_shadow : list of dict
        card, risk, shadow_risk, verdict: those furthest apart.
    """

    level: str
    cards: int
    both: int
    flagged: tuple[int, int]
    champion: Taken
    shadow: Taken
    only_champion: list[dict[str, Any]]
    only_shadow: list[dict[str, Any]]


@dataclass(frozen=True)
class SideBySide:
    """The comparison since the shadow began."""

    from_ms: int
    to_ms: int
    events: int
    cards: int
    same_level: int
    figures: Comparison
    budgets: dict[str, Budget]
    reliability: tuple[list[ReliabilityBin], list[ReliabilityBin]]
    histograms: tuple[list[int], list[int]]


@dataclass(frozen=True)
class ModelState:
    """All of it; `side_by_side` is None without a shadow, or before both scored anything."""

    models: list[Stored] = field(default_factory=list)
    events: list[ModelEvent] = field(default_factory=list)
    roles: Roles = field(default_factory=Roles)
    side_by_side: SideBySide | None = None
    drifts: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)

    def of(self, number: int) -> Stored | None:
        return next((model for model in self.models if model.number == number), None)


def model_state(store: Store) -> ModelState:
    """Read and compute all of it.

    Raises
    ------
    StoreError
    """
    events = model_events(store)
    roles = roles_after(events)
    models = [_stored(store, row, events, roles) for row in model_versions(store)]
    by_number = {model.number: model.version for model in models}
    # A run without a champion scores by typologies and detectors alone, and says so in place of a version.
    champion, shadow = by_number.get(roles.champion, "built-in"), by_number.get(roles.shadow, "")
    return ModelState(models, events[::-1], roles, _side_by_side(store, champion, shadow) if shadow else None,
                      [row | {"told": _told(row["figures"])} for row in latest_reports(store, "drift", REPORTS)],
                      latest_reports(store, "candidate", REPORTS), risk_by_day(store, DAYS))


def _stored(store: Store, row: dict[str, Any], events: Sequence[ModelEvent], roles: Roles) -> Stored:
    number = row["number"]
    chosen = [event for event in events if event.number == number and event.action in (*_TO_CHAMPION, Action.SHADOW)]
    stored = next((event for event in events if event.number == number and event.action is Action.STORE), None)
    is_earlier = number in roles.earlier or any(event.action in _TO_CHAMPION for event in chosen)
    if number == roles.champion:
        role, deed = "champion", roles.champion_by
    elif number == roles.shadow:
        role, deed = "shadow", roles.shadow_by
    else:
        role, deed = "earlier" if is_earlier else "stored", chosen[-1] if chosen else None
    sha256 = snapshot_sha256(store, row["version"]) if role in ("champion", "shadow") else ""
    return Stored(number, row["version"], int(row["bytes"]), row["manifest"], role, stored, deed, sha256)


def _told(figures: str) -> str:
    """The mean loss before and after a drift.

    >>> _told('{"before": 0.21, "after": 0.334, "labels": 512}'), _told("{}")
    ('0.210 → 0.334 (n = 512)', '')
    """
    known = json.loads(figures)
    if not {"before", "after", "labels"} <= known.keys():
        return ""
    return f"{known['before']:.3f} → {known['after']:.3f} (n = {known['labels']:.0f})"


def _side_by_side(store: Store, champion: str, shadow: str) -> SideBySide | None:
    span = shadow_span(store, champion, shadow)
    if not span["events"]:
        return None
    columns = shadow_cards(store, champion, shadow, span["from_ms"], MOST_CARDS)
    card = np.array(columns["card"], object)
    score, other = np.array(columns["score"]), np.array(columns["shadow_score"])
    level, other_level = np.array(columns["level"]), np.array(columns["shadow_level"])
    verdict = np.array(columns["verdict"])
    judged = verdict > 0
    bad = verdict[judged] == _CONFIRMED
    cards = (card, score, other, verdict)
    return SideBySide(
        span["from_ms"], span["to_ms"], span["events"], card.size, int((level == other_level).sum()),
        compare(score[judged], other[judged], bad),
        {name: _budget(name, cards, level >= rank, other_level >= rank) for rank, name in enumerate(LEVELS, 1)},
        (reliability(score[judged], bad, RELIABILITY_BINS), reliability(other[judged], bad, RELIABILITY_BINS)),
        tuple(np.histogram(each, BINS, (0.0, 1.0))[0].tolist() for each in (score, other)))


def _budget(name: str, cards: tuple[np.ndarray, ...], champion: np.ndarray, shadow: np.ndarray) -> Budget:
    """What either takes with as many cards as the more sparing one flags: of those, both have the whole list stored."""
    card, score, other, verdict = cards
    n = int(min(champion.sum(), shadow.sum()))
    mine, theirs = _highest(score, n), _highest(other, n)
    return Budget(name, n, int((mine & theirs).sum()), (int(champion.sum()), int(shadow.sum())),
                  _taken(mine, verdict), _taken(theirs, verdict),
                  _listed(mine & ~theirs, card, score, other, verdict),
                  _listed(theirs & ~mine, card, score, other, verdict))


def _highest(score: np.ndarray, n: int) -> np.ndarray:
    """Which are among the `n` highest; of equal ones those that come first."""
    taken = np.zeros(score.size, bool)
    taken[np.argsort(-score, kind="stable")[:n]] = True
    return taken


def _taken(mine: np.ndarray, verdict: np.ndarray) -> Taken:
    confirmed, judged = verdict == _CONFIRMED, verdict > 0
    hits = int((mine & confirmed).sum())
    return Taken(rate(hits, int((mine & judged).sum())), rate(hits, int(confirmed.sum())), int((mine & judged).sum()))


def _listed(which: np.ndarray, card: np.ndarray, score: np.ndarray, other: np.ndarray,
            verdict: np.ndarray) -> list[dict[str, Any]]:
    """Those that were judged first, then those furthest apart."""
    found = np.flatnonzero(which)
    order = found[np.lexsort((-np.abs(score - other)[found], verdict[found] == 0))][:LISTED]
    words = {0: "", _CLEARED: "cleared", _CONFIRMED: "confirmed"}
    return [{"card": card[k], "risk": round(1000 * float(score[k])), "shadow_risk": round(1000 * float(other[k])),
             "verdict": words[int(verdict[k])]} for k in order.tolist()]


def has_shadow(state: ModelState) -> bool:
    return state.roles.shadow != NO_MODEL
