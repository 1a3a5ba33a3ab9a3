"""One hit per card and episode: opened at the first alert, updated while alerts go on.

::

    alerts   x x  xx x                        x x
    time     ─────────────┼──── gap ────┼─────────────►
    hits     [── hit A ──]               [─ hit B ─]

Whether an episode is over is read off its last alert; nothing has to happen for it to close.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from features.hashing import combine


@dataclass(frozen=True, slots=True)
class Alert:
    """An event at or above the lowest level; `codes` are the typologies it shows, with strengths."""

    entity: int
    kind: int
    time_ms: int
    uid: int
    risk: float
    level: int
    codes: list[tuple[str, float]]


@dataclass
class Episode:
    """What is known of a hit; also the row that is stored of it.

    Attributes
    ----------
    hit_id : str
        16 hexadecimal digits, from the card and the event that opened it: the same wherever and
        however often the events are replayed.
    alerts : int
        Events at or above the lowest level, also the hit's version: a later state has more.
    risk, peak_ms, peak_uid, weighted, values
        Of the event with the highest risk, the first of equals; the decision is judged by these.
    codes : dict of str to float
        Highest strength of each typology in the episode.
    """

    hit_id: str
    card: str
    kind: int
    first_ms: int
    last_ms: int
    alerts: int
    risk: float
    level: int
    peak_ms: int
    peak_uid: int
    weighted: list[float]
    values: list[float]
    codes: dict[str, float]


class Episodes:
    """Open episodes of one shard.

    Parameters
    ----------
    gap_ms : int
        Time without an alert that ends an episode.

    Notes
    -----
    Work and memory go with alerts, not with events.
    """

    def __init__(self, gap_ms: int):
        self._gap_ms = gap_ms
        self._open: dict[int, Episode] = {}
        self._changed: dict[str, Episode] = {}

    def alert(self, alert: Alert, card: Callable[[], str], weighted: np.ndarray, values: np.ndarray) -> None:
        """Take one alert, in the shard's order.

        Parameters
        ----------
        card : callable
            Gives the card's name; called when the alert opens an episode.
        weighted, values : ndarray
            Evidence and features of the event, kept where its risk is the episode's highest.
        """
        episode = self._open.get(alert.entity)
        if episode is None or alert.time_ms - episode.last_ms > self._gap_ms:
            hit_id = f"{int(combine(np.uint64(alert.entity), np.uint64(alert.uid))):016x}"
            at = alert.time_ms
            episode = Episode(hit_id, card(), alert.kind, at, at, 0, -1.0, 0, 0, 0, [], [], {})
            self._open[alert.entity] = episode
        episode.alerts += 1
        episode.first_ms = min(episode.first_ms, alert.time_ms)
        episode.last_ms = max(episode.last_ms, alert.time_ms)
        if alert.risk > episode.risk:
            episode.risk, episode.level = alert.risk, alert.level
            episode.peak_ms, episode.peak_uid = alert.time_ms, alert.uid
            episode.weighted, episode.values = weighted.tolist(), values.tolist()
        for code, strength in alert.codes:
            episode.codes[code] = max(strength, episode.codes.get(code, 0.0))
        self._changed[episode.hit_id] = episode

    def take_changed(self) -> list[Episode]:
        """Hits opened or updated since the last call, each as it now stands."""
        changed = list(self._changed.values())
        self._changed = {}
        return changed

    def forget(self, watermark_ms: int) -> None:
        """Let go of episodes that no later event can lengthen."""
        over = [e for e, ep in self._open.items() if watermark_ms - ep.last_ms > self._gap_ms]
        for entity in over:
            del self._open[entity]

    def __len__(self) -> int:
        return len(self._open)

    def snapshot(self) -> list:
        return [[entity, asdict(episode)] for entity, episode in self._open.items()]

    def restore(self, saved: list) -> None:
        self._open = {int(entity): Episode(**fields) for entity, fields in saved}
        self._changed = {}
