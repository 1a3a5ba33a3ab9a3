"""Every movement of money, in order, against real balances."""

import numpy as np

from simulation.frames import EXACT, SHARE


def settle(balance: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Carry out payment orders in row order and return those that went through.

    An ``EXACT`` order the payer cannot cover is declined; ``SHARE`` and ``UP_TO`` orders take what
    is there; amounts are rounded down to the order's step, and nothing left means no payment.
    Money is conserved and no balance falls below zero.

    Parameters
    ----------
    balance : (accounts,) int64 array
        Fen; changed in place.
    rows : PAY array
        Sorted by time. ``amount`` and ``balance`` are filled in the result.

    Examples
    --------
    >>> from simulation.frames import SHARE, pays
    >>> purse = np.array([1_000, 0])
    >>> done = settle(purse, pays(np.array([1, 2]), 0, 1, [400, 500], mode=[0, SHARE]))
    >>> done["amount"].tolist(), purse.tolist()
    ([400, 300], [300, 700])
    """
    if not len(rows):
        return rows
    parties, position = np.unique(np.concatenate([rows["payer"], rows["payee"]]), return_inverse=True)
    purse = balance[parties].tolist()
    half = len(rows)
    payers, payees = position[:half].tolist(), position[half:].tolist()
    orders = zip(payers, payees, rows["amount"].tolist(), rows["step"].tolist(), rows["mode"].tolist(), strict=True)
    amounts, afters = [], []
    for payer, payee, amount, step, mode in orders:
        has = purse[payer]
        if mode == EXACT:
            if amount > has:
                amount = 0
        elif mode == SHARE:
            amount = has * amount // 1000
        elif amount > has:
            amount = has
        amount -= amount % step
        if amount > 0 and payer != payee:
            purse[payer] = has = has - amount
            purse[payee] += amount
        else:
            amount = 0
        amounts.append(amount)
        afters.append(has)
    balance[parties] = purse
    rows["amount"], rows["balance"] = amounts, afters
    return rows[rows["amount"] > 0]
