"""One pass over payments in order: money that is followed goes on, splits, merges, leaves or is stopped."""

import numba
import numpy as np

from features.entity_index import find, place
from features.roles import NOTE
from features.taint_rows import CLEARED_NOTE, REPORTED
from features.validate import ABSENT
from models.taint import columns as c
from models.taint.columns import CLEAN, CLEAN_LOT, HERE, L_ARRIVED, L_FEN, L_HOPS, L_ORIGIN, P_END, PASSED
from models.taint.lots import empty, put, put_into, take, whole_part
from models.taint.state import SPARE_LOTS, SPARE_ROWS

#: Why a pass came back.
DONE, NEEDS_ROOM, NEEDS_SWEEP, MOVES_FULL = range(4)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def follow(rows, start, s, moves):
    """Follow the money of rows from `start` on.

    Returns
    -------
    next : int
        The first row not taken.
    moves : int
        Places of `moves` that were filled.
    why : int
        DONE, or what to do before it goes on from `next`.
    """
    meta = s.meta
    used = 0
    for i in range(start, rows.size):
        r = rows[i]
        x, y = np.int64(-1), np.int64(-1)
        if r.time >= meta[c.NEXT_SWEEP]:
            return i, used, NEEDS_SWEEP
        if r.role != NOTE:
            x, y = find(s.keys, s.slots, r.entity), find(s.keys, s.slots, r.peer)
            if (x < 0 and y < 0 and r.what != REPORTED) or r.entity == r.peer:
                continue
        if s.acc.shape[0] - meta[c.USED] < SPARE_ROWS or s.lots.shape[0] - meta[c.LOTS] < SPARE_LOTS:
            return i, used, NEEDS_ROOM
        if moves.size - used < c.ENDS:
            return i, used, MOVES_FULL
        if r.role == NOTE:
            _note(s, r)
        else:
            used = _pay(s, r, i, x, y, moves, used)
    return rows.size, used, DONE


@numba.njit(cache=True, error_model="numpy")
def _note(s, r):
    acc = s.acc
    row = find(s.keys, s.slots, r.entity)
    if r.what == CLEARED_NOTE:
        if row >= 0:
            _clear(s, row)
        return
    if row < 0:
        row = _insert(s, r.entity, r.number, r.digits, r.time, np.uint64(0), np.uint64(0), np.uint8(0))
    _changed(s, row)
    if acc[row, c.SOURCE] == 1 and acc[row, c.LEFT] < 0:
        return  # a source of everything stays one
    acc[row, c.SOURCE] = 1
    acc[row, c.LEFT] = -1 if r.amount == ABSENT else r.amount
    acc[row, c.UNTIL_MS] = np.iinfo(np.int64).max if r.balance == ABSENT else r.balance


@numba.njit(cache=True, error_model="numpy")
def _clear(s, row):
    """A source no longer: what became tainted here and still lies here is clean again."""
    acc, parts = s.acc, s.parts
    acc[row, c.SOURCE] = 0
    _changed(s, row)
    n = take(s, row, acc[row, HERE] + acc[row, CLEAN])
    for p in range(n):
        fen, hops = parts[p, L_FEN], parts[p, L_HOPS]
        if hops == 0:
            acc[row, c.CLEARED] += fen
            s.meta[c.M_CLEARED] += fen
            hops = CLEAN_LOT
        put(s, row, fen, hops, parts[p, L_ARRIVED], parts[p, L_ORIGIN], False)
    if acc[row, HERE] == 0:
        empty(s, row)


@numba.njit(cache=True, error_model="numpy", inline="always")
def _pay(s, r, i, x, y, moves, used):
    acc, meta, limits, parts = s.acc, s.meta, s.limits, s.parts
    now, reported = r.time, r.what == REPORTED
    if x >= 0 and (acc[x, HERE] > 0 or _injects(s, x, now)):
        _reconcile(s, x, r.amount, r.balance, now)
        n = take(s, x, r.amount)
        _changed(s, x)
    else:
        n = whole_part(s, r.amount)
    sink = y < 0 and not reported and r.channel >= 0 and (limits[c.SINKS] >> np.int64(r.channel)) & 1
    injected = np.int64(0)
    if reported:
        for p in range(n):
            if parts[p, L_HOPS] != CLEAN_LOT:
                parts[p, L_HOPS], parts[p, L_ORIGIN] = 0, now  # its way begins anew
            elif parts[p, L_FEN] <= c.MOST_FEN - meta[c.M_INJECTED]:
                parts[p, L_HOPS] = 0
                parts[p, L_ARRIVED] = parts[p, L_ORIGIN] = now
                meta[c.M_INJECTED] += parts[p, L_FEN]
                injected += parts[p, L_FEN]
    passed = _judge(s, n, now, r.amount, sink, reported)
    if passed > 0 and y < 0:
        y = _insert(s, r.peer, r.peer_number, r.peer_digits, now, r.entity, r.number, r.digits)
    used = _leave(s, r, i, n, x, injected, moves, used)
    if y >= 0:
        if passed > 0:
            acc[y, c.LAST_MS] = max(acc[y, c.LAST_MS], now)
            if x >= 0 and _passed_before(s, x, r.peer):
                acc[y, c.RETURNED] += passed
        _arrive(s, y, n, now, passed, r.amount)
    if x >= 0 and acc[x, HERE] == 0 and not _injects(s, x, now):
        empty(s, x)
    return used


@numba.njit(cache=True, error_model="numpy", inline="always")
def _injects(s, row, now):
    acc = s.acc
    return acc[row, c.SOURCE] == 1 and acc[row, c.LEFT] != 0 and now <= acc[row, c.UNTIL_MS]


@numba.njit(cache=True, error_model="numpy")
def _inject(s, row, fen, now, front):
    """Make clean money tainted as far as the source goes, and add it; returns how much stays clean."""
    acc, meta = s.acc, s.meta
    tainted = min(fen, c.MOST_FEN - meta[c.M_INJECTED])
    if acc[row, c.LEFT] >= 0:
        tainted = min(tainted, acc[row, c.LEFT])
        acc[row, c.LEFT] -= tainted
    if tainted > 0:
        if acc[row, c.INJECTED] + acc[row, c.IN] == 0:
            acc[row, c.FIRST_MS] = now  # until then it was the moment since which it is a source
        acc[row, c.INJECTED] += tainted
        meta[c.M_INJECTED] += tainted
        acc[row, c.LAST_MS] = max(acc[row, c.LAST_MS], now)
        acc[row, c.LEAST_HOPS] = 0
        put(s, row, tainted, 0, now, now, front)
    return fen - tainted


@numba.njit(cache=True, error_model="numpy")
def _reconcile(s, x, amount, balance, now):
    """Hold what is known of an account to what the balance of its payment says.

    More than known: it was there first when no balance was known yet, and came last otherwise. Less:
    it left without a payment that we saw. Of a source of everything the surplus is tainted.
    """
    acc, parts = s.acc, s.parts
    everything = _injects(s, x, now) and acc[x, c.LEFT] < 0
    known = acc[x, HERE] + acc[x, CLEAN]
    if balance == ABSENT:
        if everything and amount > known:
            _inject(s, x, amount - known, now, True)
        return
    had = max(balance + amount, 0)
    front = acc[x, c.KNOWN] == 0
    acc[x, c.KNOWN] = 1
    if had > known:
        rest = had - known
        if everything:
            rest = _inject(s, x, rest, now, front)
        put(s, x, rest, CLEAN_LOT, now, now, front)
    elif had < known:
        for p in range(take(s, x, known - had)):
            if parts[p, L_HOPS] != CLEAN_LOT:
                acc[x, c.UNSEEN] += parts[p, L_FEN]
                s.meta[c.M_UNSEEN] += parts[p, L_FEN]
    if everything and amount > had:  # an overdraft
        _inject(s, x, amount - had, now, True)


@numba.njit(cache=True, error_model="numpy", inline="always")
def _judge(s, n, now, amount, sink, reported):
    """Say of each tainted part of a payment how it ends; returns what of it goes on."""
    limits, parts, passed = s.limits, s.parts, np.int64(0)
    for p in range(n):
        if parts[p, L_HOPS] == CLEAN_LOT:
            continue
        if sink:
            parts[p, P_END] = c.END_WITHDRAWN
        elif reported:
            passed += parts[p, L_FEN]
        elif now - parts[p, L_ARRIVED] > limits[c.MAX_AGE_MS]:
            parts[p, P_END] = c.END_AGE
        elif parts[p, L_HOPS] + 1 > limits[c.MAX_HOPS]:
            parts[p, P_END] = c.END_HOPS
        else:
            passed += parts[p, L_FEN]
    if passed == 0 or reported:
        return passed
    end = PASSED
    if passed < limits[c.LEAST_FEN]:
        end = c.END_AMOUNT
    elif passed < s.share[0] * amount:
        end = c.END_SHARE
    if end == PASSED:
        return passed
    for p in range(n):
        if parts[p, L_HOPS] != CLEAN_LOT and parts[p, P_END] == PASSED:
            parts[p, P_END] = end
    return 0


@numba.njit(cache=True, error_model="numpy", inline="always")
def _leave(s, r, i, n, x, injected, moves, used):
    """Tell and book what left the payer, one move for each end that tainted money of the payment took.

    What a report made tainted was not the payer's to pass on.
    """
    acc, parts, ends, dwells = s.acc, s.parts, s.ends, s.dwells
    ends[:] = 0
    dwells[:] = 0.0
    tainted = False
    for p in range(n):
        if parts[p, L_HOPS] == CLEAN_LOT:
            continue
        tainted = True
        fen, end = parts[p, L_FEN], parts[p, P_END]
        ends[end, 0] += fen
        ends[end, 1] = max(ends[end, 1], parts[p, L_HOPS] + 1)
        dwells[end] += fen * np.float64(max(r.time - parts[p, L_ARRIVED], 0))
    if not tainted:
        return used
    for end in range(c.ENDS):
        fen = ends[end, 0]
        if fen == 0:
            continue
        m = moves[used]
        m.time, m.uid, m.payer, m.payee, m.fen, m.amount = r.time, r.uid, r.entity, r.peer, fen, r.amount
        m.dwell_ms, m.at, m.hops, m.end = dwells[end] / fen, i, ends[end, 1], end
        used += 1
        if x >= 0:
            s.avg[x, c.DWELL] += dwells[end]
            acc[x, c.OUT if end == PASSED else c.WITHDRAWN if end == c.END_WITHDRAWN else c.STOPPED] += fen
        if end != PASSED:
            s.meta[c.M_END + end] += fen
    if x >= 0:
        acc[x, c.OUT] -= injected
        acc[x, c.LAST_MS] = max(acc[x, c.LAST_MS], r.time)
    return used


@numba.njit(cache=True, error_model="numpy", inline="always")
def _arrive(s, y, n, now, passed, amount):
    """Add a payment to what lies with the payee, in the order in which it left the payer."""
    acc, lots, pool, meta, parts, limits = s.acc, s.lots, s.pool, s.meta, s.parts, s.limits
    source = _injects(s, y, now)
    if acc[y, HERE] == 0 and not source:
        if passed == 0:
            return
        empty(s, y)
    acc[y, c.ALL_IN] += amount
    _changed(s, y)
    for p in range(n):
        fen, hops, origin = parts[p, L_FEN], parts[p, L_HOPS], parts[p, L_ORIGIN]
        if hops == CLEAN_LOT or parts[p, P_END] != PASSED:
            if source:
                fen = _inject(s, y, fen, now, False)
            put_into(acc, lots, pool, meta, limits, y, fen, CLEAN_LOT, now, now, False)
            continue
        hops += 1
        put_into(acc, lots, pool, meta, limits, y, fen, hops, now, origin, False)
        way_ms = max(now - origin, 0)
        acc[y, c.IN] += fen
        acc[y, c.HOPS_FEN] += fen * hops
        acc[y, c.LEAST_HOPS] = min(acc[y, c.LEAST_HOPS], hops)
        s.avg[y, c.WAY] += fen * (way_ms / hops)
        if hops >= limits[c.LAYER_HOPS] and way_ms <= limits[c.LAYER_MS] * hops:
            acc[y, c.QUICK] += fen
            acc[y, c.QUICK_HOPS] = max(acc[y, c.QUICK_HOPS], hops)


@numba.njit(cache=True, error_model="numpy")
def _passed_before(s, x, payee):
    """Whether the payee stands on the way by which tainted money first came to the payer."""
    row = x
    for _ in range(s.limits[c.MAX_HOPS] + 1):
        parent = np.uint64(s.acc[row, c.PARENT])
        if parent == payee:
            return True
        if parent == 0:
            return False
        row = find(s.keys, s.slots, parent)
        if row < 0:
            return False
    return False


@numba.njit(cache=True, error_model="numpy")
def _insert(s, entity, number, digits, now, parent, parent_number, parent_digits):
    acc, meta = s.acc, s.meta
    if meta[c.HOLES] > 0:
        meta[c.HOLES] -= 1
        row = s.holes[meta[c.HOLES]]
    else:
        row = meta[c.HIGH]
        meta[c.HIGH] += 1
    meta[c.USED] += 1
    s.entity[row] = entity
    acc[row, c.HEAD] = acc[row, c.TAIL] = -1
    acc[row, c.FIRST_MS] = acc[row, c.LAST_MS] = now
    acc[row, c.LEAST_HOPS] = c.NO_HOPS
    acc[row, c.PARENT] = np.int64(parent)
    acc[row, c.PARENT_NUMBER], acc[row, c.PARENT_DIGITS] = np.int64(parent_number), parent_digits
    acc[row, c.NUMBER], acc[row, c.DIGITS] = np.int64(number), digits
    place(s.keys, s.slots, entity, row)
    return row


@numba.njit(cache=True, error_model="numpy", inline="always")
def _changed(s, row):
    s.acc[row, c.CHANGED] = 1
    s.meta[c.TOUCHED] = 1
