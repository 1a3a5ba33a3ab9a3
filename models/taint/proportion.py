"""Shares of money in whole fen."""

import numba
import numpy as np


@numba.njit(cache=True, error_model="numpy")
def muldiv(a, b, c):
    """``a * b // c`` for ``0 <= a, b``, ``min(a, b) <= c``, ``0 < c <= 2**53``, exact where ``a * b`` is beyond int64.

    Doubles give the quotient but for a few units. What is left over then fits int64, so it comes out
    right although the products in it wrap.

    Examples
    --------
    >>> int(muldiv(10**13, 3 * 10**12, 10**13 + 7)), 10**13 * 3 * 10**12 // (10**13 + 7)
    (2999999999997, 2999999999997)
    """
    quotient = np.int64(np.float64(a) * np.float64(b) / np.float64(c))
    rest = np.int64(a) * np.int64(b) - quotient * np.int64(c)
    while rest < 0:
        quotient -= 1
        rest += c
    while rest >= c:
        quotient += 1
        rest -= c
    return quotient
