"""The money of an account as lots: what came together, and how far it had come by then.

First in, first out keeps a list of lots in order of arrival, clean ones too. By proportion there is
one lot for each number of hops, in ``s.pool``, and clean money is only a sum.
"""

import numba
import numpy as np

from models.taint.columns import (
    CLEAN,
    CLEAN_LOT,
    FIFO,
    HEAD,
    HERE,
    KNOWN,
    L_ARRIVED,
    L_FEN,
    L_HOPS,
    L_NEXT,
    L_ORIGIN,
    LOT_FREE,
    LOT_HIGH,
    LOTS,
    MOST_FEN,
    P_ARRIVED,
    P_END,
    P_ORIGIN,
    PASSED,
    TAIL,
)
from models.taint.proportion import muldiv


@numba.njit(cache=True, error_model="numpy")
def put(s, row, fen, hops, arrived, origin, front):
    """Add money to an account, behind what lies there or, of `front`, before it."""
    put_into(s.acc, s.lots, s.pool, s.meta, s.limits, row, fen, hops, arrived, origin, front)


@numba.njit(cache=True, error_model="numpy")
def put_into(acc, lots, pool, meta, limits, row, fen, hops, arrived, origin, front):
    """The same; handing on the whole state part by part would cost more than the work."""
    if hops == CLEAN_LOT:
        fen = min(fen, MOST_FEN - acc[row, CLEAN])
    if fen <= 0:
        return
    acc[row, CLEAN if hops == CLEAN_LOT else HERE] += fen
    if limits[FIFO] == 0:
        if hops != CLEAN_LOT:
            _put_by_hops(pool, row, hops, fen, arrived, origin)
        return
    beside = acc[row, HEAD] if front else acc[row, TAIL]
    if beside >= 0 and lots[beside, L_HOPS] == hops:
        same = lots[beside, L_ARRIVED] == arrived and lots[beside, L_ORIGIN] == origin
        if same or hops == CLEAN_LOT:
            lots[beside, L_FEN] += fen
            return
    lot = _new(meta, lots, fen, hops, arrived, origin)
    if beside < 0:
        acc[row, HEAD] = acc[row, TAIL] = lot
    elif front:
        lots[lot, L_NEXT] = beside
        acc[row, HEAD] = lot
    else:
        lots[beside, L_NEXT] = lot
        acc[row, TAIL] = lot


@numba.njit(cache=True, error_model="numpy")
def _put_by_hops(pool, row, hops, fen, arrived, origin):
    """Add to the lot of so many hops; its times are means by fen, in whole ms."""
    total = pool[row, hops, L_FEN] + fen
    part = fen / total
    pool[row, hops, L_FEN] = total
    pool[row, hops, P_ARRIVED] += np.int64(np.rint((arrived - pool[row, hops, P_ARRIVED]) * part))
    pool[row, hops, P_ORIGIN] += np.int64(np.rint((origin - pool[row, hops, P_ORIGIN]) * part))


@numba.njit(cache=True, error_model="numpy")
def take(s, row, fen):
    """Take money out of an account; return how many parts of it stand in ``s.parts``, in order.

    Of more than is known to lie there, the excess is clean and was there first.
    """
    if s.limits[FIFO] == 0:
        return _take_by_proportion(s, row, fen)
    acc, lots, parts = s.acc, s.lots, s.parts
    n = 0
    excess = fen - acc[row, HERE] - acc[row, CLEAN]
    if excess > 0:
        n = _part(parts, n, excess, CLEAN_LOT, 0, 0)
        fen -= excess
    while fen > 0:
        lot = acc[row, HEAD]
        hops = lots[lot, L_HOPS]
        part = min(fen, lots[lot, L_FEN])
        n = _part(parts, n, part, hops, lots[lot, L_ARRIVED], lots[lot, L_ORIGIN])
        acc[row, CLEAN if hops == CLEAN_LOT else HERE] -= part
        lots[lot, L_FEN] -= part
        fen -= part
        if lots[lot, L_FEN] == 0:
            acc[row, HEAD] = lots[lot, L_NEXT]
            _free(s.meta, lots, lot)
            if acc[row, HEAD] < 0:
                acc[row, TAIL] = -1
    return n


@numba.njit(cache=True, error_model="numpy")
def _take_by_proportion(s, row, fen):
    """Rounded down to whole fen, the fraction stays; spread over the hops by running sums, so that it adds up."""
    acc, parts, pool = s.acc, s.parts, s.pool[row]
    here = acc[row, HERE]
    tainted = muldiv(fen, here, max(here + acc[row, CLEAN], fen)) if here > 0 else np.int64(0)
    n = 0
    before, taken = np.int64(0), np.int64(0)
    for hops in range(len(pool)):
        if taken == tainted:
            break
        if pool[hops, L_FEN] == 0:
            continue
        before += pool[hops, L_FEN]
        upto = muldiv(tainted, before, here)
        part, taken = upto - taken, upto
        if part > 0:
            n = _part(parts, n, part, hops, pool[hops, P_ARRIVED], pool[hops, P_ORIGIN])
            pool[hops, L_FEN] -= part
            if pool[hops, L_FEN] == 0:
                pool[hops] = 0
    acc[row, HERE] = here - tainted
    acc[row, CLEAN] = max(acc[row, CLEAN] - (fen - tainted), 0)
    if fen > tainted:
        n = _part(parts, n, fen - tainted, CLEAN_LOT, 0, 0)
    return n


@numba.njit(cache=True, error_model="numpy")
def _part(parts, n, fen, hops, arrived, origin):
    parts[n, L_FEN], parts[n, L_HOPS], parts[n, L_ARRIVED], parts[n, L_ORIGIN] = fen, hops, arrived, origin
    parts[n, P_END] = PASSED
    return n + 1


@numba.njit(cache=True, error_model="numpy")
def whole_part(s, fen):
    """A payment of clean money, as one part."""
    return _part(s.parts, 0, fen, CLEAN_LOT, 0, 0)


@numba.njit(cache=True, error_model="numpy")
def empty(s, row):
    """Forget all money of an account."""
    acc = s.acc
    lot = acc[row, HEAD]
    while lot >= 0:
        following = s.lots[lot, L_NEXT]
        _free(s.meta, s.lots, lot)
        lot = following
    acc[row, HEAD] = acc[row, TAIL] = -1
    if acc[row, HERE] > 0:
        s.pool[row] = 0
    acc[row, HERE] = acc[row, CLEAN] = acc[row, KNOWN] = 0


@numba.njit(cache=True, error_model="numpy")
def _new(meta, lots, fen, hops, arrived, origin):
    lot = meta[LOT_FREE]
    if lot >= 0:
        meta[LOT_FREE] = lots[lot, L_NEXT]
    else:
        lot = meta[LOT_HIGH]
        meta[LOT_HIGH] += 1
    meta[LOTS] += 1
    lots[lot, L_FEN], lots[lot, L_HOPS], lots[lot, L_ARRIVED], lots[lot, L_ORIGIN] = fen, hops, arrived, origin
    lots[lot, L_NEXT] = -1
    return lot


@numba.njit(cache=True, error_model="numpy")
def _free(meta, lots, lot):
    lots[lot] = 0  # what is let go of leaves nothing in a snapshot
    lots[lot, L_NEXT] = meta[LOT_FREE]
    meta[LOT_FREE] = lot
    meta[LOTS] -= 1
