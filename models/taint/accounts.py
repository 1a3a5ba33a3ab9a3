"""Followed accounts as they are told to others: one record each."""

import numpy as np

from models.taint import columns as c
from models.taint.state import State

_MONEY = {
    "in_fen": c.IN,
    "out_fen": c.OUT,
    "here_fen": c.HERE,
    "injected_fen": c.INJECTED,
    "withdrawn_fen": c.WITHDRAWN,
    "stopped_fen": c.STOPPED,
    "unseen_fen": c.UNSEEN,
    "cleared_fen": c.CLEARED,
    "clean_fen": c.CLEAN,
    "all_in_fen": c.ALL_IN,
    "returned_fen": c.RETURNED,
    "quick_fen": c.QUICK,
}
_OTHER = {
    "first_ms": c.FIRST_MS,
    "last_ms": c.LAST_MS,
    "quick_hops": c.QUICK_HOPS,
    "digits": c.DIGITS,
    "parent_digits": c.PARENT_DIGITS,
    "source": c.SOURCE,
}

#: ``in_fen + injected_fen`` is the sum of what lies there, went on, was withdrawn, stopped, unseen, cleared.
ACCOUNT = np.dtype(
    [
        ("entity", "<u8"),
        ("parent", "<u8"),  # account through which tainted money first came, 0 without
        ("number", "<u8"),  # decimal, with so many `digits`; 0 digits where the account has a name
        ("parent_number", "<u8"),
        *((name, "<i8") for name in (*_MONEY, *_OTHER)),
        ("least_hops", "<i8"),
        ("mean_hops", "<f8"),  # of what came in, by fen
        ("hop_ms", "<f8"),  # mean time per hop since it became tainted, of what came in, by fen
        ("dwell_ms", "<f8"),  # how long it lay here, mean of what left, by fen
        ("share", "<f8"),  # tainted share of what came in while tainted money lay there, or with it
        ("gone", "<i8"),  # 1: let go of, and what lay here with it
    ]
)


def accounts_of(s: State, at: np.ndarray) -> np.ndarray:
    """Records of the accounts in these rows of the state.

    Returns
    -------
    ndarray of ACCOUNT, shape (len(at),)
    """
    acc, avg = s.acc[at], s.avg[at]
    out = np.zeros(len(at), ACCOUNT)
    out["entity"] = s.entity[at]
    for name, column in (_MONEY | _OTHER).items():
        out[name] = acc[:, column]
    for name, column in {"number": c.NUMBER, "parent_number": c.PARENT_NUMBER, "parent": c.PARENT}.items():
        out[name] = acc[:, column].astype(np.uint64)
    came = np.maximum(acc[:, c.IN], 1)
    left = acc[:, [c.OUT, c.WITHDRAWN, c.STOPPED]].sum(axis=1)
    out["least_hops"] = np.where(acc[:, c.LEAST_HOPS] == c.NO_HOPS, 0, acc[:, c.LEAST_HOPS])
    out["mean_hops"], out["hop_ms"] = acc[:, c.HOPS_FEN] / came, avg[:, c.WAY] / came
    out["dwell_ms"] = avg[:, c.DWELL] / np.maximum(left, 1)
    out["share"] = np.minimum((acc[:, c.IN] + acc[:, c.INJECTED]) / np.maximum(acc[:, c.ALL_IN], came), 1.0)
    return out
