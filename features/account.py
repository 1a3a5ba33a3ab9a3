"""Features of bank accounts from movements of money."""

import numba
import numpy as np

from features import entity_index as index
from features.account_columns import (
    DAILY_END,
    FEATURES,
    HOURLY_END,
    MONTHLY_END,
    PEERS,
    WEEKLY_END,
    F,
    I,
    Peer,
    W,
)
from features.account_values import learn_peers, write_values
from features.decay import DAY_MS, HOUR_MS
from features.generations import GENERATION_MS, turn
from features.pair_memory import knows_pair, meet_pair
from features.roles import CORPORATE, IN, NOTE, OF_LINK, OUT, SIGNAL
from features.validate import ABSENT
from features.working_days import DAYS, add_half, advance_ring

__all__ = ["FEATURES", "F", "I", "Peer", "W", "update_accounts"]

#: Silence after which activity counts as an awakening, ms (ours): two days.
SILENCE_MS = 2 * DAY_MS
#: Money that leaves within this time of its arrival is passed on at once, ms (ours): two hours.
QUICK_MS = 2 * HOUR_MS
#: Money that leaves within this time of its arrival is passed on, ms (ours): a day.
PASSED_MS = DAY_MS
#: A payment up to this may be a trial, yuan (ours); one from LARGE_YUAN on is large.
TRIAL_YUAN = 10.0
LARGE_YUAN = 2000.0
#: How long a trial is remembered, s (ours): three days.
TRIAL_S = 3 * 86_400
#: Minutes that stand for money that has not left yet (ours).
NO_DWELL = np.float32(1e6)
#: Limits that amounts may hug, yuan: transfers of 50,000 a day need stronger authentication, accounts
#: of class II move 10,000 and of class III 2,000 a day (PBoC). The band below each is ours.
LIMITS_YUAN = (50_000.0, 10_000.0, 2_000.0)
BELOW = 0.95
#: Hours of the night, UTC+8 (ours): before this one.
NIGHT_ENDS = 5
_FORGET_PEER_S = 30 * 86_400
_ATM, _POS, _ONLINE = 1, 2, 3
#: Signals carry weights of links in millionths.
_MILLION = 1e6


@numba.njit(cache=True, nogil=True)
def update_accounts(rows, f, i, w, keys, slots, entity_of, last, holes, meta, at, met_out, out, moments):
    """Take account rows in order, update their entities, write the features as they then stand.

    Parameters and guarantees as in :func:`features.phone.update_phones`, but `met_out` counts payments with
    this counterpart in this direction, 1 where it is novel; `moments` are those of a
    :class:`features.population.Population` of Peer.WIDTH columns. 436 bytes an entity and 28 of index.
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
        _age(f[e], now - last[e])
        place = _turn_days(f[e], w[e], now)
        last[e] = max(last[e], now)
        if row["digits"] > 0:
            i[e, I.NUMBER] = np.int64(row["number"])
            i[e, I.DIGITS] = row["digits"]
        met, run = 0, 0
        if role >= OUT:
            meta[index.SINCE_MS] = min(meta[index.SINCE_MS], now)
            met, run = _take_event(row, now, role, place, f[e], i[e], w[e], meta[index.SINCE_MS])
        elif role == SIGNAL:
            _take_signal(row, now, f[e], w[e])
        elif role == NOTE and row["topic"] == 0:
            _take_note(row, now, w[e])
        met_out[r] = met
        write_values(f[e], w[e], now, met, run, moments, out[r])
        if role >= OUT:
            learn_peers(f[e], moments, met > 1)


@numba.njit(cache=True)
def _clear(f, i, w, e):
    f[e, :] = 0
    f[e, F.DWELL_MIN] = NO_DWELL
    i[e, :] = 0
    w[e, :] = 0


@numba.njit(cache=True)
def _age(f, elapsed_ms):
    if elapsed_ms <= 0:
        return  # a late event counts at full weight
    days = elapsed_ms / 86_400_000.0
    k = np.float32(2.0 ** (-24.0 * days))
    for j in range(HOURLY_END):
        f[j] *= k
    k = np.float32(2.0**-days)
    for j in range(HOURLY_END, DAILY_END):
        f[j] *= k
    k = np.float32(2.0 ** (-days / 7.0))
    for j in range(DAILY_END, WEEKLY_END):
        f[j] *= k
    k = np.float32(2.0 ** (-days / 28.0))
    for j in range(WEEKLY_END, MONTHLY_END):
        f[j] *= k


@numba.njit(cache=True)
def _turn_days(f, w, now):
    turn(w, W.HOURS, 1, W.GENERATION, now)
    w[W.GENERATION] = max(w[W.GENERATION], np.uint32(now // GENERATION_MS))
    if w[W.TRIAL_S] > 0 and now // 1000 - np.int64(w[W.TRIAL_S]) > TRIAL_S:
        w[W.TRIAL_S] = 0
        f[F.LARGE_SINCE] = 0
    return advance_ring(w, W.RING, W.DAY, now)


@numba.njit(cache=True)
def _take_signal(row, now, f, w):
    if row["kind"] == OF_LINK:
        f[F.LINKED_28D] += np.float32(row["value"] / _MILLION)
        return
    cards = np.uint32(min(row["value"], 0xFFFF))
    w[W.MARKS] = (w[W.MARKS] & np.uint32(0xFFFF)) | (cards << np.uint32(16))
    w[W.DEVICE_S] = np.uint32(now // 1000)


@numba.njit(cache=True)
def _take_note(row, now, w):
    if row["kind"] == 0:
        w[W.OPENED_S] = np.uint32(max(now // 1000, 1))
    if row["flags"] & CORPORATE:
        w[W.MARKS] |= np.uint32(1)


@numba.njit(cache=True)
def _take_event(row, now, role, place, f, i, w, since):
    opened = np.int64(w[W.OPENED_S]) * 1000
    silent_from = i[I.ACTIVE_MS] if i[I.ACTIVE_MS] > 0 else max(since, opened)
    known_before = i[I.ACTIVE_MS] > 0 or (0 < opened <= since)
    if known_before and now - silent_from > SILENCE_MS:
        f[F.SILENT_D] = np.float32((now - silent_from) / np.float64(DAY_MS))
        f[F.SINCE_AWAKE] = 0
    f[F.SINCE_AWAKE] += 1
    i[I.ACTIVE_MS] = max(i[I.ACTIVE_MS], now)
    hour = (now + 8 * HOUR_MS) // HOUR_MS % 24
    w[W.HOURS] |= np.uint32(1) << np.uint32(hour)
    f[F.NIGHT_7D] += np.float32(hour < NIGHT_ENDS)
    f[F.EVENTS_28D] += 1

    yuan = np.float32(row["value"] / 100.0)
    incoming = role == IN
    peer = np.uint32(row["peer"] >> np.uint64(32)) | np.uint32(1)
    first, other = (W.IN_PEERS, W.OUT_PEERS) if incoming else (W.OUT_PEERS, W.IN_PEERS)
    now_s = now // 1000
    met, run = meet_pair(w, first, PEERS, peer, now_s, now_s - _FORGET_PEER_S, yuan)
    novel = met == 1
    if knows_pair(w, other, PEERS, peer):
        f[F.RETURNED_YUAN_7D] += yuan
    add_half(w, W.RING + place, not incoming)
    if novel:
        add_half(w, W.RING + DAYS + place, not incoming)
    for limit in LIMITS_YUAN:
        if BELOW * limit <= yuan < limit:
            f[F.BELOW_LIMIT_7D] += 1
    _trial(f, w, now_s, novel, yuan)
    if incoming:
        _take_incoming(now, novel, yuan, f, i)
    else:
        _take_outgoing(row, now, novel, yuan, f, i)
    return met, run


@numba.njit(cache=True)
def _trial(f, w, now_s, novel, yuan):
    if yuan <= TRIAL_YUAN and novel:
        w[W.TRIAL_S] = np.uint32(max(now_s, 1))
    elif yuan >= LARGE_YUAN and w[W.TRIAL_S] > 0:
        f[F.LARGE_SINCE] += yuan


@numba.njit(cache=True)
def _take_incoming(now, novel, yuan, f, i):
    f[F.IN_1H] += 1
    f[F.IN_1D] += 1
    f[F.IN_7D] += 1
    f[F.IN_YUAN_1D] += yuan
    f[F.IN_YUAN_7D] += yuan
    if novel:
        f[F.NOVEL_IN_1D] += 1
        f[F.NOVEL_IN_7D] += 1
        f[F.NOVEL_IN_YUAN_7D] += yuan
    # The pool's time is the mean arrival time of the money in it, weighted by amount.
    pool = np.float64(f[F.POOL_YUAN])
    share = yuan / max(pool + yuan, 1e-9)
    before = i[I.POOL_MS] if pool > 0 else now
    i[I.POOL_MS] = before + np.int64((now - before) * share)
    f[F.POOL_YUAN] = np.float32(pool + yuan)


@numba.njit(cache=True)
def _take_outgoing(row, now, novel, yuan, f, i):
    f[F.OUT_1H] += 1
    f[F.OUT_1D] += 1
    f[F.OUT_7D] += 1
    f[F.OUT_YUAN_1D] += yuan
    f[F.OUT_YUAN_7D] += yuan
    if novel:
        f[F.NOVEL_OUT_1D] += 1
        f[F.NOVEL_OUT_7D] += 1
    if row["kind"] == _ATM:
        f[F.CASH_YUAN_1D] += yuan
    if row["kind"] >= _ONLINE:
        f[F.ONLINE_OUT_1D] += 1
    if row["balance"] != ABSENT:
        f[F.BALANCE_YUAN] = np.float32(max(row["balance"], 0) / 100.0)
    matched = min(yuan, f[F.POOL_YUAN])
    if matched <= 0:
        return
    dwell = max(now - i[I.POOL_MS], 0)
    f[F.DWELL_MIN] = np.float32(dwell / 60_000.0)
    left = f[F.POOL_YUAN] - matched
    # What rounding to float32 leaves of an emptied pool is no money.
    f[F.POOL_YUAN] = left if left > np.float32(0.005) + np.float32(1e-6) * matched else np.float32(0)
    if dwell <= PASSED_MS:
        f[F.PASSED_YUAN_7D] += matched
    if dwell <= QUICK_MS:
        f[F.QUICK_YUAN_1D] += matched
        if row["kind"] == _ATM or row["kind"] == _POS:
            f[F.QUICK_CASH_1D] += 1
