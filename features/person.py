"""Calls and payments of a person, joined in event time, whichever of the two becomes known first.

::

    calls      ▂▂      ▇▇▇▇▇▇                        ▂ a late record of a call, hours after it took place
    payments                   ¥      ¥¥     ¥¥¥     ¥
               └─────── window ┘                     └─► judges every payment after that call again

What is said of a payment follows from the calls and payments known, not from the order in which they
became known: each row judges again every remembered payment that is not earlier than itself.
"""

import math

import numba
import numpy as np

from features import entity_index as index
from features.decay import HOUR_MS
from features.person_columns import CALLS, PAYMENTS, F, I, W
from features.person_rows import BY_CALLED, BY_PAYEE, PAID
from features.validate import ABSENT

__all__ = ["WINDOW_MS", "update_persons"]

#: A call this long before a payment may have brought it about, ms (ours): three days.
WINDOW_MS = 72 * HOUR_MS
_BYTE = np.uint32(0xFF)
_SAID = np.uint32(1 << 16)
_VERSION_AT, _MOST_VERSION = np.uint32(17), np.uint32(0x7FFF)
#: How much more a talk weighs for each power of ten of the caller's risk above 0.01 (ours).
_RISK_WEIGHT = 2.0


@numba.njit(cache=True, nogil=True)
def update_persons(rows, f, i, w, keys, slots, entity_of, last, holes, meta, judged):
    """Take rows of persons in order; say how the payments and calls that they concern look by then.

    Parameters
    ----------
    rows : ndarray of PERSON_ROW, shape (n,)
    f, i, w, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    judged : ndarray of JUDGED_ROW, shape (PAYMENTS * n + n,)
        Written.

    Returns
    -------
    int
        Rows of `judged` written.
    """
    count = 0
    for r in range(rows.size):
        row = rows[r]
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and row["time"] - last[e] > meta[index.SILENCE_MS]:
            f[e, :], i[e, :], w[e, :] = 0, 0, 0
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], row["time"])
            f[e, :], i[e, :], w[e, :] = 0, 0, 0
        last[e] = max(last[e], row["time"])
        i[e, I.NUMBER], w[e, W.DIGITS] = np.int64(row["number"]), row["digits"]
        if row["role"] >= PAID:
            _take_payment(row, f[e], i[e], w[e])
        else:
            _take_call(row, f[e], i[e], w[e])
            _judge(judged[count], row["entity"], -1, row["time"], f[e], i[e], w[e])
            judged[count]["uid"], judged[count]["known_ms"] = row["uid"], row["time"]
            count += 1
        for k in range(PAYMENTS):
            paid_ms = i[e, I.PAID_MS + k]
            said = w[e, W.PAID_IS + k] & _SAID
            if said and row["time"] <= paid_ms <= row["time"] + WINDOW_MS:
                _judge(judged[count], row["entity"], k, paid_ms, f[e], i[e], w[e])
                judged[count]["known_ms"] = row["time"]
                count += 1
    return count


@numba.njit(cache=True)
def _take_payment(row, f, i, w):
    if row["role"] == PAID and row["met"] > 1 and not _is_new(row, i, w):
        return
    at = 0
    for k in range(PAYMENTS):
        if i[I.PAID_UID + k] == np.int64(row["uid"]) and i[I.PAID_MS + k] == row["time"]:
            at = k
            break
        if i[I.PAID_MS + k] < i[I.PAID_MS + at]:
            at = k
    if i[I.PAID_UID + at] != np.int64(row["uid"]) or i[I.PAID_MS + at] != row["time"]:
        if row["time"] < i[I.PAID_MS + at]:
            return
        i[I.PAID_MS + at], i[I.PAID_UID + at] = row["time"], np.int64(row["uid"])
        f[F.PAYEE_RISK + at], w[W.PAID_IS + at] = 0, 0
    if row["role"] == BY_PAYEE:
        f[F.PAYEE_RISK + at] = row["risk"]
        return
    i[I.PAYEE + at], i[I.ACCOUNT + at] = np.int64(row["other"]), np.int64(row["account"])
    i[I.FEN + at], i[I.BALANCE_FEN + at] = row["fen"], row["balance_fen"]
    f[F.GATHERED + at], f[F.USUAL + at] = row["gathered_yuan"], row["usual_yuan"]
    w[W.PAID_IS + at] |= np.uint32(row["other_digits"]) | np.uint32(row["account_digits"]) << np.uint32(8) | _SAID


@numba.njit(cache=True)
def _is_new(row, i, w):
    """Whether the first payment to this payee is among those remembered."""
    for k in range(PAYMENTS):
        said = (w[W.PAID_IS + k] & _SAID) != 0
        if said and i[I.PAYEE + k] == np.int64(row["other"]) and abs(row["time"] - i[I.PAID_MS + k]) <= WINDOW_MS:
            return True
    return False


@numba.njit(cache=True)
def _take_call(row, f, i, w):
    at, lowest, newest, known = -1, np.inf, row["time"], False
    for k in range(CALLS):
        newest = max(newest, i[I.CALL_MS + k])
    for k in range(CALLS):
        if i[I.CALL_UID + k] == np.int64(row["uid"]) and i[I.CALL_MS + k] == row["time"]:
            at, known = k, True
            break
        gone = newest - i[I.CALL_MS + k] > WINDOW_MS
        weight = -1.0 if gone else _weight(w[W.SECONDS + k], f[F.CALLER_RISK + k])
        if weight < lowest:
            at, lowest = k, weight
    if not known:
        if lowest > _weight(row["seconds"], row["risk"]) or newest - row["time"] > WINDOW_MS:
            return
        i[I.CALL_MS + at], i[I.CALL_UID + at] = row["time"], np.int64(row["uid"])
        i[I.CALLER + at], w[W.SECONDS + at] = np.int64(row["other"]), row["seconds"]
        f[F.CALLER_RISK + at], w[W.CALLER_IS + at] = 0, row["other_digits"]
    f[F.CALLER_RISK + at] = max(f[F.CALLER_RISK + at], row["risk"])
    if row["role"] == BY_CALLED:
        w[W.CALLER_IS + at] |= _SAID


@numba.njit(cache=True)
def _weight(seconds, risk):
    return np.float64(seconds) * (1.0 + _RISK_WEIGHT * max(math.log10(np.float64(risk) + 1e-9) + 2.0, 0.0))


@numba.njit(cache=True)
def _judge(out, entity, k, now, f, i, w):
    """Write what is known at `now` of payment `k`, or of a call where that is negative."""
    out["entity"], out["time"] = entity, now
    out["number"], out["digits"] = np.uint64(i[I.NUMBER]), w[W.DIGITS]
    out["paid"] = k >= 0
    out["uid"] = 0
    _judge_calls(out, now, f, i, w)
    if k < 0:
        out["payee_risk"] = 0
        out["account"], out["payee"], out["account_digits"], out["payee_digits"] = 0, 0, 0, 0
        out["fen"], out["balance_fen"], out["yuan"], out["balance_yuan"] = 0, ABSENT, 0, np.nan
        out["gathered_yuan"], out["usual_yuan"] = 0, 0
        out["paid_yuan"], out["before_yuan"], out["payments"], out["version"] = 0, 0, 0, 0
        return
    out["uid"] = np.uint64(i[I.PAID_UID + k])
    out["payee"], out["account"] = np.uint64(i[I.PAYEE + k]), np.uint64(i[I.ACCOUNT + k])
    out["payee_digits"] = w[W.PAID_IS + k] & _BYTE
    out["account_digits"] = w[W.PAID_IS + k] >> np.uint32(8) & _BYTE
    out["fen"], out["balance_fen"] = i[I.FEN + k], i[I.BALANCE_FEN + k]
    out["yuan"] = i[I.FEN + k] / 100.0
    out["balance_yuan"] = i[I.BALANCE_FEN + k] / 100.0 if i[I.BALANCE_FEN + k] != ABSENT else np.nan
    out["gathered_yuan"], out["usual_yuan"] = f[F.GATHERED + k], f[F.USUAL + k]
    out["payee_risk"] = f[F.PAYEE_RISK + k]
    version = min((w[W.PAID_IS + k] >> _VERSION_AT) + np.uint32(1), _MOST_VERSION)
    w[W.PAID_IS + k] = w[W.PAID_IS + k] & np.uint32(0x1FFFF) | version << _VERSION_AT
    out["version"] = version
    _judge_payments(out, k, now, i, w)


@numba.njit(cache=True)
def _judge_payments(out, k, now, i, w):
    paid, count, before, before_ms = np.int64(0), 0, np.int64(0), np.int64(0)
    for j in range(PAYMENTS):
        ms = i[I.PAID_MS + j]
        if w[W.PAID_IS + j] & _SAID == 0 or ms > now or now - ms > WINDOW_MS:
            continue
        paid += i[I.FEN + j]
        count += 1
        if j != k and ms > before_ms:
            before, before_ms = i[I.FEN + j], ms
    out["paid_yuan"], out["payments"], out["before_yuan"] = paid / 100.0, count, before / 100.0


@numba.njit(cache=True)
def _judge_calls(out, now, f, i, w):
    """The caller whose talks within the window weigh most."""
    best, most = -1, 0.0
    for k in range(CALLS):
        total = 0.0
        for j in range(CALLS):
            if _counts(i, j, k, now):
                total += _weight(w[W.SECONDS + j], f[F.CALLER_RISK + j])
        if total > most:
            best, most = k, total
    out["caller"], out["caller_digits"], out["call_time"] = 0, 0, 0
    out["talk_s"], out["since_min"], out["caller_risk"], out["calls"], out["unknown"] = 0, 0, 0, 0, 0
    if best < 0:
        return
    talk, calls, risk, unknown, latest = 0.0, 0, np.float32(0), False, -1
    for j in range(CALLS):
        if not _counts(i, j, best, now):
            continue
        talk += w[W.SECONDS + j]
        calls += 1
        risk = max(risk, f[F.CALLER_RISK + j])
        unknown = unknown or (w[W.CALLER_IS + j] & _SAID) != 0
        if latest < 0 or i[I.CALL_MS + j] > i[I.CALL_MS + latest]:
            latest = j
    out["caller"], out["caller_digits"] = np.uint64(i[I.CALLER + best]), w[W.CALLER_IS + best] & _BYTE
    out["call_time"] = i[I.CALL_MS + latest]
    out["talk_s"], out["calls"], out["caller_risk"], out["unknown"] = talk, calls, risk, unknown
    out["since_min"] = (now - i[I.CALL_MS + latest]) / 60_000.0 - w[W.SECONDS + latest] / 60.0


@numba.njit(cache=True)
def _counts(i, j, k, now):
    """Whether call `j` is one of the caller of call `k`, in the window."""
    ms = i[I.CALL_MS + j]
    return i[I.CALLER + j] == i[I.CALLER + k] and 0 < ms <= now and now - ms <= WINDOW_MS
