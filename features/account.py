"""Features of bank accounts from movements of money."""

from enum import IntEnum

import numba
import numpy as np

from features import entity_index as index
from features.decay import HOUR_MS, add_all, decay_all
from features.generations import GENERATION_MS, count_bits, turn
from features.peer_cache import SLOT_WORDS, meet
from features.roles import IN, NOTE, OUT, SIGNAL
from features.validate import ABSENT
from features.working_days import DAYS, add_half, advance_ring, ring_sum

PEERS = 8
#: Silence after which activity counts as an awakening, ms (ours): two days.
SILENCE_MS = 2 * 86_400_000
#: Money that leaves within this time of its arrival passes through, ms (ours): two hours.
QUICK_MS = 2 * HOUR_MS
#: A payment up to this may be a trial, yuan (ours); one from LARGE_YUAN on is large.
TRIAL_YUAN = 10.0
LARGE_YUAN = 2000.0
#: How long a trial is remembered, ms (ours): three days.
TRIAL_MS = 3 * 86_400_000
#: Minutes that stand for money that has not left yet (ours).
NO_DWELL = np.float32(1e6)
#: Amounts this near to the last one with the same counterpart are near-equal (ours).
NEAR_EQUAL = 0.05
_FORGET_PEER_S = 30 * 86_400
_ATM = 1
_DAY = 86_400_000.0
_DECAYED = 3 * 8


class Q(IntEnum):
    """Decayed quantities, each at three scales."""

    IN = 0
    OUT = 1
    IN_YUAN = 2
    OUT_YUAN = 3
    NOVEL_IN = 4
    NOVEL_OUT = 5
    QUICK_YUAN = 6
    CASH_YUAN = 7


class F(IntEnum):
    """float32 columns beyond the decayed quantities; amounts last exchanged with each counterpart."""

    SILENT_D = 3 * 8
    SINCE_AWAKE = 25
    DEVICE_CARDS = 26
    POOL_YUAN = 27
    DWELL_MIN = 28
    TRIAL_YUAN = 29
    LARGE_SINCE = 30
    BALANCE_YUAN = 31
    IN_AMOUNTS = 32
    OUT_AMOUNTS = 32 + PEERS
    WIDTH = 32 + 2 * PEERS


class I(IntEnum):
    """int64 columns."""

    NUMBER = 0
    FIRST_MS = 1
    OPENED_MS = 2
    ACTIVE_MS = 3
    DEVICE_MS = 4
    DIGITS = 5
    POOL_MS = 6
    TRIAL_MS = 7
    WIDTH = 8


class W(IntEnum):
    """uint32 columns: ring of working days (all, then novel; in low, out high half), peers, runs."""

    DAY = 0
    RING = 1
    GENERATION = 1 + 2 * DAYS
    HOURS = 2 + 2 * DAYS
    IN_PEERS = 4 + 2 * DAYS
    OUT_PEERS = 4 + 2 * DAYS + PEERS * SLOT_WORDS
    EQUAL_RUNS = 4 + 2 * DAYS + 2 * PEERS * SLOT_WORDS  # one byte a slot, in then out
    WIDTH = 4 + 2 * DAYS + 2 * PEERS * SLOT_WORDS + 4


#: Columns of the feature matrix, in order.
FEATURES = (
    "in_1h",
    "out_1h",
    "in_1d",
    "out_1d",
    "in_7d",
    "out_7d",
    "in_yuan_1d",
    "out_yuan_1d",
    "in_yuan_7d",
    "out_yuan_7d",
    "novel_in_1d",
    "novel_out_1d",
    "novel_in_share_7d",
    "novel_out_share_7d",
    "in_5wd",
    "out_5wd",
    "payers_5wd",
    "payees_5wd",
    "times_with_this_one",
    "near_equal_run",
    "dwell_min",
    "passed_share_1d",
    "balance_share",
    "large_after_trial",
    "hours_active_7d",
    "device_cards",
    "age_d",
    "silent_d",
    "events_since_silence",
    "cash_share_1d",
)


@numba.njit(cache=True, nogil=True)
def update_accounts(rows, f, i, w, keys, slots, entity_of, last, holes, meta, at, out):
    """Take account rows in order, update their entities, write the features as they then stand.

    Parameters and guarantees as in :func:`features.phone.update_phones`; 536 bytes an entity and
    28 of index.
    """
    for r in range(rows.size):
        row = rows[r]
        now = row["time"]
        role = row["role"]
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and now - last[e] > meta[index.SILENCE_MS]:
            _clear(f, i, w, e)  # forgotten, whether or not the clock has passed it yet
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
            _clear(f, i, w, e)
        at[r] = e
        decay_all(f[e, : _DECAYED], now - last[e])
        place = _turn_days(f[e], i[e], w[e], now)
        last[e] = max(last[e], now)
        if row["digits"] > 0:
            i[e, I.NUMBER] = np.int64(row["number"])
            i[e, I.DIGITS] = row["digits"]
        met = np.uint32(0)
        run = np.uint32(0)
        if role >= OUT:
            meta[index.SINCE_MS] = min(meta[index.SINCE_MS], now)
            met, run = _take_event(row, now, role, place, f[e], i[e], w[e], meta[index.SINCE_MS])
        elif role == SIGNAL:
            f[e, F.DEVICE_CARDS] = np.float32(row["value"])
            i[e, I.DEVICE_MS] = now
        elif role == NOTE and row["topic"] == 0 and row["kind"] == 0:
            i[e, I.OPENED_MS] = now
        _write(f[e], i[e], w[e], now, met, run, out[r])


@numba.njit(cache=True)
def _clear(f, i, w, e):
    f[e, :] = 0
    f[e, F.DWELL_MIN] = NO_DWELL
    i[e, :] = 0
    w[e, :] = 0


@numba.njit(cache=True)
def _turn_days(f, i, w, now):
    turn(w, W.HOURS, 1, W.GENERATION, now)
    w[W.GENERATION] = max(w[W.GENERATION], np.uint32(now // GENERATION_MS))
    if i[I.TRIAL_MS] > 0 and now - i[I.TRIAL_MS] > TRIAL_MS:
        i[I.TRIAL_MS] = 0
        f[F.LARGE_SINCE] = 0
    return advance_ring(w, W.RING, W.DAY, now)


@numba.njit(cache=True)
def _take_event(row, now, role, place, f, i, w, since):
    silent_from = i[I.ACTIVE_MS] if i[I.ACTIVE_MS] > 0 else max(since, i[I.OPENED_MS])
    known_before = i[I.ACTIVE_MS] > 0 or (0 < i[I.OPENED_MS] <= since)
    if known_before and now - silent_from > SILENCE_MS:
        f[F.SILENT_D] = np.float32((now - silent_from) / _DAY)
        f[F.SINCE_AWAKE] = 0
    f[F.SINCE_AWAKE] += 1
    i[I.ACTIVE_MS] = max(i[I.ACTIVE_MS], now)
    if i[I.FIRST_MS] == 0:
        i[I.FIRST_MS] = now
    w[W.HOURS] |= np.uint32(1) << np.uint32((now + 8 * HOUR_MS) // HOUR_MS % 24)

    yuan = np.float32(row["value"] / 100.0)
    incoming = role == IN
    peer = np.uint32(row["peer"] >> np.uint64(32)) | np.uint32(1)
    first = W.IN_PEERS if incoming else W.OUT_PEERS
    now_s = now // 1000
    slot, novel = meet(w, first, PEERS, peer, now_s, now_s - _FORGET_PEER_S)
    add_half(w, W.RING + place, not incoming)
    if novel:
        add_half(w, W.RING + DAYS + place, not incoming)
        add_all(f, Q.NOVEL_IN if incoming else Q.NOVEL_OUT, 1)
    run = _near_equal_run(f, w, incoming, slot, novel, yuan)
    _trial(f, i, now, novel, yuan)
    if incoming:
        add_all(f, Q.IN, 1)
        add_all(f, Q.IN_YUAN, yuan)
        _money_in(f, i, now, yuan)
    else:
        add_all(f, Q.OUT, 1)
        add_all(f, Q.OUT_YUAN, yuan)
        if row["kind"] == _ATM:
            add_all(f, Q.CASH_YUAN, yuan)
        _money_out(f, i, now, yuan)
        if row["balance"] != ABSENT:
            f[F.BALANCE_YUAN] = np.float32(max(row["balance"], 0) / 100.0)
    return w[first + slot * SLOT_WORDS + 2], run


@numba.njit(cache=True)
def _near_equal_run(f, w, incoming, slot, novel, yuan):
    k = slot if incoming else PEERS + slot
    amounts = F.IN_AMOUNTS + k
    shift = np.uint32(8 * (k % 4))
    word = W.EQUAL_RUNS + k // 4
    run = (w[word] >> shift) & np.uint32(0xFF)
    near = abs(yuan - f[amounts]) <= NEAR_EQUAL * max(yuan, f[amounts])
    run = min(run + np.uint32(1), np.uint32(255)) if near and not novel else np.uint32(1)
    w[word] = (w[word] & ~(np.uint32(0xFF) << shift)) | (run << shift)
    f[amounts] = yuan
    return run


@numba.njit(cache=True)
def _trial(f, i, now, novel, yuan):
    if yuan <= TRIAL_YUAN and novel:
        i[I.TRIAL_MS] = now
        f[F.TRIAL_YUAN] = yuan
    elif yuan >= LARGE_YUAN and i[I.TRIAL_MS] > 0:
        f[F.LARGE_SINCE] += yuan


@numba.njit(cache=True)
def _money_in(f, i, now, yuan):
    # The pool's time is the mean arrival time of the money in it, weighted by amount.
    pool = np.float64(f[F.POOL_YUAN])
    share = yuan / max(pool + yuan, 1e-9)
    before = i[I.POOL_MS] if pool > 0 else now
    i[I.POOL_MS] = before + np.int64((now - before) * share)
    f[F.POOL_YUAN] = np.float32(pool + yuan)


@numba.njit(cache=True)
def _money_out(f, i, now, yuan):
    matched = min(yuan, f[F.POOL_YUAN])
    if matched > 0:
        dwell = max(now - i[I.POOL_MS], 0)
        f[F.DWELL_MIN] = np.float32(dwell / 60_000.0)
        left = f[F.POOL_YUAN] - matched
        # What rounding to float32 leaves of an emptied pool is no money.
        f[F.POOL_YUAN] = left if left > np.float32(0.005) + np.float32(1e-6) * matched else np.float32(0)
        if dwell <= QUICK_MS:
            add_all(f, Q.QUICK_YUAN, matched)


@numba.njit(cache=True)
def _share(part, whole):
    return min(part / whole, np.float32(1)) if whole > np.float32(1e-6) else np.float32(0)


@numba.njit(cache=True)
def _write(f, i, w, now, met, run, out):
    h, d, wk = 0, 1, 2
    out[0] = f[3 * Q.IN + h]
    out[1] = f[3 * Q.OUT + h]
    out[2] = f[3 * Q.IN + d]
    out[3] = f[3 * Q.OUT + d]
    out[4] = f[3 * Q.IN + wk]
    out[5] = f[3 * Q.OUT + wk]
    out[6] = f[3 * Q.IN_YUAN + d]
    out[7] = f[3 * Q.OUT_YUAN + d]
    out[8] = f[3 * Q.IN_YUAN + wk]
    out[9] = f[3 * Q.OUT_YUAN + wk]
    out[10] = f[3 * Q.NOVEL_IN + d]
    out[11] = f[3 * Q.NOVEL_OUT + d]
    out[12] = _share(f[3 * Q.NOVEL_IN + wk], f[3 * Q.IN + wk])
    out[13] = _share(f[3 * Q.NOVEL_OUT + wk], f[3 * Q.OUT + wk])
    out[14] = np.float32(ring_sum(w, W.RING, False))
    out[15] = np.float32(ring_sum(w, W.RING, True))
    out[16] = np.float32(ring_sum(w, W.RING + DAYS, False))
    out[17] = np.float32(ring_sum(w, W.RING + DAYS, True))
    out[18] = np.float32(met)
    out[19] = np.float32(run)
    out[20] = f[F.DWELL_MIN]
    out[21] = _share(f[3 * Q.QUICK_YUAN + d], f[3 * Q.IN_YUAN + d])
    out[22] = _share(f[F.BALANCE_YUAN], f[3 * Q.IN_YUAN + wk])
    out[23] = f[F.LARGE_SINCE]
    out[24] = np.float32(count_bits(w, W.HOURS, 1))
    fresh = i[I.DEVICE_MS] > 0 and now - i[I.DEVICE_MS] < 7 * 86_400_000
    out[25] = f[F.DEVICE_CARDS] if fresh else np.float32(0)
    # Without an opening record the account is not called new.
    opened = i[I.OPENED_MS]
    out[26] = np.float32((now - opened) / _DAY) if opened > 0 else np.float32(3650)
    out[27] = f[F.SILENT_D]
    out[28] = f[F.SINCE_AWAKE]
    out[29] = _share(f[3 * Q.CASH_YUAN + d], f[3 * Q.OUT_YUAN + d])
