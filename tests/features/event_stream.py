"""Random events as plain dicts, and the way they reach the shards: late, twice, out of order."""

import json
import random
from dataclasses import dataclass
from functools import lru_cache

from features.bounds import Bounds
from features.card_features import CardFeatures
from features.decode import EventBatch, decode
from features.device_features import DeviceFeatures
from features.partition import card_rows, device_rows, event_uids, split_by_shard
from features.subbatch import SubBatch

#: Monday 2026-03-02, 11:00 in China.
START_MS = 1_772_420_400_000
LATEST_MS = START_MS + 4000 * 86_400_000
LATENESS_MS = 120_000

PHONES = [f"138000000{k:02d}" for k in range(1, 13)] + ["13900000000", "0138", "95533", "AB-7", "8" * 25, "19" * 9]
PHONES += [f"1370000{k:04d}" for k in range(0, 1000, 125)]
ACCOUNTS = [f"62220000000000{k:05d}" for k in range(12)] + ["9" * 19, "0" * 18 + "1", "wallet:7", "1" * 30]
#: Multiples of a quarter, whose float32 sums are exact; no two differ by just 5 %.
AMOUNTS = (0.5, 1, 5, 10, 10.25, 100, 102.25, 500, 1999.75, 2000, 2050, 5000, 20000)
AREAS = ("510104", "510105", "510704", "440305", "500101", "500233", "5101", "abcdef")
#: Bounds that no test stream reaches.
WIDE = Bounds()
_GAPS_MS = (0, 1, 900, 20_000, 60_000, 60_000, 600_000, 600_000, 3_600_000, 20_000_000, 100_000_000, 300_000_000)


def random_events(rng: random.Random, count: int, cards: int, slow: bool = False) -> list[tuple[str, dict]]:
    """(topic, event) in order of time; `cards` of each kind take part, a few of them mostly."""
    phones, accounts = (rng.sample(names, min(cards, len(names))) for names in (PHONES, ACCOUNTS))
    events = []
    now = START_MS
    gaps = _GAPS_MS if slow else _GAPS_MS[:-2]
    for k in range(count):
        now += int(rng.choice(gaps) * rng.choice((1, 1, 0.7)))
        topic = rng.choices(("cdr", "txn", "card", "verdict"), (50, 40, 8, 2))[0]
        event = {"event_id": f"e{k}", "event_time": now}
        events.append((topic, event | _MAKE[topic](rng, phones, accounts)))
    return events


def _few(rng, names):
    return names[min(int(rng.expovariate(1) * len(names) / 3), len(names) - 1)]


def _maybe(rng, **values):
    return {name: value for name, value in values.items() if value is not None and rng.random() < 0.8}


def _cdr(rng, phones, accounts):
    answered = rng.choice((True, False, None))
    return {
        "kind": rng.choice(("voice", "voice", "sms")),
        "caller": _few(rng, phones), "callee": _few(rng, phones),
        **_maybe(rng, answered=answered, duration_s=rng.choice((0, 7, 61.5, 600)), cell=f"c{rng.randrange(40)}",
                 imei=f"i{rng.randrange(5)}", area=rng.choice(AREAS), home_area=rng.choice((*AREAS[:2], None))),
    }  # fmt: skip


def _txn(rng, phones, accounts):
    return {
        "payer": _few(rng, accounts), "payee": _few(rng, accounts), "amount": rng.choice(AMOUNTS),
        **_maybe(rng, channel=rng.choice(("atm", "mobile", "pos")), device=f"d{rng.randrange(3)}",
                 balance_after=rng.choice((0, -5, 50.25, 100_000))),
    }  # fmt: skip


def _card(rng, phones, accounts):
    event = _note(rng, phones, accounts)
    # Some notes tell of an opening long before the stream began.
    early = {"event_time": START_MS - rng.randrange(1, 900) * 86_400_000} if rng.random() < 0.3 else {}
    event |= early | {"action": rng.choice(("open", "open", "close", "transfer")), "holder": "h", "branch": "b"}
    return event | _maybe(rng, area=rng.choice(AREAS))


def _note(rng, phones, accounts):
    kind, names = rng.choice((("phone", phones), ("account", accounts)))
    return {"card": f"{kind}:{_few(rng, names)}"}


def _verdict(rng, phones, accounts):
    return _note(rng, phones, accounts) | {"verdict": rng.choice(("confirmed", "confirmed", "cleared")), "officer": "o"}


_MAKE = {"cdr": _cdr, "txn": _txn, "card": _card, "verdict": _verdict}


@dataclass(frozen=True)
class Step:
    """Events that arrive together, and the watermark behind them."""

    events: list[tuple[str, dict]]
    watermark_ms: int


def arrivals(rng: random.Random, events: list[tuple[str, dict]], late: float = 0.03, twice: float = 0.05) -> list[Step]:
    """Shuffle events within the lateness, a share `late` beyond it, a share `twice` again later."""
    placed = []
    for topic, event in events:
        delay = rng.randrange(LATENESS_MS) if rng.random() < 0.3 else 0
        delay = rng.randrange(2, 100) * LATENESS_MS if rng.random() < late else delay
        placed.append((event["event_time"] + delay, topic, event))
        if rng.random() < twice:
            placed.append((event["event_time"] + delay + rng.randrange(10 * LATENESS_MS), topic, event))
    placed.sort(key=lambda p: p[0])
    steps, newest, at = [], 0, 0
    while at < len(placed):
        part = [(topic, event) for _, topic, event in placed[at : at + rng.randrange(1, 9)]]
        at += len(part)
        newest = max([newest, *(event["event_time"] for _, event in part)])
        steps.append(Step(part, newest - LATENESS_MS - 1))
    return [*steps, Step([], 2**62)]


def decoded(topic: str, events: list[dict]) -> EventBatch:
    """The events through their JSON form; every one of them is a good record."""
    batch = decode(topic, b"\n".join(json.dumps(event).encode() for event in events), 0, LATEST_MS)
    assert not batch.rejects, batch.rejects[:1]
    return batch


@lru_cache(maxsize=4096)
def _uid_of(topic: str, text: str) -> int:
    return int(event_uids(decoded(topic, [json.loads(text)]))[0])


def uid_of(topic: str, event: dict) -> int:
    """The event's identity in the shards, which breaks ties of time."""
    return _uid_of(topic, json.dumps(event))


def push(cards: CardFeatures, devices: DeviceFeatures, events: list[tuple[str, dict]]) -> None:
    """Decode events topic by topic, and give their rows to a shard of cards and one of devices."""
    for topic in {topic: None for topic, _ in events}:
        batch = decoded(topic, [event for t, event in events if t == topic])
        uid = event_uids(batch)
        devices.push(SubBatch(device_rows(batch, uid)))
        rows, names = card_rows(batch, uid)
        for _, part in split_by_shard(rows, 1, ("source",), names):
            cards.push(part)


def run_features(steps: list[Step], bounds: Bounds = WIDE):
    """Yield (step, FeatureRows) of everything that the shards bring out."""
    cards, devices = CardFeatures(bounds), DeviceFeatures(bounds)
    for number, step in enumerate(steps):
        push(cards, devices, step.events)
        cards.push(SubBatch(devices.advance(step.watermark_ms)))
        rows = cards.release(step.watermark_ms).rows
        for features in cards.update(rows) if rows.size else ():
            yield number, features
