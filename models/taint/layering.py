"""D108 from money that was followed: when a chain counts as layering, when money that returns as a cycle.

A part of a payment counts as layering when it is at least ``layering_hops`` accounts from where it
became tainted, and took at most ``layering_ms`` an account on the way (:class:`models.taint.limits.Limits`;
ours: 3 and 6 hours). An account is named for it when such money came to at least :data:`LEAST_FEN` and
to :data:`LEAST_SHARE` of all tainted money that came in, and for a cycle when as much came back to it
that it had passed on before. The account is the chain's end so far; those on the way to it are found by
`parent`. Money that only lies in a third account without having hurried is no layering.
"""

from dataclasses import dataclass

import numpy as np

CODE = "D108"
#: Least tainted money, fen (ours: 1,000 yuan), and least share of the tainted money that came in (ours).
LEAST_FEN = 100_000
LEAST_SHARE = 0.5
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Layering:
    """Why an account is named, in Chinese and English."""

    entity: int
    fen: int
    hops: int
    zh: str
    en: str
    code: str = CODE


def layering(accounts: np.ndarray) -> list[Layering]:
    """Name accounts at which layered or returned money arrived.

    Parameters
    ----------
    accounts : ndarray of models.taint.accounts.ACCOUNT

    Returns
    -------
    list of Layering
        At most two an account, layering before cycle, in the order of the accounts.
    """
    least = np.maximum(LEAST_SHARE * accounts["in_fen"], LEAST_FEN)
    found = []
    for row in accounts[(accounts["quick_fen"] >= least) | (accounts["returned_fen"] >= least)]:
        entity, hops = int(row["entity"]), int(row["quick_hops"])
        enough = max(LEAST_SHARE * row["in_fen"], LEAST_FEN)
        minutes = row["hop_ms"] / _MINUTE_MS
        if row["quick_fen"] >= enough:
            fen = int(row["quick_fen"])
            found.append(Layering(
                entity, fen, hops,
                f"资金分层转移：涉案资金{fen / 100:,.2f}元经{hops}级账户到达，平均每级{minutes:.0f}分钟",
                f"layering: {fen / 100:,.2f} yuan of tainted money came over {hops} accounts, "
                f"{minutes:.0f} minutes each on average",
            ))  # fmt: skip
        if row["returned_fen"] >= enough:
            fen = int(row["returned_fen"])
            found.append(Layering(
                entity, fen, int(round(row["mean_hops"])),
                f"资金回流：曾由本账户转出的涉案资金{fen / 100:,.2f}元又转回本账户",
                f"cycle: {fen / 100:,.2f} yuan of tainted money that had left this account came back to it",
            ))  # fmt: skip
    return found
