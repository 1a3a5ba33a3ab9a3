"""A few thousand calls for the lane: people with regular counterparts, and some who call everybody once."""

import json
import random
from pathlib import Path

_START_MS = 1_772_380_800_000
_DAY_MS = 86_400_000
#: Over two fortnights, so that windows turn.
_DAYS = 33


def write_calls(path: Path, count: int = 6_000, seed: int = 7) -> Path:
    """Calls and messages in order of time, some at the same moment, some without answer or duration."""
    rng = random.Random(seed)
    people = [f"138{rng.randrange(10**8):08}" for _ in range(150)]
    regulars = {person: rng.sample(people, 12) + ["10086"] for person in people}
    lines, time_ms = [], _START_MS
    seen: set[tuple[int, str, str]] = set()
    for k in range(count):
        time_ms += rng.choice((0, 1, rng.randrange(2 * _DAYS * _DAY_MS // count)))
        caller = rng.choice(people)
        callee = rng.choice(regulars[caller]) if rng.random() < 0.9 else rng.choice(people)
        if k > count // 3 and rng.random() < 0.25:
            caller, callee = f"170000000{k // 150:02}", str(13_900_000_000 + k)
        time_ms += (time_ms, caller, callee) in seen
        seen.add((time_ms, caller, callee))
        record = {"event_id": f"e{k:06}", "event_time": time_ms, "kind": "sms" if rng.random() < 0.2 else "voice",
                  "caller": caller, "callee": callee}
        if record["kind"] == "voice" and rng.random() < 0.9:
            record |= {"duration_s": rng.choice((0, 0, 7, 40, 300))}
            if rng.random() < 0.8:
                record["answered"] = record["duration_s"] > 0
        lines.append(json.dumps(record) + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines))
    return path
