"""A phone's features, record by record in plain Python: what a rival's user function keeps and computes.

The semantics are those of :mod:`features.phone` for records in order of event time. State is a dict of numbers
and lists, so that any engine can store it as JSON or pickled.
"""

from benchmarks.performance.lane.call import IN, OUT, Call
from benchmarks.performance.lane.definition import NOTHING

_HOUR_MS, _DAY_MS, _WEEK_MS = 3_600_000.0, 86_400_000.0, 604_800_000.0
_FORTNIGHT_MS = 14 * 86_400_000
_SLOTS, _MOST_MET, _MOST_TALKS = 16, 15, 4095
_SEQUENCE_GAP = 10


def new_phone() -> dict:
    """State of a phone that was never seen."""
    return {
        "last": 0, "fortnight": 0, "number": 0, "turn": 0, "most_talks": 0,
        "hour": [0.0] * 4,  # calls made, to unknown numbers, messages sent, to unknown numbers
        "day": [0.0] * 6,  # calls made, unknown, messages to unknown, answered, talk in seconds, dialled in sequence
        "week": [0.0] * 6,  # calls made, unknown, received, messages sent, received, called back
        # Each: this fortnight, the one before.
        "out_talks": [0, 0], "in_talks": [0, 0], "out_sms": [0, 0], "in_sms": [0, 0], "talk_s": [0, 0],
        "peers": {},  # number: [slot, met now, met before, talks now, talks before]
    }  # fmt: skip


def take_call(state: dict, call: Call, side: int) -> None:
    """Bring the state up to a call that the phone made (OUT) or got (IN)."""
    _decay(state, call.time_ms - state["last"])
    _turn(state, call.time_ms)
    state["last"] = call.time_ms
    peer = call.callee if side == OUT else call.caller
    talk_s = call.duration_s
    talked = not call.sms and (call.answered if call.answered is not None else talk_s != 0)
    known, talks = _meet(state, peer, talked, side == OUT)
    if talked:
        state["most_talks"] = max(state["most_talks"], talks)
        state["out_talks" if side == OUT else "in_talks"][0] += 1
        state["talk_s"][0] += max(talk_s or 0, 0)
    elif call.sms:
        state["out_sms" if side == OUT else "in_sms"][0] += 1
    if side == IN:
        _take_incoming(state, call, known)
    elif call.sms:
        _take_message(state, known)
    else:
        _take_outgoing(state, call, known)


def _take_incoming(state: dict, call: Call, known: bool) -> None:
    week = state["week"]
    week[4 if call.sms else 2] += 1
    week[5] += known and not call.sms


def _take_message(state: dict, known: bool) -> None:
    state["hour"][2] += 1
    state["week"][3] += 1
    if not known:
        state["hour"][3] += 1
        state["day"][2] += 1


def _take_outgoing(state: dict, call: Call, known: bool) -> None:
    hour, day, week = state["hour"], state["day"], state["week"]
    hour[0] += 1
    day[0] += 1
    week[0] += 1
    if not known:
        hour[1] += 1
        day[1] += 1
        week[1] += 1
    if call.answered or (call.answered is None and (call.duration_s or 0) > 0):
        day[3] += 1
        day[4] += max(call.duration_s or 0, 0)
    number = int(call.callee) & 0xFFFFFFFF if call.callee.isdecimal() and len(call.callee) <= 19 else 0
    if number and state["number"] and 0 < abs(number - state["number"]) <= _SEQUENCE_GAP:
        day[5] += 1
    state["number"] = number


def _decay(state: dict, elapsed_ms: int) -> None:
    if elapsed_ms <= 0:
        return
    for name, half_life in (("hour", _HOUR_MS), ("day", _DAY_MS), ("week", _WEEK_MS)):
        factor = 2.0 ** (-elapsed_ms / half_life)
        state[name] = [value * factor for value in state[name]]


def _turn(state: dict, now_ms: int) -> None:
    number = now_ms // _FORTNIGHT_MS
    gone = number - state["fortnight"]
    if gone <= 0:
        return
    state["fortnight"] = number
    for name in ("out_talks", "in_talks", "out_sms", "in_sms", "talk_s"):
        state[name] = [0, state[name][0] if gone == 1 else 0]
    peers = state["peers"]
    for peer, (slot, met, _, talks, _) in list(peers.items()):
        if gone > 1 or met == 0:
            del peers[peer]
        else:
            peers[peer] = [slot, 0, met, 0, talks]
    state["most_talks"] = max((counts[4] for counts in peers.values()), default=0)


def _meet(state: dict, peer: str, talked: bool, insert: bool) -> tuple[bool, int]:
    """Whether the counterpart is one of the regular ones, and the conversations with it."""
    peers = state["peers"]
    counts = peers.get(peer)
    known = counts is not None
    if not known:
        if not insert:
            return False, 0
        counts = peers[peer] = [_free_slot(state), 0, 0, 0, 0]
    counts[1] = min(counts[1] + 1, _MOST_MET)
    counts[3] = min(counts[3] + talked, _MOST_TALKS)
    return known, counts[3] + counts[4]


def _free_slot(state: dict) -> int:
    """The slot met least often gives way, the first of equals from the one whose turn it is."""
    peers, turn = state["peers"], state["turn"]
    held = [(0, None)] * _SLOTS
    for peer, counts in peers.items():
        held[counts[0]] = (counts[1] + counts[2], peer)
    slot = min(((turn + k) % _SLOTS for k in range(_SLOTS)), key=lambda s: held[s][0])
    state["turn"] = (slot + 1) % _SLOTS
    if held[slot][1] is not None:
        del peers[held[slot][1]]
    return slot


def values(state: dict, phone: str) -> dict[str, float]:
    """The lane's features as they stand, in the order of :data:`.definition.FEATURES`."""
    hour, day, week = state["hour"], state["day"], state["week"]
    out_talks = sum(state["out_talks"])
    calls = out_talks + sum(state["in_talks"])
    sms = sum(state["out_sms"]) + sum(state["in_sms"])
    out = week[0] + week[3]
    return {
        "answer_rate_1d": _share(day[3], day[0]),
        "called_back_share_7d": _share(week[5], week[0]),
        "calls_28d": calls,
        "calls_per_counterpart_7d": week[0] / max(week[1], 1.0),
        "in_calls_7d": week[2],
        "mean_talk_s_1d": _share(day[4], day[3]),
        "mean_talk_s_28d": _share(sum(state["talk_s"]), calls),
        "mobile_number": float(phone.isdecimal() and len(phone) == 11 and "13" <= phone[:2] <= "19"),
        "most_calls_with_one_28d": state["most_talks"],
        "most_with_one_share_28d": _share(state["most_talks"], calls),
        "novel_calls_1d": day[1],
        "novel_calls_1h": hour[1],
        "novel_share_7d": _share(week[1], week[0]),
        "novel_sms_1d": day[2],
        "novel_sms_1h": hour[3],
        "out_calls_1d": day[0],
        "out_calls_1h": hour[0],
        "out_calls_7d": week[0],
        "out_share_28d": _share(out_talks, calls),
        "out_share_7d": _share(out, out + week[2] + week[4]),
        "out_sms_1h": hour[2],
        "sequential_share_1d": _share(day[5], day[0]),
        "sms_28d": sms,
        "sms_share_28d": _share(sms, sms + calls),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole > NOTHING else 0.0
