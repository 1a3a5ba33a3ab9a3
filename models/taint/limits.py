"""Where the following of money ends, and by which rule it is apportioned."""

from dataclasses import dataclass

import numpy as np

from features.decay import DAY_MS, HOUR_MS
from features.errors import DuankaError
from features.events import CHANNELS
from features.taint_rows import sink_mask
from models.taint import columns as c

RULES = ("fifo", "proportional")
#: Hops at most that may be asked for (ours); what is a money trail after so many is a guess.
MOST_HOPS = 64


class BadLimits(DuankaError, ValueError):
    """A limit makes no sense; the message says which."""


@dataclass(frozen=True)
class Limits:
    """All figures are ours, but for the channels, which are the event's.

    Attributes
    ----------
    rule : {"fifo", "proportional"}
        Which of an account's money a payment takes: what came first, or the same share of all.
    max_hops : int
        Accounts from the source on, the source not counted.
    least_fen : int
        A payment with less tainted money in it is not followed.
    least_share : float
        Nor one in which the tainted money is a smaller share.
    max_age_ms : int
        Nor money that lay longer in one account.
    sinks : tuple of str
        Channels by which money leaves as cash or goods, unless the payee is followed already.
    layering_hops, layering_ms : int
        See :mod:`models.taint.layering`.
    max_accounts, max_lots : int
        Followed at once; beyond it a quarter is let go of, those first that hold little and moved
        nothing for longest. 250 bytes an account, 40 a lot.
    silence_ms : int
        An account whose tainted money neither came nor left for so long is let go of.
    """

    rule: str = "fifo"
    max_hops: int = 10
    least_fen: int = 10_000
    least_share: float = 0.01
    max_age_ms: int = 30 * DAY_MS
    sinks: tuple[str, ...] = ("counter", "atm", "pos")
    layering_hops: int = 3
    layering_ms: int = 6 * HOUR_MS
    max_accounts: int = 1_000_000
    max_lots: int = 4_000_000
    silence_ms: int = 60 * DAY_MS

    def __post_init__(self):
        wrong = [
            (self.rule in RULES, f"rule: want one of {', '.join(RULES)}, got {self.rule!r}"),
            (1 <= self.max_hops <= MOST_HOPS, f"max_hops: want 1 to {MOST_HOPS}, got {self.max_hops}"),
            (self.least_fen >= 0, f"least_fen: want 0 or more, got {self.least_fen}"),
            (0 <= self.least_share <= 1, f"least_share: want 0 to 1, got {self.least_share}"),
            (self.max_age_ms >= 0, f"max_age_ms: want 0 or more, got {self.max_age_ms}"),
            (set(self.sinks) <= set(CHANNELS), f"sinks: want some of {', '.join(CHANNELS)}, got {self.sinks}"),
            (self.max_accounts >= 8, f"max_accounts: want 8 or more, got {self.max_accounts}"),
            (self.max_lots >= 256, f"max_lots: want 256 or more, got {self.max_lots}"),
        ]
        for fine, message in wrong:
            if not fine:
                raise BadLimits(message)

    def array(self) -> np.ndarray:
        """As kernels read them; the share apart, being no integer."""
        values = np.zeros(c.LIMITS, np.int64)
        values[c.FIFO] = self.rule == "fifo"
        values[c.MAX_HOPS], values[c.LEAST_FEN], values[c.MAX_AGE_MS] = self.max_hops, self.least_fen, self.max_age_ms
        values[c.SINKS] = sink_mask(self.sinks)
        values[c.LAYER_HOPS], values[c.LAYER_MS] = self.layering_hops, self.layering_ms
        return values
