"""From a phone's state to its features, and from its features to the population it is held against."""

import numba
import numpy as np

from features.fortnights import both, busiest_hour_share
from features.generations import count_bits
from features.phone_columns import Column, F, I, Peer, W
from features.population import learn, typical, z_of

#: Conversations, and messages, from which a phone's habits are held against its peers (ours).
ENOUGH = 10
#: A device's signal is forgotten after seven days, s (ours).
_DEVICE_S = 7 * 86_400
#: One event in so many is learned by the population (ours), by its identity.
LEARN_EVERY = np.uint64(8)
#: Events of a phone, decayed with a half-life of seven days, from which on its rows count less (ours):
#: a phone counts about once a day, however busy it is.
_FEW = 10.0
_HALF = np.uint32(0xFFFF)
C = Column
#: Distinct elements behind so many of 64 and 32 bits, by linear counting; the latter to a whole one.
_OF_64 = (64 * np.log(64 / np.maximum(64.0 - np.arange(65), 1))).astype(np.float32)
_OF_32 = np.rint(32 * np.log(32 / np.maximum(32.0 - np.arange(33), 1))).astype(np.float32)


@numba.njit(cache=True)
def _share(part, whole):
    return part / whole if whole > np.float32(1e-6) else np.float32(0)


@numba.njit(cache=True)
def write_values(f, i, w, now_s, moments, peers, out):
    """Write the features of one phone as they stand at `now_s` (UTC, s).

    Parameters
    ----------
    f, i, w : ndarray
        The entity's row of each kind of column.
    moments : ndarray of float64, shape (Peer.COUNT, 3)
    peers : ndarray of float64, shape (Peer.COUNT,)
        Typical values, as :func:`note_peers` left them.
    out : ndarray of float32, shape (len(FEATURES),)
    """
    _write_decayed(f, out)
    _write_fortnights(f, w, out)
    _write_place(f, w, out)
    fresh = w[W.DEVICE_S] > 0 and now_s - np.int64(w[W.DEVICE_S]) < _DEVICE_S
    out[C.DEVICE_CARDS] = np.float32(w[W.DEVICE_CARDS] & _HALF) if fresh else np.float32(0)
    out[C.DEVICE_CONFIRMED_CARDS] = (
        np.float32(w[W.DEVICE_CARDS] >> np.uint32(16)) if fresh else np.float32(0)
    )
    # Without an opening record the card is as old as what was seen of it, and not called new.
    opened = np.int64(w[W.OPENED_S])
    out[C.AGE_D] = np.float32((now_s - opened) / 86_400.0) if opened > 0 else np.float32(3650)
    # Eleven digits from 13 to 19 on: the numbering plan's mobile range; service numbers lie outside.
    leading = i[I.NUMBER] // 1_000_000_000
    out[C.MOBILE_NUMBER] = np.float32(1) if i[I.DIGITS] == 11 and 13 <= leading <= 19 else np.float32(0)
    _write_peers(moments, peers, out)


@numba.njit(cache=True)
def _write_decayed(f, out):
    all_out = f[F.OUT_CALLS_7D] + f[F.OUT_SMS_7D]
    out[C.OUT_CALLS_1H] = f[F.OUT_CALLS_1H]
    out[C.OUT_CALLS_1D] = f[F.OUT_CALLS_1D]
    out[C.OUT_CALLS_7D] = f[F.OUT_CALLS_7D]
    out[C.IN_CALLS_7D] = f[F.IN_CALLS_7D]
    out[C.OUT_SHARE_7D] = _share(all_out, all_out + f[F.IN_CALLS_7D] + f[F.IN_SMS_7D])
    out[C.NOVEL_CALLS_1H] = f[F.NOVEL_CALLS_1H]
    out[C.NOVEL_CALLS_1D] = f[F.NOVEL_CALLS_1D]
    out[C.NOVEL_SHARE_7D] = _share(f[F.NOVEL_CALLS_7D], f[F.OUT_CALLS_7D])
    out[C.CALLS_PER_COUNTERPART_7D] = f[F.OUT_CALLS_7D] / max(f[F.NOVEL_CALLS_7D], np.float32(1))
    out[C.ANSWER_RATE_1D] = _share(f[F.ANSWERED_1D], f[F.OUT_CALLS_1D])
    out[C.MEAN_TALK_S_1D] = _share(f[F.TALK_S_1D], f[F.ANSWERED_1D])
    out[C.CALLED_BACK_SHARE_7D] = _share(f[F.CALLED_BACK_7D], f[F.OUT_CALLS_7D])
    out[C.OUT_SMS_1H] = f[F.OUT_SMS_1H]
    out[C.NOVEL_SMS_1H] = f[F.NOVEL_SMS_1H]
    out[C.NOVEL_SMS_1D] = f[F.NOVEL_SMS_1D]
    out[C.SEQUENTIAL_SHARE_1D] = _share(f[F.SEQUENTIAL_1D], f[F.OUT_CALLS_1D])
    out[C.AWAY_PREFECTURE_SHARE_7D] = _share(f[F.AWAY_PREFECTURE_7D], f[F.PLACED_7D])
    out[C.AWAY_PROVINCE_SHARE_7D] = _share(f[F.AWAY_PROVINCE_7D], f[F.PLACED_7D])


@numba.njit(cache=True)
def _write_fortnights(f, w, out):
    calls_out = both(w, W.OUT_TALKS)
    calls = calls_out + both(w, W.IN_TALKS)
    sms_in = both(w, W.IN_SMS)
    sms = both(w, W.OUT_SMS) + sms_in
    talk_s = np.int64(w[W.TALK_S]) + np.int64(w[W.TALK_S + 1])
    # Nobody has more counterparts than calls, whatever the sketch estimates.
    counterparts = min(f[F.COUNTERPARTS], np.float32(calls))
    sms_counterparts = min(f[F.SMS_COUNTERPARTS], np.float32(sms))
    most = w[W.MOST_TALKS]
    out[C.CALLS_28D] = np.float32(calls)
    out[C.COUNTERPARTS_28D] = counterparts
    out[C.CALLS_PER_COUNTERPART_28D] = _share(np.float32(calls), counterparts)
    out[C.MOST_CALLS_WITH_ONE_28D] = np.float32(most)
    out[C.MOST_WITH_ONE_SHARE_28D] = _share(np.float32(most), np.float32(calls))
    out[C.TALK_S_PER_COUNTERPART_28D] = _share(np.float32(talk_s), counterparts)
    out[C.MEAN_TALK_S_28D] = _share(np.float32(talk_s), np.float32(calls))
    out[C.OUT_SHARE_28D] = _share(np.float32(calls_out), np.float32(calls))
    out[C.BUSIEST_HOUR_SHARE_28D] = np.float32(busiest_hour_share(w, W.HOUR_COUNTS))
    out[C.HOURS_ACTIVE_28D] = np.float32(count_bits(w, W.HOURS, 1))
    out[C.HANDSETS_28D] = _OF_32[count_bits(w, W.HANDSETS, 1)]
    out[C.AREAS_28D] = _OF_32[count_bits(w, W.AREAS, 1)]
    out[C.SMS_28D] = np.float32(sms)
    out[C.SMS_COUNTERPARTS_28D] = sms_counterparts
    out[C.SMS_PER_COUNTERPART_28D] = _share(np.float32(sms), sms_counterparts)
    out[C.SMS_IN_SHARE_28D] = _share(np.float32(sms_in), np.float32(sms))
    out[C.SMS_SHARE_28D] = _share(np.float32(sms), np.float32(sms + calls))


@numba.njit(cache=True)
def _write_place(f, w, out):
    out[C.CELLS_7D] = _OF_64[count_bits(w, W.CELLS, 2)]
    since = np.float32(w[W.SINCE_AWAKE] & _HALF)
    out[C.SILENT_D] = f[F.SILENT_D]
    out[C.EVENTS_SINCE_SILENCE] = since
    out[C.ELSEWHERE_SINCE_SILENCE] = _share(np.float32(w[W.SINCE_AWAKE] >> np.uint32(16)), since)


@numba.njit(cache=True)
def note_peers(moments, peers):
    """Write what the population typically has; the moments change only when a row is learned."""
    for k in range(Peer.COUNT):
        peers[k] = typical(moments, k)


@numba.njit(cache=True)
def _above(moments, peers, column, value):
    return np.float32(z_of(moments, column, value)) if value > peers[column] else np.float32(0)


@numba.njit(cache=True)
def _below(moments, peers, column, value):
    return np.float32(-z_of(moments, column, value)) if value < peers[column] else np.float32(0)


@numba.njit(cache=True)
def _write_peers(moments, peers, out):
    """Standard deviations from the population, on the side that speaks against a phone."""
    few = short = np.float32(0)
    if out[C.CALLS_28D] >= ENOUGH:
        few = _below(moments, peers, Peer.CALLS_PER_COUNTERPART_28D, out[C.CALLS_PER_COUNTERPART_28D])
        short = _below(moments, peers, Peer.TALK_S_PER_COUNTERPART_28D, out[C.TALK_S_PER_COUNTERPART_28D])
    out[C.CALLS_PER_COUNTERPART_BELOW_PEERS] = few
    out[C.TALK_S_PER_COUNTERPART_BELOW_PEERS] = short
    out[C.NOVEL_CALLS_ABOVE_PEERS] = _above(moments, peers, Peer.NOVEL_CALLS_1D, out[C.NOVEL_CALLS_1D])
    out[C.NOVEL_SMS_ABOVE_PEERS] = _above(moments, peers, Peer.NOVEL_SMS_1D, out[C.NOVEL_SMS_1D])
    for k in range(Peer.COUNT):
        out[C.PEERS_CALLS_PER_COUNTERPART_28D + k] = np.float32(peers[k])


@numba.njit(cache=True)
def learn_peers(f, moments, out):
    """Learn one phone's features. A busy phone's rows count less each, so that phones count alike."""
    rows_7d = f[F.OUT_CALLS_7D] + f[F.OUT_SMS_7D] + f[F.IN_CALLS_7D] + f[F.IN_SMS_7D]
    weight = np.float64(LEARN_EVERY) * _FEW / max(_FEW, np.float64(rows_7d))
    if out[C.CALLS_28D] >= ENOUGH:
        learn(moments, Peer.CALLS_PER_COUNTERPART_28D, out[C.CALLS_PER_COUNTERPART_28D], weight)
        learn(moments, Peer.TALK_S_PER_COUNTERPART_28D, out[C.TALK_S_PER_COUNTERPART_28D], weight)
    learn(moments, Peer.NOVEL_CALLS_1D, out[C.NOVEL_CALLS_1D], weight)
    learn(moments, Peer.NOVEL_SMS_1D, out[C.NOVEL_SMS_1D], weight)
