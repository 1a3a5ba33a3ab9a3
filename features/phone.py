"""Features of phone numbers from calls and messages."""

import numba
import numpy as np

from features import entity_index as index
from features import fortnights, regular_peers
from features.areas import same_prefecture, same_province
from features.distinct_sketch import estimate_elements, note_element
from features.generations import GENERATION_MS, turn
from features.phone_columns import (
    CALL_SKETCH,
    DAILY_END,
    FEATURES,
    HOURLY_END,
    SMS_SKETCH,
    WEEKLY_END,
    F,
    I,
    Peer,
    W,
)
from features.phone_values import LEARN_EVERY, learn_peers, note_peers, write_values
from features.roles import IN, NOTE, OUT, SIGNAL

__all__ = ["FEATURES", "F", "I", "Peer", "W", "update_phones"]

#: Silence after which activity counts as an awakening, s (ours): two days.
SILENCE_S = 2 * 86_400
#: Called numbers this near to one called just before count as dialled in sequence (ours).
SEQUENCE_GAP = 10
_SMS = 1
_HALF = np.uint32(0xFFFF)
_MOST_MET = 255


@numba.njit(cache=True, nogil=True)
def update_phones(rows, f, i, w, keys, slots, entity_of, last, holes, meta, at, met, out, moments):
    """Take phone rows in order, update their entities, write the features as they then stand.

    Parameters
    ----------
    rows : ndarray of CARD_ROW, shape (n,)
    f, i, w, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    at : ndarray of int64, shape (n,)
        Written: the entity's row in the table.
    met : ndarray of uint8, shape (n,)
        Written: for an event conversations with this counterpart, itself included, up to 255; 0 where the
        counterpart is not among those the card turned to.
    out : ndarray of float32, shape (n, len(FEATURES))
        Written: features after the event, before anything is learned from it.
    moments : ndarray of float64, shape (Peer.COUNT, 3)
        Of the shard's :class:`features.population.Population`; a row is held against it, then learned.

    Notes
    -----
    O(regular counterparts) a row; 484 bytes an entity and 28 of index.
    """
    peers = np.empty(moments.shape[0])
    note_peers(moments, peers)
    for r in range(rows.size):
        row = rows[r]
        now = row["time"]
        now_s = now // 1000
        role = row["role"]
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and now - last[e] > meta[index.SILENCE_MS]:
            _clear(f, i, w, e)  # forgotten, whether or not the clock has passed it yet
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
            _clear(f, i, w, e)
        at[r] = e
        mf, mi, mw = f[e], i[e], w[e]
        _decay(mf, now - last[e])
        _turn(mf, mw, now)
        last[e] = max(last[e], now)
        if row["digits"] > 0:
            mi[I.NUMBER] = np.int64(row["number"])
            mi[I.DIGITS] = row["digits"]
        met[r] = 0
        if role >= OUT:
            meta[index.SINCE_MS] = min(meta[index.SINCE_MS], now)
            met[r] = min(_take_event(row, now_s, role, mf, mw, meta[index.SINCE_MS] // 1000), _MOST_MET)
        elif role == SIGNAL:
            mw[W.DEVICE_CARDS] = np.uint32(row["value"]) | np.uint32(row["balance"]) << np.uint32(16)
            mw[W.DEVICE_S] = np.uint32(now_s)
        elif role == NOTE and row["topic"] == 0 and row["kind"] == 0:
            mw[W.OPENED_S] = np.uint32(now_s)
            if row["home_area"] != 0:
                mw[W.HOME_AREA] = row["home_area"]
        features = out[r]
        write_values(mf, mi, mw, now_s, moments, peers, features)
        if role >= OUT and row["uid"] % LEARN_EVERY == 0:
            learn_peers(mf, moments, features)
            note_peers(moments, peers)


@numba.njit(cache=True)
def _clear(f, i, w, e):
    f[e, :] = 0
    i[e, :] = 0
    w[e, :] = 0


@numba.njit(cache=True)
def _decay(f, elapsed_ms):
    # A late event has less than no age; it is counted at full weight.
    if elapsed_ms <= 0:
        return
    # One power for the three: half-lives of a week, a day, an hour are 168 : 24 : 1.
    week = 2.0 ** (-elapsed_ms / 604_800_000.0)
    week2 = week * week
    day = week2 * week2 * week2 * week
    day2 = day * day
    day4 = day2 * day2
    day8 = day4 * day4
    hourly, daily, weekly = np.float32(day8 * day8 * day8), np.float32(day), np.float32(week)
    for k in range(HOURLY_END):
        f[k] *= hourly
    for k in range(HOURLY_END, DAILY_END):
        f[k] *= daily
    for k in range(DAILY_END, WEEKLY_END):
        f[k] *= weekly


@numba.njit(cache=True)
def _turn(f, w, now):
    # A late row counts into the newest half week and fortnight.
    number, newest = now // GENERATION_MS, np.int64(w[W.HALF_WEEK])
    if number <= newest:
        return
    turn(w, W.CELLS, 2, W.HALF_WEEK, now)
    w[W.HALF_WEEK] = np.uint32(number)
    gone = number // fortnights.HALF_WEEKS - newest // fortnights.HALF_WEEKS
    if gone > 0:
        _turn_fortnight(f, w, gone)


@numba.njit(cache=True)
def _turn_fortnight(f, w, gone):
    fortnights.turn_words(w, W.HOURS, 1, gone)
    fortnights.turn_words(w, W.HANDSETS, 1, gone)
    fortnights.turn_words(w, W.AREAS, 1, gone)
    fortnights.turn_words(w, W.TALK_S, 1, gone)
    fortnights.turn_words(w, W.CALL_SKETCH, CALL_SKETCH, gone)
    fortnights.turn_words(w, W.SMS_SKETCH, SMS_SKETCH, gone)
    for pair in range(W.OUT_TALKS, W.HOUR_COUNTS):
        fortnights.turn_pair(w, pair, gone)
    for _ in range(min(gone, 8)):
        fortnights.halve_hours(w, W.HOUR_COUNTS)
    w[W.MOST_TALKS] = np.uint32(regular_peers.turn_peers(w, W.PEERS, gone > 1))
    f[F.COUNTERPARTS] = np.float32(estimate_elements(w, W.CALL_SKETCH, CALL_SKETCH))
    f[F.SMS_COUNTERPARTS] = np.float32(estimate_elements(w, W.SMS_SKETCH, SMS_SKETCH))


@numba.njit(cache=True)
def _take_event(row, now_s, role, f, w, since_s):
    _note_silence(f, w, now_s, since_s)
    peer = np.uint32(row["peer"] >> np.uint64(32)) | np.uint32(1)
    sms = row["kind"] == _SMS
    # What is not known to have failed was a conversation.
    talked = not sms and (row["answered"] == 1 or (row["answered"] < 0 and row["value"] != 0))
    known, talks = regular_peers.meet_peer(w, W.PEERS, peer, talked, role == OUT)
    met = max(talks, 1) if known else 0
    if talked:
        w[W.MOST_TALKS] = max(w[W.MOST_TALKS], np.uint32(talks))
        _take_conversation(row, now_s, role, f, w)
    elif sms:
        fortnights.count_one(w, W.OUT_SMS if role == OUT else W.IN_SMS)
        if note_element(w, W.SMS_SKETCH, SMS_SKETCH, row["peer"]):
            f[F.SMS_COUNTERPARTS] = np.float32(estimate_elements(w, W.SMS_SKETCH, SMS_SKETCH))
    if role == IN:
        f[F.IN_SMS_7D if sms else F.IN_CALLS_7D] += 1
        if known and not sms:
            f[F.CALLED_BACK_7D] += 1
        return met
    _take_place(row, f, w)
    if sms:
        f[F.OUT_SMS_1H] += 1
        f[F.OUT_SMS_7D] += 1
        if not known:
            f[F.NOVEL_SMS_1H] += 1
            f[F.NOVEL_SMS_1D] += 1
        return met
    _take_outgoing_call(row, known, f, w)
    return met


@numba.njit(cache=True)
def _note_silence(f, w, now_s, since_s):
    # Who was never seen and has no record of a later opening was silent since the stream began.
    active, opened = np.int64(w[W.ACTIVE_S]), np.int64(w[W.OPENED_S])
    if (active > 0 or opened <= since_s) and now_s - (active if active > 0 else since_s) > SILENCE_S:
        f[F.SILENT_D] = np.float32((now_s - (active if active > 0 else since_s)) / 86_400.0)
        w[W.SINCE_AWAKE] = 0
        w[W.FROM_AREA] = w[W.LAST_AREA]
    if w[W.SINCE_AWAKE] & _HALF != _HALF:
        w[W.SINCE_AWAKE] += np.uint32(1)
    w[W.ACTIVE_S] = np.uint32(max(active, now_s))


@numba.njit(cache=True)
def _take_conversation(row, now_s, role, f, w):
    fortnights.count_one(w, W.OUT_TALKS if role == OUT else W.IN_TALKS)
    w[W.TALK_S] += np.uint32(max(row["value"], 0))
    # Hours are those of UTC+8: one time zone serves the whole country.
    hour = (now_s // 3600 + 8) % 24
    w[W.HOURS] |= np.uint32(1) << np.uint32(hour)
    fortnights.count_hour(w, W.HOUR_COUNTS, hour)
    if note_element(w, W.CALL_SKETCH, CALL_SKETCH, row["peer"]):
        f[F.COUNTERPARTS] = np.float32(estimate_elements(w, W.CALL_SKETCH, CALL_SKETCH))


@numba.njit(cache=True)
def _take_place(row, f, w):
    """Cell, handset and area of an outgoing event, and how far from home it was."""
    if row["cell"] != 0:
        bit = row["cell"] & np.uint32(63)
        w[W.CELLS + np.int64(bit >> np.uint32(5))] |= np.uint32(1) << (bit & np.uint32(31))
    if row["imei"] != 0:
        w[W.HANDSETS] |= np.uint32(1) << (row["imei"] & np.uint32(31))
    if row["home_area"] != 0:
        w[W.HOME_AREA] = row["home_area"]
    area, home = row["area"], w[W.HOME_AREA]
    if area == 0:
        return
    # Multiplied, since codes of neighbouring counties are neighbours; Knuth's constant.
    w[W.AREAS] |= np.uint32(1) << ((area * np.uint32(2_654_435_769)) >> np.uint32(27) & np.uint32(31))
    if home != 0:
        f[F.PLACED_7D] += 1
        if not same_prefecture(area, home):
            f[F.AWAY_PREFECTURE_7D] += 1
        if not same_province(area, home):
            f[F.AWAY_PROVINCE_7D] += 1
    if f[F.SILENT_D] > 0:
        if w[W.FROM_AREA] == 0:
            w[W.FROM_AREA] = home
        if w[W.FROM_AREA] != 0 and area != w[W.FROM_AREA] and w[W.SINCE_AWAKE] & _HALF != _HALF:
            w[W.SINCE_AWAKE] += np.uint32(1) << np.uint32(16)
    w[W.LAST_AREA] = area


@numba.njit(cache=True)
def _take_outgoing_call(row, known, f, w):
    f[F.OUT_CALLS_1H] += 1
    f[F.OUT_CALLS_1D] += 1
    f[F.OUT_CALLS_7D] += 1
    if not known:
        f[F.NOVEL_CALLS_1H] += 1
        f[F.NOVEL_CALLS_1D] += 1
        f[F.NOVEL_CALLS_7D] += 1
    if row["answered"] == 1 or (row["answered"] < 0 and row["value"] > 0):
        f[F.ANSWERED_1D] += 1
        f[F.TALK_S_1D] += np.float32(max(row["value"], 0))
    # By the low 32 bits: two numbers that are not near look so once in 200 million.
    number = np.uint32(row["peer_number"] & np.uint64(0xFFFFFFFF))
    gap = np.int64(np.uint32(number - w[W.LAST_PEER]))
    near = 0 < gap <= SEQUENCE_GAP or gap >= (1 << 32) - SEQUENCE_GAP
    if number != 0 and w[W.LAST_PEER] != 0 and near:
        f[F.SEQUENTIAL_1D] += 1
    w[W.LAST_PEER] = number
