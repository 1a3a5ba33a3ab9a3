"""Random card events as records of the topic, and as decoded rows."""

import json
import random

from features.decode import EventBatch, decode
from features.openings.rows import opening_rows
from features.partition import event_uids
from features.subbatch import SubBatch

T0_MS = 1_767_225_600_000  # 2026-01-01, a Thursday
DAY_MS = 86_400_000


def records(seed: int, count: int = 300, people: int = 12, cards: int = 60, days: int = 20) -> list[dict]:
    """Openings, closings and transfers among few people, in order of time; many meet in an address or an agent."""
    rng = random.Random(seed)
    made = []
    for k in range(count):
        number = rng.randrange(cards)
        phone = rng.random() < 0.4
        card = f"phone:{138_0000_0000 + number}" if phone else f"account:{(622262, 621226)[number % 2]}{number:010d}"
        record = {"event_id": f"e{k}", "event_time": T0_MS + rng.randrange(days * DAY_MS), "card": card,
                  "action": rng.choices(("open", "close", "transfer"), (7, 2, 1))[0],
                  "holder": f"h{rng.randrange(people)}",
                  "branch": f"b{number % 3}", "area": rng.choice(("510107", "510104", "110101", "")),
                  "corporate": rng.random() < 0.1}
        for name, value in (("agent", f"a{rng.randrange(2)}"), ("address", f"r{rng.randrange(3)}"),
                            ("linked_phone", str(138_0000_0000 + rng.randrange(6))), ("clerk", "k")):
            if rng.random() < 0.6:
                record[name] = value
        made.append(record)
    return sorted(made, key=lambda record: record["event_time"])


def decoded(made: list[dict]) -> EventBatch:
    raw = "".join(json.dumps(record) + "\n" for record in made).encode()
    batch = decode("card", raw, 0, T0_MS + 10**11)
    assert not batch.rejects
    return batch


def sub_batch(made: list[dict]) -> SubBatch:
    batch = decoded(made)
    return opening_rows(batch, event_uids(batch))
