"""One side of a call on one shard: the user function that a per-record engine is given."""

from collections.abc import MutableMapping

from benchmarks.performance.lane.call import OUT, Call
from benchmarks.performance.lane.judge import hit_of, is_alert, opens_hit, score_and_learn
from benchmarks.performance.lane.phone import new_phone, take_call, values


def take_side(phones: MutableMapping, model, call: Call, side: int) -> tuple[str, int, str] | None:
    """Update the phone on one side of a call, score the caller; a hit if one begins.

    Parameters
    ----------
    phones : mapping of str to dict
        The shard's phones, wherever the engine keeps them; read once and written once.
    model : river.anomaly.HalfSpaceTrees
        The shard's.
    """
    phone = call.numbers()[side]
    state = phones.get(phone) or new_phone()
    take_call(state, call, side)
    found = None
    if side == OUT:
        features = values(state, phone)
        if is_alert(features, score_and_learn(model, features)):
            if opens_hit(call.time_ms, state.get("alert")):
                found = hit_of(call)
            state["alert"] = call.time_ms
    phones[phone] = state
    return found
