"""From a phone's features to a hit: river's model of a shard, thresholds, one hit a phone and day."""

from river.anomaly import HalfSpaceTrees

from benchmarks.performance.lane.call import Call
from benchmarks.performance.lane.definition import GAP_MS, NOVEL_CALLS, SCALES, SCORE, TREES


def new_model() -> HalfSpaceTrees:
    """The detector of one shard before it has seen anything."""
    return HalfSpaceTrees(**TREES)


def score_and_learn(model: HalfSpaceTrees, features: dict[str, float]) -> float:
    """Score the features of a call's maker, then learn them."""
    scaled = {name: features[name] / (features[name] + scale) for name, scale in SCALES.items()}
    score = model.score_one(scaled)
    model.learn_one(scaled)
    return score


def is_alert(features: dict[str, float], score: float) -> bool:
    return features["novel_calls_1d"] >= NOVEL_CALLS and score >= SCORE


def opens_hit(time_ms: int, last_alert_ms: int | None) -> bool:
    """Whether an alert begins a hit, or belongs to the one before."""
    return last_alert_ms is None or time_ms - last_alert_ms >= GAP_MS


def hit_of(call: Call) -> tuple[str, int, str]:
    """What a hit is known by: the phone, and the call that showed it."""
    return call.caller, call.time_ms, call.callee
