"""Who deals with whom: what one account's shard cannot see, suspicion that passes along payments.

The shard that keeps an account's links sees both sides of each payment of it. Where the account
behaves like one that launders (it repeats payments with the same counterpart far more than the
population does, or passes large sums on at once), its counterparts are told: each new one as it
appears, those remembered when the suspicion arises. A counterpart's share of the suspicion is one
over the account's payments lately, so that a shop that many deal with says little about each.

Guilt by association is one hop of a random walk from the suspicious accounts (Tong et al., *Fast
random walk with restart*, ICDM 2006). It misleads about victims, who deal with mules as well.
"""

from enum import IntEnum

import numba
import numpy as np

from features import entity_index as index
from features.account_values import share_of, surprise_bits, tells_repeats
from features.decay import HOUR_MS
from features.population import learn
from features.roles import IN

#: Counterparts remembered per account, the latest first (ours).
COUNTERPARTS = 16
#: From this suspicion on counterparts are told (ours), and again when it has grown by this.
TELL_FROM = 0.25
#: Bits of surprise at which repeating begins to be suspicious, and is fully (ours).
FEW_BITS, MANY_BITS = 0.5, 3.0
#: Share of repeats in the population at which repeating is no sign, and is one fully (ours).
USUAL, RARE = 0.1, 0.05
#: Money that leaves within this time is passed on at once, ms (ours): two hours.
QUICK_MS = 2 * HOUR_MS
#: Shares of a day's money passed on at once, and sums of it in yuan, from none to fully (ours).
LOW_SHARE, HIGH_SHARE = 0.4, 0.85
LITTLE_YUAN, MUCH_YUAN = 1000.0, 10_000.0
_TRUE = np.e - 1.0


class F(IntEnum):
    """float32 columns."""

    PAYMENTS_28D = 0
    PAYMENTS_1D = 1
    REPEATS_1D = 2
    IN_YUAN_1D = 3
    QUICK_YUAN_1D = 4
    NOVEL_IN_YUAN_1D = 5
    POOL_YUAN = 6
    SUSPICION_28D = 7
    TOLD = 8
    WIDTH = 9


class I(IntEnum):
    """int64 columns: the counterparts' hashes, the latest first."""

    POOL_MS = 0
    FIRST = 1
    WIDTH = 1 + COUNTERPARTS


@numba.njit(cache=True, nogil=True)
def update_links(rows, f, i, keys, slots, entity_of, last, holes, meta, moments, told, weight, cause):
    """Take both sides of payments in order; name the counterparts to be told.

    Parameters
    ----------
    rows : ndarray of DEVICE_ROW, shape (n,)
        `entity` is the account, `card` its counterpart.
    f, i, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    moments : ndarray of float64, shape (1, 3)
        Share of payments that repeat, in the shard's population.
    told, weight, cause : ndarray, shape (n * (COUNTERPARTS + 1),)
        Written: account to be told, its share of the suspicion, index of the row that showed it.

    Returns
    -------
    int
        How many are told.

    Notes
    -----
    O(COUNTERPARTS) a row; 188 bytes an account and 28 of index.
    """
    found = 0
    for r in range(rows.size):
        row = rows[r]
        now = row["time"]
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and now - last[e] > meta[index.SILENCE_MS]:
            f[e, :] = 0
            i[e, :] = 0
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
            f[e, :] = 0
            i[e, :] = 0
        _age(f[e], now - last[e])
        last[e] = max(last[e], now)
        card = np.int64(row["card"])
        known = _remember(i[e], card)
        f[e, F.PAYMENTS_28D] += 1
        f[e, F.PAYMENTS_1D] += 1
        f[e, F.REPEATS_1D] += np.float32(known)
        _move(row, now, known, f[e], i[e])
        suspicion = max(np.float64(f[e, F.SUSPICION_28D]), _suspicion(f[e], moments))
        f[e, F.SUSPICION_28D] = suspicion
        if tells_repeats(f[e, F.PAYMENTS_28D]):
            learn(moments, 0, _TRUE if known else 0.0, 1.0 / (1.0 + np.float64(f[e, F.PAYMENTS_28D])))
        if suspicion < TELL_FROM:
            continue
        share = 1.0 / max(np.float64(f[e, F.PAYMENTS_28D]), 1.0)
        told[found], weight[found], cause[found] = row["card"], suspicion * share, r
        found += 1
        grown = suspicion - np.float64(f[e, F.TOLD])
        if grown >= TELL_FROM:
            f[e, F.TOLD] = suspicion
            for k in range(I.FIRST, I.WIDTH):
                if i[e, k] != 0 and i[e, k] != card:
                    told[found], weight[found], cause[found] = np.uint64(i[e, k]), grown * share, r
                    found += 1
    return found


@numba.njit(cache=True)
def _age(f, elapsed_ms):
    if elapsed_ms <= 0:
        return
    days = elapsed_ms / 86_400_000.0
    k = np.float32(2.0 ** (-days / 28.0))
    f[F.PAYMENTS_28D] *= k
    f[F.SUSPICION_28D] *= k
    f[F.TOLD] *= k
    k = np.float32(2.0**-days)
    for j in range(F.PAYMENTS_1D, F.POOL_YUAN):
        f[j] *= k


@numba.njit(cache=True)
def _remember(i, card):
    """Put a counterpart first; tell whether it was remembered."""
    at = I.WIDTH - 1
    known = False
    for k in range(I.FIRST, I.WIDTH):
        if i[k] == card:
            at, known = k, True
            break
        if i[k] == 0:
            at = k
            break
    for k in range(at, I.FIRST, -1):
        i[k] = i[k - 1]
    i[I.FIRST] = card
    return known


@numba.njit(cache=True)
def _move(row, now, known, f, i):
    """Money into the pool, or out of it; as in :mod:`features.account`."""
    yuan = row["yuan"]
    pool = f[F.POOL_YUAN]
    if row["role"] == IN:
        f[F.IN_YUAN_1D] += yuan
        if not known:
            f[F.NOVEL_IN_YUAN_1D] += yuan
        share = np.float64(yuan) / max(np.float64(pool + yuan), 1e-9)
        before = i[I.POOL_MS] if pool > 0 else now
        i[I.POOL_MS] = before + np.int64((now - before) * share)
        f[F.POOL_YUAN] = pool + yuan
        return
    matched = min(yuan, pool)
    if matched > 0:
        left = pool - matched
        f[F.POOL_YUAN] = left if left > np.float32(0.005) + np.float32(1e-6) * matched else np.float32(0)
        if now - i[I.POOL_MS] <= QUICK_MS:
            f[F.QUICK_YUAN_1D] += matched


@numba.njit(cache=True)
def _ramp(value, none, full):
    return min(max((value - none) / (full - none), 0.0), 1.0)


@numba.njit(cache=True)
def _suspicion(f, moments):
    usual = share_of(moments, 0)
    bits = surprise_bits(np.float64(f[F.REPEATS_1D]), np.float64(f[F.PAYMENTS_1D]), usual)
    repeating = _ramp(bits, FEW_BITS, MANY_BITS) * _ramp(usual, USUAL, RARE)
    came = np.float64(f[F.IN_YUAN_1D])
    share = min(np.float64(f[F.QUICK_YUAN_1D]) / came, 1.0) if came > 0.01 else 0.0
    strange = np.float64(f[F.NOVEL_IN_YUAN_1D]) / came if came > 0.01 else 0.0
    passing = _ramp(share, LOW_SHARE, HIGH_SHARE) * _ramp(came, LITTLE_YUAN, MUCH_YUAN)
    passing *= _ramp(strange, LOW_SHARE, HIGH_SHARE)
    return 1.0 - (1.0 - repeating) * (1.0 - passing)
