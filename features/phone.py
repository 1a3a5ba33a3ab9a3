"""Features of phone numbers from calls and messages."""

from enum import IntEnum

import numba
import numpy as np

from features import entity_index as index
from features.decay import HOUR_MS, add_all, decay_all
from features.generations import GENERATION_MS, count_bits, estimate_distinct, turn
from features.peer_cache import SLOT_WORDS, knows, meet, most_met
from features.roles import IN, NOTE, OUT, SIGNAL

PEERS = 16
#: Silence after which activity counts as an awakening, ms (ours): two days.
SILENCE_MS = 2 * 86_400_000
#: Called numbers this near to one called just before count as dialled in sequence (ours).
SEQUENCE_GAP = 10
_FORGET_PEER_S = 30 * 86_400
_SMS = 1
_DAY = 86_400_000.0
_DECAYED = 3 * 10


class Q(IntEnum):
    """Decayed quantities, each at three scales."""

    OUT_CALLS = 0
    IN_CALLS = 1
    OUT_SMS = 2
    IN_SMS = 3
    NOVEL_CALLS = 4
    NOVEL_SMS = 5
    ANSWERED = 6
    TALK_S = 7
    SEQUENTIAL = 8
    CALLED_BACK = 9


class F(IntEnum):
    """float32 columns beyond the decayed quantities."""

    SILENT_D = 3 * 10
    SINCE_AWAKE = 31
    DEVICE_CARDS = 32
    WIDTH = 33


class I(IntEnum):
    """int64 columns."""

    NUMBER = 0
    FIRST_MS = 1
    OPENED_MS = 2
    LAST_PEER = 3
    ACTIVE_MS = 4
    DEVICE_MS = 5
    DIGITS = 6
    WIDTH = 7


class W(IntEnum):
    """uint32 columns: bits of hours, cells and handsets in two generations, then the peers."""

    GENERATION = 0
    HOURS = 1
    CELLS = 3
    HANDSETS = 7
    FIRST_PEER = 9
    WIDTH = 9 + PEERS * SLOT_WORDS


#: Columns of the feature matrix, in order.
FEATURES = (
    "out_calls_1h",
    "out_calls_1d",
    "out_calls_7d",
    "in_calls_7d",
    "out_share_7d",
    "novel_calls_1h",
    "novel_calls_1d",
    "novel_share_7d",
    "calls_per_counterpart_7d",
    "most_calls_to_one",
    "answer_rate_1d",
    "mean_talk_s_1d",
    "called_back_share_7d",
    "out_sms_1h",
    "novel_sms_1h",
    "novel_sms_1d",
    "sequential_share_1d",
    "cells_7d",
    "handsets_7d",
    "hours_active_7d",
    "device_cards",
    "age_d",
    "silent_d",
    "events_since_silence",
    "mobile_number",
)


@numba.njit(cache=True, nogil=True)
def update_phones(rows, f, i, w, keys, slots, entity_of, last, holes, meta, at, out):
    """Take phone rows in order, update their entities, write the features as they then stand.

    Parameters
    ----------
    rows : ndarray of CARD_ROW, shape (n,)
    f, i, w, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    at : ndarray of int64, shape (n,)
        Written: the entity's row in the table.
    out : ndarray of float32, shape (n, len(FEATURES))
        Written: features after the event, before anything is learned from it.

    Notes
    -----
    O(PEERS) a row; 432 bytes an entity and 28 of index.
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
        _turn_week(w[e], now)
        last[e] = max(last[e], now)
        if row["digits"] > 0:
            i[e, I.NUMBER] = np.int64(row["number"])
            i[e, I.DIGITS] = row["digits"]
        if role >= OUT:
            meta[index.SINCE_MS] = min(meta[index.SINCE_MS], now)
            _take_event(row, now, role, f[e], i[e], w[e], meta[index.SINCE_MS])
        elif role == SIGNAL:
            f[e, F.DEVICE_CARDS] = np.float32(row["value"])
            i[e, I.DEVICE_MS] = now
        elif role == NOTE and row["topic"] == 0 and row["kind"] == 0:
            i[e, I.OPENED_MS] = now
        _write(f[e], i[e], w[e], now, out[r])


@numba.njit(cache=True)
def _clear(f, i, w, e):
    f[e, :] = 0
    i[e, :] = 0
    w[e, :] = 0


@numba.njit(cache=True)
def _turn_week(w, now):
    turn(w, W.HOURS, 1, W.GENERATION, now)
    turn(w, W.CELLS, 2, W.GENERATION, now)
    turn(w, W.HANDSETS, 1, W.GENERATION, now)
    w[W.GENERATION] = max(w[W.GENERATION], np.uint32(now // GENERATION_MS))


@numba.njit(cache=True)
def _take_event(row, now, role, f, i, w, since):
    silent_from = i[I.ACTIVE_MS] if i[I.ACTIVE_MS] > 0 else max(since, i[I.OPENED_MS])
    known_before = i[I.ACTIVE_MS] > 0 or (0 < i[I.OPENED_MS] <= since)
    if known_before and now - silent_from > SILENCE_MS:
        f[F.SILENT_D] = np.float32((now - silent_from) / _DAY)
        f[F.SINCE_AWAKE] = 0
    f[F.SINCE_AWAKE] += 1
    i[I.ACTIVE_MS] = max(i[I.ACTIVE_MS], now)
    if i[I.FIRST_MS] == 0:
        i[I.FIRST_MS] = now
    # Hours are those of UTC+8: one time zone serves the whole country.
    w[W.HOURS] |= np.uint32(1) << np.uint32((now + 8 * HOUR_MS) // HOUR_MS % 24)
    peer = np.uint32(row["peer"] >> np.uint64(32)) | np.uint32(1)
    if role == IN:
        add_all(f, Q.IN_SMS if row["kind"] == _SMS else Q.IN_CALLS, 1)
        if row["kind"] != _SMS and knows(w, W.FIRST_PEER, PEERS, peer):
            add_all(f, Q.CALLED_BACK, 1)
        return
    _take_outgoing(row, now, peer, f, i, w)


@numba.njit(cache=True)
def _take_outgoing(row, now, peer, f, i, w):
    if row["cell"] != 0:
        bit = row["cell"] & np.uint32(63)
        w[W.CELLS + np.int64(bit >> np.uint32(5))] |= np.uint32(1) << (bit & np.uint32(31))
    if row["imei"] != 0:
        w[W.HANDSETS] |= np.uint32(1) << (row["imei"] & np.uint32(31))
    now_s = now // 1000
    novel = meet(w, W.FIRST_PEER, PEERS, peer, now_s, now_s - _FORGET_PEER_S)[1]
    if row["kind"] == _SMS:
        add_all(f, Q.OUT_SMS, 1)
        if novel:
            add_all(f, Q.NOVEL_SMS, 1)
        return
    add_all(f, Q.OUT_CALLS, 1)
    if novel:
        add_all(f, Q.NOVEL_CALLS, 1)
    if row["answered"] == 1 or (row["answered"] < 0 and row["value"] > 0):
        add_all(f, Q.ANSWERED, 1)
        add_all(f, Q.TALK_S, np.float32(max(row["value"], 0)))
    number = np.int64(row["peer_number"])
    if number != 0 and i[I.LAST_PEER] != 0 and 0 < abs(number - i[I.LAST_PEER]) <= SEQUENCE_GAP:
        add_all(f, Q.SEQUENTIAL, 1)
    i[I.LAST_PEER] = number


@numba.njit(cache=True)
def _share(part, whole):
    return part / whole if whole > np.float32(1e-6) else np.float32(0)


@numba.njit(cache=True)
def _write(f, i, w, now, out):
    h, d, wk = 0, 1, 2
    all_out = f[3 * Q.OUT_CALLS + wk] + f[3 * Q.OUT_SMS + wk]
    all_in = f[3 * Q.IN_CALLS + wk] + f[3 * Q.IN_SMS + wk]
    out[0] = f[3 * Q.OUT_CALLS + h]
    out[1] = f[3 * Q.OUT_CALLS + d]
    out[2] = f[3 * Q.OUT_CALLS + wk]
    out[3] = f[3 * Q.IN_CALLS + wk]
    out[4] = _share(all_out, all_out + all_in)
    out[5] = f[3 * Q.NOVEL_CALLS + h]
    out[6] = f[3 * Q.NOVEL_CALLS + d]
    out[7] = _share(f[3 * Q.NOVEL_CALLS + wk], f[3 * Q.OUT_CALLS + wk])
    out[8] = f[3 * Q.OUT_CALLS + wk] / max(f[3 * Q.NOVEL_CALLS + wk], np.float32(1))
    out[9] = np.float32(most_met(w, W.FIRST_PEER, PEERS))
    out[10] = _share(f[3 * Q.ANSWERED + d], f[3 * Q.OUT_CALLS + d])
    out[11] = _share(f[3 * Q.TALK_S + d], f[3 * Q.ANSWERED + d])
    out[12] = _share(f[3 * Q.CALLED_BACK + wk], f[3 * Q.OUT_CALLS + wk])
    out[13] = f[3 * Q.OUT_SMS + h]
    out[14] = f[3 * Q.NOVEL_SMS + h]
    out[15] = f[3 * Q.NOVEL_SMS + d]
    out[16] = _share(f[3 * Q.SEQUENTIAL + d], f[3 * Q.OUT_CALLS + d])
    out[17] = np.float32(estimate_distinct(w, W.CELLS, 2))
    out[18] = np.float32(count_bits(w, W.HANDSETS, 1))
    out[19] = np.float32(count_bits(w, W.HOURS, 1))
    fresh = i[I.DEVICE_MS] > 0 and now - i[I.DEVICE_MS] < 7 * 86_400_000
    out[20] = f[F.DEVICE_CARDS] if fresh else np.float32(0)
    # Without an opening record the card is as old as what was seen of it, and not called new.
    opened = i[I.OPENED_MS]
    out[21] = np.float32((now - opened) / _DAY) if opened > 0 else np.float32(3650)
    out[22] = f[F.SILENT_D]
    out[23] = f[F.SINCE_AWAKE]
    # Eleven digits from 13 to 19 on: the numbering plan's mobile range; service numbers lie outside.
    leading = i[I.NUMBER] // 1_000_000_000
    out[24] = np.float32(1) if i[I.DIGITS] == 11 and 13 <= leading <= 19 else np.float32(0)
