"""What a city is made from."""

from dataclasses import dataclass
from datetime import date
from math import isfinite

from simulation.clock import Window

#: Bounds of the settings (ours): the smallest city that can cast every ring, the largest one tried.
MIN_PEOPLE, MAX_PEOPLE = 1_000, 2_000_000
MAX_DAYS = 92
#: Above this rate rings would run out of cards to use (ours).
MAX_RATE = 30.0


@dataclass(frozen=True)
class CityConfig:
    """Settings of :func:`simulation.city.simulate`.

    Parameters
    ----------
    people : int
        Residents with a phone, 1,000 to 2,000,000.
    days : int
        Local days, 1 to 92.
    seed : int
        Same settings and seed, same bytes.
    start : str
        ISO date of the first local day.
    fraud_phones_per_1000, mules_per_1000 : float
        Fraud phones and mule accounts per 1,000 residents and seven days (ours; far above real
        life, to give a test something to count). At least one ring of each scenario runs however
        small the city; 0 switches the rings of that side off.
    late : (float, int)
        Share of call records that arrive late, and by how many minutes at most. A late record
        stands in the files at the place of its arrival, with its true ``event_time``.
    snapshot : bool
        Whether the first card files hold the opening of every card that existed before `start`.
    verdict_share, lead_share : float
        Share of fraud cards that get a verdict or a lead in time.

    Raises
    ------
    ValueError
        Saying what is wrong, what was given and what to do.

    Examples
    --------
    >>> CityConfig(people=10, days=1, seed=1)
    Traceback (most recent call last):
    ValueError: people must be from 1000 to 2000000, got 10: choose a larger city
    """

    people: int
    days: int
    seed: int
    start: str = "2026-03-02"
    fraud_phones_per_1000: float = 1.5
    mules_per_1000: float = 1.5
    late: tuple[float, int] = (0.0, 0)
    snapshot: bool = True
    verdict_share: float = 0.4
    lead_share: float = 0.35

    def __post_init__(self):
        _whole("people", self.people, MIN_PEOPLE, MAX_PEOPLE, "choose a %s city", ("larger", "smaller"))
        _whole("days", self.days, 1, MAX_DAYS, "choose a %s window", ("longer", "shorter"))
        _whole("seed", self.seed, 0, 2**63 - 1, "choose a %s seed", ("larger", "smaller"))
        try:
            date.fromisoformat(self.start)
        except (TypeError, ValueError):
            raise ValueError(f"start must be an ISO date, got {self.start!r}: write it like 2026-03-02") from None
        for name, high in (("fraud_phones_per_1000", MAX_RATE), ("mules_per_1000", MAX_RATE),
                           ("verdict_share", 1.0), ("lead_share", 1.0)):
            _number(name, getattr(self, name), high)
        if not isinstance(self.late, tuple) or len(self.late) != 2:
            raise ValueError(f"late must be (share, minutes), got {self.late!r}: write it like (0.02, 30)")
        _number("late share", self.late[0], 1.0)
        _whole("late minutes", self.late[1], 0, 10_080, "choose %s minutes", ("more", "fewer"))
        if self.late[0] > 0 and self.late[1] == 0:
            raise ValueError(f"late has a share but no minutes, got {self.late!r}: write it like (0.02, 30)")
        if not isinstance(self.snapshot, bool):
            raise ValueError(f"snapshot must be True or False, got {self.snapshot!r}: choose one")

    @property
    def window(self) -> Window:
        return Window(date.fromisoformat(self.start), self.days)


def _whole(name, value, low, high, advice, words):
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, got {value!r}: write it without fraction or quotes")
    if not low <= value <= high:
        hint = advice % words[0 if value < low else 1]
        raise ValueError(f"{name} must be from {low} to {high}, got {value}: {hint}")


def _number(name, value, high):
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or not 0 <= value <= high:
        raise ValueError(f"{name} must be a number from 0 to {high:g}, got {value!r}: choose one in that range")
