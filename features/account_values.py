"""From an account's state to its features, and from its features to the population it is held against."""

import math

import numba
import numpy as np

from features.account_columns import Column, F, Peer, W
from features.generations import count_bits
from features.population import MEAN, WEIGHT, learn, typical, z_of
from features.working_days import DAYS, ring_sum

#: A device's signal is forgotten after seven days, s (ours).
_DEVICE_S = 7 * 86_400
#: Before anything is known of the population, repeating is taken for as likely as not; that counts as
#: much as this weight of rows (ours).
_PRIOR_WEIGHT, _PRIOR_SHARE = 8.0, 0.5
#: Payments of four weeks from which, and up to which, an account tells how usual repeating is (ours).
_PAST, _MOST_REMEMBERED = 5, 32
#: Surprise is held at most at this, bits (ours).
_MOST_BITS = 64.0
#: What `learn` takes for true, so that the mean of log1p is the share of trues.
_TRUE = math.e - 1.0
C = Column


@numba.njit(cache=True)
def _share(part, whole):
    return min(part / whole, np.float32(1)) if whole > np.float32(1e-6) else np.float32(0)


@numba.njit(cache=True)
def write_values(f, w, now, met, run, moments, out):
    """Write the features of one account as they stand at `now` (UTC ms).

    Parameters
    ----------
    f, w : ndarray
        The entity's row of each kind of column.
    met, run : int
        Of the counterpart of the event just taken; 0 where there is none.
    moments : ndarray of float64, shape (Peer.WIDTH, 3)
    out : ndarray of float32, shape (len(FEATURES),)
    """
    _write_counts(f, w, out)
    _write_shares(f, out)
    now_s = now // 1000
    out[C.TIMES_WITH_THIS_ONE] = np.float32(met)
    out[C.NEAR_EQUAL_RUN] = np.float32(run)
    out[C.DWELL_MIN] = f[F.DWELL_MIN]
    out[C.LARGE_AFTER_TRIAL] = f[F.LARGE_SINCE]
    out[C.HOURS_ACTIVE_7D] = np.float32(count_bits(w, W.HOURS, 1))
    out[C.REST_H_7D] = np.float32(_longest_rest(w[W.HOURS] | w[W.HOURS + 1]))
    fresh = w[W.DEVICE_S] > 0 and now_s - np.int64(w[W.DEVICE_S]) < _DEVICE_S
    out[C.DEVICE_CARDS] = np.float32(w[W.MARKS] >> np.uint32(16)) if fresh else np.float32(0)
    out[C.CORPORATE] = np.float32(w[W.MARKS] & np.uint32(1))
    # Without an opening record the account is not called new.
    opened = np.int64(w[W.OPENED_S])
    out[C.AGE_D] = np.float32((now_s - opened) / 86_400.0) if opened > 0 else np.float32(3650)
    out[C.SILENT_D] = f[F.SILENT_D]
    out[C.EVENTS_SINCE_SILENCE] = f[F.SINCE_AWAKE]
    _write_peers(f, moments, out)


@numba.njit(cache=True)
def _write_counts(f, w, out):
    out[C.IN_1H] = f[F.IN_1H]
    out[C.OUT_1H] = f[F.OUT_1H]
    out[C.IN_1D] = f[F.IN_1D]
    out[C.OUT_1D] = f[F.OUT_1D]
    out[C.IN_7D] = f[F.IN_7D]
    out[C.OUT_7D] = f[F.OUT_7D]
    out[C.IN_YUAN_1D] = f[F.IN_YUAN_1D]
    out[C.OUT_YUAN_1D] = f[F.OUT_YUAN_1D]
    out[C.IN_YUAN_7D] = f[F.IN_YUAN_7D]
    out[C.OUT_YUAN_7D] = f[F.OUT_YUAN_7D]
    out[C.NOVEL_IN_1D] = f[F.NOVEL_IN_1D]
    out[C.NOVEL_OUT_1D] = f[F.NOVEL_OUT_1D]
    out[C.IN_5WD] = np.float32(ring_sum(w, W.RING, False))
    out[C.OUT_5WD] = np.float32(ring_sum(w, W.RING, True))
    out[C.PAYERS_5WD] = np.float32(ring_sum(w, W.RING + DAYS, False))
    out[C.PAYEES_5WD] = np.float32(ring_sum(w, W.RING + DAYS, True))
    out[C.NOVEL_IN_YUAN_7D] = f[F.NOVEL_IN_YUAN_7D]
    payments = f[F.IN_1D] + f[F.OUT_1D]
    out[C.REPEATS_1D] = max(payments - f[F.NOVEL_IN_1D] - f[F.NOVEL_OUT_1D], np.float32(0))
    out[C.QUICK_CASH_1D] = f[F.QUICK_CASH_1D]
    out[C.ONLINE_OUT_1D] = f[F.ONLINE_OUT_1D]
    out[C.BELOW_LIMIT_7D] = f[F.BELOW_LIMIT_7D]
    out[C.EVENTS_28D] = f[F.EVENTS_28D]
    out[C.LINKED_28D] = f[F.LINKED_28D]


@numba.njit(cache=True)
def _write_shares(f, out):
    events = f[F.IN_7D] + f[F.OUT_7D]
    out[C.NOVEL_IN_SHARE_7D] = _share(f[F.NOVEL_IN_7D], f[F.IN_7D])
    out[C.NOVEL_OUT_SHARE_7D] = _share(f[F.NOVEL_OUT_7D], f[F.OUT_7D])
    out[C.PASSED_SHARE_1D] = _share(f[F.QUICK_YUAN_1D], f[F.IN_YUAN_1D])
    out[C.BALANCE_SHARE] = _share(f[F.BALANCE_YUAN], f[F.IN_YUAN_7D])
    out[C.CASH_SHARE_1D] = _share(f[F.CASH_YUAN_1D], f[F.OUT_YUAN_1D])
    out[C.PASSED_SHARE_7D] = _share(f[F.PASSED_YUAN_7D], f[F.IN_YUAN_7D])
    out[C.NOVEL_IN_YUAN_SHARE_7D] = _share(f[F.NOVEL_IN_YUAN_7D], f[F.IN_YUAN_7D])
    out[C.RETURNED_SHARE_7D] = _share(f[F.RETURNED_YUAN_7D], f[F.IN_YUAN_7D] + f[F.OUT_YUAN_7D])
    out[C.NIGHT_SHARE_7D] = _share(f[F.NIGHT_7D], events)
    out[C.BELOW_LIMIT_SHARE_7D] = _share(f[F.BELOW_LIMIT_7D], events)


@numba.njit(cache=True)
def _longest_rest(hours):
    """Longest run of hours without an event on the clock, 0 to 24."""
    longest = 0
    run = 0
    for k in range(48):
        if hours >> np.uint32(k % 24) & np.uint32(1):
            run = 0
        else:
            run += 1
            longest = max(longest, run)
    return min(longest, 24)


@numba.njit(cache=True)
def _write_peers(f, moments, out):
    """Standard deviations from the population, on the side that speaks against an account."""
    share = share_of(moments, Peer.REPEATS)
    payments = np.float64(f[F.IN_1D] + f[F.OUT_1D])
    out[C.REPEAT_SURPRISE_BITS] = np.float32(surprise_bits(np.float64(out[C.REPEATS_1D]), payments, share))
    out[C.PEERS_REPEAT_SHARE] = np.float32(share)
    above = z_of(moments, Peer.EVENTS_7D, f[F.IN_7D] + f[F.OUT_7D])
    out[C.EVENTS_ABOVE_PEERS] = np.float32(max(above, 0.0))
    above = z_of(moments, Peer.FLOW_1D, f[F.IN_YUAN_1D] + f[F.OUT_YUAN_1D])
    out[C.FLOW_ABOVE_PEERS] = np.float32(max(above, 0.0))
    above = z_of(moments, Peer.NOVEL_1D, f[F.NOVEL_IN_1D] + f[F.NOVEL_OUT_1D])
    out[C.NOVEL_ABOVE_PEERS] = np.float32(max(above, 0.0))
    out[C.PEERS_EVENTS_7D] = np.float32(typical(moments, Peer.EVENTS_7D))
    out[C.PEERS_FLOW_1D] = np.float32(typical(moments, Peer.FLOW_1D))
    out[C.PEERS_NOVEL_1D] = np.float32(typical(moments, Peer.NOVEL_1D))


@numba.njit(cache=True)
def share_of(moments, column):
    """Share of the population's payments that repeat; near a half while little is known."""
    weight = moments[column, WEIGHT]
    return (weight * moments[column, MEAN] + _PRIOR_WEIGHT * _PRIOR_SHARE) / (weight + _PRIOR_WEIGHT)


@numba.njit(cache=True)
def tells_repeats(payments_28d):
    """Whether an account tells how usual repeating is: it has a past, and it fits into the memory.

    The first payments of an account repeat nothing; one with more counterparts than are remembered
    seems to repeat nothing.
    """
    return _PAST <= payments_28d <= _MOST_REMEMBERED


@numba.njit(cache=True)
def surprise_bits(repeats, payments, share):
    """Bits by which more repeats than the population's share surprise (Dunning, G-test, CL 19 (1), 1993)."""
    if payments < 1e-6:
        return 0.0
    mine = min(repeats / payments, 1.0)
    if mine <= share:
        return 0.0
    bits = mine * math.log2(mine / share)
    if mine < 1.0:
        bits += (1.0 - mine) * math.log2((1.0 - mine) / (1.0 - share))
    return min(payments * bits, _MOST_BITS)


@numba.njit(cache=True)
def learn_peers(f, moments, repeats):
    """Learn one account's row; a busy account's rows count less each, so that accounts count alike.

    Parameters
    ----------
    repeats : bool
        Whether the payment just taken repeats its pair.
    """
    events = np.float64(f[F.IN_7D] + f[F.OUT_7D])
    weight = 1.0 / (1.0 + events)
    if tells_repeats(f[F.EVENTS_28D]):
        learn(moments, Peer.REPEATS, _TRUE if repeats else 0.0, weight)
    learn(moments, Peer.EVENTS_7D, events, weight)
    learn(moments, Peer.FLOW_1D, f[F.IN_YUAN_1D] + f[F.OUT_YUAN_1D], weight)
    learn(moments, Peer.NOVEL_1D, f[F.NOVEL_IN_1D] + f[F.NOVEL_OUT_1D], weight)
