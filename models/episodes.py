"""One hit per card and episode: opened at the first alert, updated while alerts go on.

::

    risk     ▁▂▇▅▇▃▅▁                         ▆▇
    blue     ────────────────────────────────────
    hold     ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─
    time       ├──────┼──── gap ────┼─ cool-down ─┼──►
    hits       [─ A ──]             (A again only  [B
                                     if worse)

Whether an episode is over is read off its last row; nothing has to happen for it to close.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import numpy as np

from features.hashing import combine
from models.list_findings import ListFinding

#: Lists that a hit names at most, those of the highest floors (ours).
MOST_FINDINGS = 8


@dataclass(frozen=True)
class Patience:
    """When a card is left alone; all parameters are ours.

    Attributes
    ----------
    gap_ms : int
        Time without a row that holds the episode, which ends it.
    cool_down_ms : int
        After that, how long a new hit has to be of a higher level than the last.
    snooze_ms : int
        How long a card that a person cleared is left alone,
    snooze_points : float
        unless its risk rises by so much above what the person saw.
    """

    gap_ms: int
    cool_down_ms: int = 0
    snooze_ms: int = 0
    snooze_points: float = 0.0

    @property
    def memory_ms(self) -> int:
        """How long after its last row an episode can still matter."""
        return self.gap_ms + self.cool_down_ms + self.snooze_ms


@dataclass(frozen=True, slots=True)
class Alert:
    """A row at or above the level that holds an episode; `codes` are the typologies it shows.

    `level` is 0 where the row only holds an open episode and would not open one.
    """

    entity: int
    kind: int
    time_ms: int
    uid: int
    risk: float
    level: int
    codes: list[tuple[str, float]]
    findings: tuple[ListFinding, ...] = ()


@dataclass
class Episode:
    """What is known of a hit; also the row that is stored of it.

    Attributes
    ----------
    hit_id : str
        16 hexadecimal digits, from the card and the event that opened it: the same wherever and
        however often the events are replayed.
    alerts : int
        Events at or above the lowest level.
    version : int
        Rows taken: a later state of the hit has more.
    risk, peak_ms, peak_uid, strength, values, model
        Of the event with the highest risk, the first of equals; the decision is judged by these.
    codes : dict of str to float
        Highest strength of each typology in the episode.
    findings : list of list
        What lists said in it, as :meth:`ListFinding.to_row`: of each code and list the first, with the highest floor.
    """

    hit_id: str
    card: str
    kind: int
    first_ms: int
    last_ms: int
    alerts: int = 0
    version: int = 0
    risk: float = -1.0
    level: int = 0
    peak_ms: int = 0
    peak_uid: int = 0
    strength: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    model: str = ""
    codes: dict[str, float] = field(default_factory=dict)
    findings: list[list] = field(default_factory=list)


class Episodes:
    """Open episodes of one shard, and those that ended not long ago.

    Notes
    -----
    Work and memory go with alerts, not with events.
    """

    def __init__(self, patience: Patience):
        self._patience = patience
        self._open: dict[int, Episode] = {}
        self._changed: dict[str, Episode] = {}
        self._reached: list[int] = []
        self._snoozed: dict[int, tuple[int, float]] = {}  # until when, up to which risk

    def alert(
        self, alert: Alert, card: Callable[[], str], strength: np.ndarray, values: np.ndarray, model: str
    ) -> None:
        """Take one alert, in the shard's order.

        Parameters
        ----------
        card : callable
            Gives the card's name; called when the alert opens an episode.
        strength, values : ndarray
            Evidence and features of the event, kept where its risk is the episode's highest.
        model : str
            Version of the model that scored it.
        """
        if self._is_snoozed(alert):
            return
        episode = self._open.get(alert.entity)
        if episode is not None and alert.time_ms - episode.last_ms > self._patience.gap_ms:
            rests = alert.time_ms - episode.last_ms <= self._patience.gap_ms + self._patience.cool_down_ms
            if rests and alert.level <= episode.level:
                return
            episode = None
        if episode is None:
            if alert.level == 0:
                return
            hit_id = f"{int(combine(np.uint64(alert.entity), np.uint64(alert.uid))):016x}"
            episode = Episode(hit_id, card(), alert.kind, alert.time_ms, alert.time_ms)
            self._open[alert.entity] = episode
        self._lengthen(episode, alert, strength, values, model)

    def _lengthen(self, episode: Episode, alert: Alert, strength, values, model: str) -> None:
        episode.version += 1
        episode.alerts += alert.level > 0
        episode.first_ms = min(episode.first_ms, alert.time_ms)
        episode.last_ms = max(episode.last_ms, alert.time_ms)
        if alert.risk > episode.risk:
            if alert.level > episode.level:
                self._reached.append(alert.level)
            episode.risk, episode.level = alert.risk, alert.level
            episode.peak_ms, episode.peak_uid = alert.time_ms, alert.uid
            episode.strength, episode.values, episode.model = strength.tolist(), values.tolist(), model
        for code, value in alert.codes:
            episode.codes[code] = max(value, episode.codes.get(code, 0.0))
        for finding in alert.findings:
            _note_finding(episode.findings, finding)
        self._changed[episode.hit_id] = episode

    def wake(self, entity: int) -> None:
        """A person listed the card: what another saw before is no reason to leave it alone."""
        self._snoozed.pop(entity, None)

    def clear(self, entity: int, time_ms: int) -> None:
        """A person cleared the card: what they saw does not come up again for a while."""
        episode = self._open.get(entity)
        # By its own time, so that it makes no difference whether `forget` has passed already.
        if episode is None or time_ms - episode.last_ms > self._patience.memory_ms:
            return
        del self._open[entity]
        if self._patience.snooze_ms > 0:
            until_ms = time_ms + self._patience.snooze_ms
            self._snoozed[entity] = until_ms, episode.risk + self._patience.snooze_points

    def _is_snoozed(self, alert: Alert) -> bool:
        until_ms, up_to = self._snoozed.get(alert.entity, (alert.time_ms, 0.0))
        return alert.time_ms < until_ms and alert.risk < up_to

    def take_changed(self) -> list[Episode]:
        """Hits opened or updated since the last call, each as it now stands."""
        changed = list(self._changed.values())
        self._changed = {}
        return changed

    def take_reached(self) -> list[int]:
        """Levels that hits opened at or rose to since the last call; for counting, no part of the state."""
        reached, self._reached = self._reached, []
        return reached

    def forget(self, watermark_ms: int) -> None:
        """Let go of what no later event can concern."""
        memory_ms = self._patience.memory_ms
        over = [e for e, ep in self._open.items() if watermark_ms - ep.last_ms > memory_ms]
        for entity in over:
            del self._open[entity]
        for entity in [e for e, (until_ms, _) in self._snoozed.items() if until_ms <= watermark_ms]:
            del self._snoozed[entity]

    def models(self) -> set[str]:
        """Versions of the models that the episodes were judged by."""
        return {episode.model for episode in self._open.values()}

    def __len__(self) -> int:
        return len(self._open)

    def snapshot(self) -> dict:
        return {
            "open": [[entity, asdict(episode)] for entity, episode in self._open.items()],
            "snoozed": [[entity, *rest] for entity, rest in self._snoozed.items()],
        }

    def restore(self, saved: dict) -> None:
        self._open = {int(entity): Episode(**fields) for entity, fields in saved["open"]}
        self._snoozed = {int(entity): (int(until_ms), float(up_to)) for entity, until_ms, up_to in saved["snoozed"]}
        self._changed = {}


def _note_finding(kept: list[list], finding: ListFinding) -> None:
    for row in kept:
        if row[:2] == [finding.code, finding.list]:
            row[-1] = max(row[-1], finding.floor)
            return
    if len(kept) < MOST_FINDINGS:
        kept.append(list(finding.to_row()))
    elif finding.floor > (least := min(kept, key=lambda row: row[-1]))[-1]:
        kept[kept.index(least)] = list(finding.to_row())
