"""Rows about a payee: remarkable payments to it, from the shards of the persons who paid."""

import numpy as np

from features.hashing import combine, hash_decimals
from features.person_columns import JUDGED_ROW
from features.roles import ACCOUNT_SEED, OUT

#: One row for a shard of payees.
PAYEE_ROW = np.dtype(
    [
        ("time", "<i8"),  # event time of what made the payment look so, UTC ms; not before the payment's own
        ("uid", "<u8"),  # of this look at the payment
        ("entity", "<u8"),  # hash of the payee's account
        ("role", "u1"),
        ("spare", "u1", 7),
        ("judged", JUDGED_ROW),
    ]
)


def payee_rows(judged: np.ndarray) -> np.ndarray:
    """Payments as they look to persons' shards, as rows for their payees' shards.

    Parameters
    ----------
    judged : ndarray of JUDGED_ROW, shape (n,)
        Payments.

    Returns
    -------
    ndarray of PAYEE_ROW, shape (m,)
        Without those whose payee has no decimal number.
    """
    judged = judged[judged["payee_digits"] > 0]
    rows = np.zeros(judged.size, PAYEE_ROW)
    rows["time"] = np.maximum(judged["known_ms"], judged["time"])
    rows["uid"] = combine(judged["uid"], judged["version"].astype(np.uint64))
    rows["entity"] = hash_decimals(judged["payee"].copy(), judged["payee_digits"].copy(), ACCOUNT_SEED)
    rows["role"], rows["judged"] = OUT, judged
    return rows
