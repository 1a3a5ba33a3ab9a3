"""Who deals with whom: what one account's shard cannot see, suspicion that passes along payments.

The shard that keeps an account's links sees both sides of each payment of it. Where the account
behaves like one that launders (it repeats payments with the same counterpart far more than the
population does, or passes large sums on at once), its counterparts are told: each new one as it
appears, those remembered when the suspicion arises. A counterpart's share of the suspicion is one
over the account's payments lately, so that a shop that many deal with says little about each.

Beside that share, money says which way it went: who brought most of what such an account took in
(its *funder*), and who got most of what it paid out (its *collector*). For this an account also
counts as suspicious that passes strangers' money on within a day, or orders from devices new to it;
alone these say too little. And a payee is told of each larger payment ordered from a device that is
new to the payer.

Guilt by association is one hop of a random walk from the suspicious accounts (Tong et al., *Fast
random walk with restart*, ICDM 2006). It misleads about victims, who deal with mules as well.
"""

from enum import IntEnum

import numba
import numpy as np

from features import entity_index as index
from features.account_values import share_of, surprise_bits, tells_repeats
from features.decay import HOUR_MS
from features.known_devices import DEVICE_WORDS, meet_device
from features.population import learn
from features.roles import IN, NEW_DEVICE, RETOLD

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
#: Money that leaves within this time is passed on within a day, ms (ours).
PASSED_MS = 24 * HOUR_MS
#: From this many yuan on a payment ordered from a device new to the payer is told and counted (ours).
STRANGE_YUAN = 200.0
#: Shares of money below this, weighted with the suspicion, are not told (ours).
FLOW_FROM = 0.1
#: Such payments of a week, from none to fully suspicious (ours).
FEW_STRANGE, MANY_STRANGE = 0.5, 2.5
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
    FLOW_SUSPICION_28D = 9
    FLOW_TOLD = 10
    IN_YUAN_7D = 11
    NOVEL_IN_YUAN_7D = 12
    PASSED_YUAN_7D = 13
    STRANGE_7D = 14
    YUAN = 15  # of each counterpart: brought, less taken
    WIDTH = 15 + COUNTERPARTS


class I(IntEnum):
    """int64 columns: the counterparts' hashes, the latest first."""

    POOL_MS = 0
    FIRST = 1
    WIDTH = 1 + COUNTERPARTS


class W(IntEnum):
    """uint32 columns: devices the account ordered from."""

    DEVICES = 0
    WIDTH = DEVICE_WORDS


@numba.njit(cache=True, nogil=True)
def update_links(
    rows, f, i, w, keys, slots, entity_of, last, holes, meta, moments, told, weight, flow, flags, cause
):
    """Take both sides of payments in order; name the counterparts to be told.

    Parameters
    ----------
    rows : ndarray of DEVICE_ROW, shape (n,)
        `entity` is the account, `card` its counterpart.
    f, i, w, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    moments : ndarray of float64, shape (1, 3)
        Share of payments that repeat, in the shard's population.
    told, weight, flow, flags, cause : ndarray, shape (n * (COUNTERPARTS + 1),)
        Written: account to be told, its share of the suspicion, its share of the money that came
        (above 0) or went (below 0) weighted with the suspicion, NEW_DEVICE and RETOLD bits, index
        of the row that showed it.

    Returns
    -------
    int
        How many are told.

    Notes
    -----
    O(COUNTERPARTS) a row; 300 bytes an account and 28 of index.
    """
    found = 0
    for r in range(rows.size):
        row = rows[r]
        now = row["time"]
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and now - last[e] > meta[index.SILENCE_MS]:
            f[e, :] = 0
            i[e, :] = 0
            w[e, :] = 0
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
            f[e, :] = 0
            i[e, :] = 0
            w[e, :] = 0
        _age(f[e], now - last[e])
        last[e] = max(last[e], now)
        card = np.int64(row["card"])
        known = _remember(f[e], i[e], card)
        f[e, F.PAYMENTS_28D] += 1
        f[e, F.PAYMENTS_1D] += 1
        f[e, F.REPEATS_1D] += np.float32(known)
        _move(row, now, known, f[e], i[e])
        strange = False
        if row["device"] != 0:
            strange = meet_device(w[e], W.DEVICES, row["device"], now // 1000) and row["yuan"] >= STRANGE_YUAN
            f[e, F.STRANGE_7D] += np.float32(strange)
        suspicion = max(np.float64(f[e, F.SUSPICION_28D]), _suspicion(f[e], moments))
        f[e, F.SUSPICION_28D] = suspicion
        if tells_repeats(f[e, F.PAYMENTS_28D]):
            learn(moments, 0, _TRUE if known else 0.0, 1.0 / (1.0 + np.float64(f[e, F.PAYMENTS_28D])))
        of_flow = max(np.float64(f[e, F.FLOW_SUSPICION_28D]), 1.0 - (1.0 - suspicion) * (1.0 - _weaker_signs(f[e])))
        f[e, F.FLOW_SUSPICION_28D] = of_flow
        if suspicion < TELL_FROM:
            suspicion = 0.0
        if of_flow < TELL_FROM:
            if strange:
                told[found], weight[found], flow[found], cause[found] = row["card"], 0.0, 0.0, r
                flags[found] = NEW_DEVICE
                found += 1
            continue
        share = 1.0 / max(np.float64(f[e, F.PAYMENTS_28D]), 1.0)
        came, went = _sums(f[e])
        part = _told_part(of_flow, f[e, F.YUAN], came, went)
        if suspicion > 0.0 or part != 0.0 or strange:
            told[found], weight[found], flow[found], cause[found] = row["card"], suspicion * share, part, r
            flags[found] = NEW_DEVICE if strange else 0
            found += 1
        grown = suspicion - np.float64(f[e, F.TOLD])
        if grown >= TELL_FROM:
            f[e, F.TOLD] = suspicion
        else:
            grown = 0.0
        flow_grown = of_flow - np.float64(f[e, F.FLOW_TOLD]) >= TELL_FROM
        if flow_grown:
            f[e, F.FLOW_TOLD] = of_flow
        if grown > 0.0 or flow_grown:
            for k in range(1, COUNTERPARTS):
                other = i[e, I.FIRST + k]
                part = _told_part(of_flow, f[e, F.YUAN + k], came, went)
                if other != 0 and (grown > 0.0 or part != 0.0):
                    told[found], weight[found], flow[found], cause[found] = np.uint64(other), grown * share, part, r
                    flags[found] = RETOLD if part != 0.0 else 0
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
    f[F.FLOW_SUSPICION_28D] *= k
    f[F.FLOW_TOLD] *= k
    k = np.float32(2.0 ** (-days / 7.0))
    for j in range(F.IN_YUAN_7D, F.YUAN):
        f[j] *= k
    k = np.float32(2.0**-days)
    for j in range(F.PAYMENTS_1D, F.POOL_YUAN):
        f[j] *= k


@numba.njit(cache=True)
def _remember(f, i, card):
    """Put a counterpart, and the money to and from it, first; tell whether it was remembered."""
    at = I.WIDTH - 1
    known = False
    for k in range(I.FIRST, I.WIDTH):
        if i[k] == card:
            at, known = k, True
            break
        if i[k] == 0:
            at = k
            break
    yuan = f[F.YUAN + at - I.FIRST] if known else np.float32(0)
    for k in range(at, I.FIRST, -1):
        i[k] = i[k - 1]
        f[F.YUAN + k - I.FIRST] = f[F.YUAN + k - I.FIRST - 1]
    i[I.FIRST] = card
    f[F.YUAN] = yuan
    return known


@numba.njit(cache=True)
def _move(row, now, known, f, i):
    """Money into the pool, or out of it; as in :mod:`features.account`."""
    yuan = row["yuan"]
    pool = f[F.POOL_YUAN]
    if row["role"] == IN:
        f[F.IN_YUAN_1D] += yuan
        f[F.IN_YUAN_7D] += yuan
        f[F.YUAN] += yuan
        if not known:
            f[F.NOVEL_IN_YUAN_1D] += yuan
            f[F.NOVEL_IN_YUAN_7D] += yuan
        share = np.float64(yuan) / max(np.float64(pool + yuan), 1e-9)
        before = i[I.POOL_MS] if pool > 0 else now
        i[I.POOL_MS] = before + np.int64((now - before) * share)
        f[F.POOL_YUAN] = pool + yuan
        return
    f[F.YUAN] -= yuan
    matched = min(yuan, pool)
    if matched > 0:
        left = pool - matched
        f[F.POOL_YUAN] = left if left > np.float32(0.005) + np.float32(1e-6) * matched else np.float32(0)
        if now - i[I.POOL_MS] <= PASSED_MS:
            f[F.PASSED_YUAN_7D] += matched
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


@numba.njit(cache=True)
def _weaker_signs(f):
    """Strangers' money passed on within a day; orders from new devices."""
    came = np.float64(f[F.IN_YUAN_7D])
    share = min(np.float64(f[F.PASSED_YUAN_7D]) / came, 1.0) if came > 0.01 else 0.0
    strange = np.float64(f[F.NOVEL_IN_YUAN_7D]) / came if came > 0.01 else 0.0
    passing = _ramp(share, LOW_SHARE, HIGH_SHARE) * _ramp(came, LITTLE_YUAN, MUCH_YUAN)
    passing *= _ramp(strange, LOW_SHARE, HIGH_SHARE)
    return 1.0 - (1.0 - passing) * (1.0 - _ramp(np.float64(f[F.STRANGE_7D]), FEW_STRANGE, MANY_STRANGE))


@numba.njit(cache=True)
def _sums(f):
    """Money that the remembered counterparts brought, and took, each on balance."""
    came, went = 0.0, 0.0
    for k in range(F.YUAN, F.WIDTH):
        came += max(np.float64(f[k]), 0.0)
        went -= min(np.float64(f[k]), 0.0)
    return came, went


@numba.njit(cache=True)
def _told_part(suspicion, yuan, came, went):
    """A counterpart's share of what came (above 0) or went (below 0), weighted; 0 where it is too small."""
    whole = came if yuan > 0 else went
    part = suspicion * np.float64(yuan) / whole if whole > 0 else 0.0
    return part if abs(part) >= FLOW_FROM else 0.0
