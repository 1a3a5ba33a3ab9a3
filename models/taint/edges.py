"""Who passed how much tainted money to whom: moves added up."""

import numpy as np

EDGE = np.dtype(
    [
        ("payer", "<u8"),
        ("payee", "<u8"),
        ("end", "<i4"),  # index in models.taint.columns.END_NAMES
        ("payments", "<i4"),
        ("fen", "<i8"),  # tainted
        ("first_ms", "<i8"),
        ("last_ms", "<i8"),
        ("dwell_ms", "<f8"),  # how long it had lain with the payer, mean by fen
    ]
)


def edges_of(moves: np.ndarray) -> np.ndarray:
    """Add moves up by payer, payee and end.

    Parameters
    ----------
    moves : ndarray of models.taint.columns.MOVE

    Returns
    -------
    ndarray of EDGE
        By first time, then payer, payee and end.
    """
    order = np.lexsort((moves["end"], moves["payee"], moves["payer"]))
    moves = moves[order]
    keys = moves[["payer", "payee", "end"]]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(moves) else np.empty(0, np.int64)
    edges = np.zeros(len(first), EDGE)
    if not len(first):
        return edges
    for name in ("payer", "payee", "end"):
        edges[name] = moves[name][first]
    edges["fen"] = np.add.reduceat(moves["fen"], first)
    edges["payments"] = np.diff(np.append(first, len(moves)))
    edges["first_ms"] = np.minimum.reduceat(moves["time"], first)
    edges["last_ms"] = np.maximum.reduceat(moves["time"], first)
    edges["dwell_ms"] = np.add.reduceat(moves["fen"] * moves["dwell_ms"], first) / edges["fen"]
    return edges[np.lexsort((edges["end"], edges["payee"], edges["payer"], edges["first_ms"]))]
