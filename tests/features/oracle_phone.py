"""Features of phones, the slow way."""

import math
import re

import pyarrow as pa

from features.hashing import hash_strings
from features.roles import DEVICE_SEED, IN, PLACE_SEED
from tests.features.oracle import RegularPeers, share
from tests.features.oracle_past import HALF_LIFE_MS, Event, Past


class PhonePast(Past):
    """All that one phone ever took."""

    def __init__(self, name: str):
        super().__init__(name)
        self.peers = RegularPeers(16)
        self.called_before: str = ""

    def take_event(self, event: Event) -> None:
        row = event.row
        if row.role == IN:
            event.marks["called_back"] = not event.sms and self.peers.knows(row.peer)
            return
        event.novel = self.peers.meet(row.peer, row.time // 1000)[1]
        if event.sms:
            return
        talk = int(row.event.get("duration_s") or 0)
        answered = row.event.get("answered")
        event.marks["answered"] = answered if answered is not None else talk > 0
        event.marks["talk_s"] = talk if event.marks["answered"] else 0
        event.marks["sequential"] = _near(row.peer, self.called_before)
        self.called_before = row.peer

    def calls(self, scale: str, mark: str = "") -> float:
        """Outgoing calls, or what `mark` says about each, decayed."""
        return self.decayed(HALF_LIFE_MS[scale], lambda e: e.out and not e.sms and (e.marks[mark] if mark else 1))

    def novel(self, scale: str, sms: bool = False) -> float:
        return self.decayed(HALF_LIFE_MS[scale], lambda e: e.out and e.sms == sms and e.novel)


def _near(number: str, before: str) -> bool:
    if not (_decimal(number) and _decimal(before)):
        return False
    return 0 < abs(int(number) - int(before)) <= 10


def _decimal(number: str) -> bool:
    return number.isdigit() and len(number) <= 19 and int(number) > 0


def _bits(texts: set[str], seed: int, bits: int) -> int:
    """How many of `bits` bits the texts set, by the low bits of their stored hashes."""
    hashes = hash_strings(pa.array(sorted(t for t in texts if t), pa.string()), seed).tolist()
    return len({h % 2**32 % bits for h in hashes})


def _cells(p: PhonePast) -> float:
    empty = 64 - _bits({e.row.event.get("cell") for e in p.recent() if e.out}, PLACE_SEED, 64)
    return 64 * math.log(64 / max(empty, 1))


def _all(p: PhonePast, out: bool) -> float:
    return p.decayed(HALF_LIFE_MS["7d"], lambda e: e.out == out)


#: How each feature is computed from all that a phone ever took.
PHONE_ORACLE = {
    "out_calls_1h": lambda p: p.calls("1h"),
    "out_calls_1d": lambda p: p.calls("1d"),
    "out_calls_7d": lambda p: p.calls("7d"),
    "in_calls_7d": lambda p: p.decayed(HALF_LIFE_MS["7d"], lambda e: not e.out and not e.sms),
    "out_share_7d": lambda p: share(_all(p, True), _all(p, True) + _all(p, False)),
    "novel_calls_1h": lambda p: p.novel("1h"),
    "novel_calls_1d": lambda p: p.novel("1d"),
    "novel_share_7d": lambda p: share(p.novel("7d"), p.calls("7d")),
    "calls_per_counterpart_7d": lambda p: p.calls("7d") / max(p.novel("7d"), 1),
    "most_calls_to_one": lambda p: p.peers.most_met(),
    "answer_rate_1d": lambda p: share(p.calls("1d", "answered"), p.calls("1d")),
    "mean_talk_s_1d": lambda p: share(p.calls("1d", "talk_s"), p.calls("1d", "answered")),
    "called_back_share_7d": lambda p: share(
        p.decayed(HALF_LIFE_MS["7d"], lambda e: not e.out and e.marks["called_back"]), p.calls("7d")
    ),
    "out_sms_1h": lambda p: p.decayed(HALF_LIFE_MS["1h"], lambda e: e.out and e.sms),
    "novel_sms_1h": lambda p: p.novel("1h", sms=True),
    "novel_sms_1d": lambda p: p.novel("1d", sms=True),
    "sequential_share_1d": lambda p: share(p.calls("1d", "sequential"), p.calls("1d")),
    "cells_7d": _cells,
    "handsets_7d": lambda p: _bits({e.row.event.get("imei") for e in p.recent() if e.out}, DEVICE_SEED, 32),
    "hours_active_7d": lambda p: p.hours_active(),
    "device_cards": lambda p: p.device_cards(),
    "age_d": lambda p: p.age_d(),
    "silent_d": lambda p: p.silent_d,
    "events_since_silence": lambda p: p.since_silence,
    "mobile_number": lambda p: int(re.fullmatch(r"1[3-9]\d{9}", p.name) is not None),
}
PHONE_EXACT = {
    *("most_calls_to_one", "handsets_7d", "hours_active_7d", "device_cards", "events_since_silence", "mobile_number"),
}
