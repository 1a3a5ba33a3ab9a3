"""Shards of persons, and of payees behind them: their laws, calls and payments joined whichever is known first."""

import json
import random
from dataclasses import asdict

import numpy as np
import pytest

from features.bounds import Bounds
from features.decay import HOUR_MS
from features.person_rows import BY_CALLED, BY_CALLER, BY_PAYEE, PAID, PERSON_ROW
from features.subbatch import SubBatch
from features.validate import ABSENT
from jobs.payee_shard import PayeeShard
from jobs.person_shard import PersonShard
from models.victims.warning_rules import warning_rules
from tests.features.laws import (
    LAWS,
    check_batching,
    check_order,
    check_repeats,
    check_snapshots,
    check_state,
    in_parts,
    ordered,
    run,
)

#: Warns early, so that a random stream brings many warnings.
EAGER = warning_rules({"warn_from": 0.001, "targeted_risk": 200, "targeted_talk_s": 60, "talk_s": 10})
MINUTE_MS = 60_000
T0 = 1_772_000_000_000
UID = 1000
BOUNDS = {"wide": Bounds(), "tight": Bounds(max_entities=5, silence_days=1)}


def rows_of(*events: dict) -> np.ndarray:
    rows = np.zeros(len(events), PERSON_ROW)
    rows["number"], rows["digits"], rows["entity"] = 13_800_000_001, 11, 77
    rows["balance_fen"] = ABSENT
    for k, event in enumerate(events):
        rows["uid"][k] = UID + 100 * k  # apart, as hashes are: a role is added to tell rows of one event
        for name, value in event.items():
            rows[name][k] = value
    return rows


def call(at_min: float, seconds: int = 900, caller: int = 17_000_000_001, role: int = BY_CALLED, **more) -> dict:
    return {"time": T0 + int(at_min * MINUTE_MS), "seconds": seconds, "other": caller, "other_digits": 11,
            "role": role} | more


def payment(at_min: float, yuan: float, role: int = PAID, payee: int = 6_222_000_000_000_001, **more) -> dict:
    return {"time": T0 + int(at_min * MINUTE_MS), "fen": round(yuan * 100), "other": payee, "other_digits": 16,
            "account": 6_217_000_000_000_009, "account_digits": 16, "met": 1, "role": role} | more


def random_stream(seed: int, count: int, persons: int) -> np.ndarray:
    rng = random.Random(seed)
    events = []
    for k in range(count):
        who, at = rng.randrange(persons), rng.uniform(0, 5 * 24 * 60)
        about = {"entity": 77 + who, "number": 13_800_000_000 + who, "uid": 5000 + 100 * k}
        if rng.random() < 0.6:
            caller = 17_000_000_000 + rng.randrange(4)
            heard = call(at, rng.randrange(10, 3000), caller, **about)
            events.append(heard)
            if rng.random() < 0.5:
                events.append(heard | {"role": BY_CALLER, "risk": rng.choice([0.01, 3.0, 250.0, 900.0])})
        else:
            payee = 6_222_000_000_000_000 + rng.randrange(4)
            paid = payment(at, rng.choice([30, 500, 9000.55]), payee=payee, met=rng.choice([1, 1, 2]), **about)
            paid["balance_fen"] = rng.choice([ABSENT, 0, 12_345])
            events.append(paid)
            if rng.random() < 0.5:
                events.append(paid | {"role": BY_PAYEE, "risk": rng.choice([0.1, 40.0, 950.0])})
    return rows_of(*events)


class Persons:
    """A shard of persons and one of payees; out come the warnings that the store keeps: the highest versions."""

    dtype = PERSON_ROW

    def __init__(self, bounds: Bounds = Bounds(), rules=EAGER):
        self.bounds, self.rules = bounds, rules
        self.shard, self.payees = PersonShard(rules, bounds), PayeeShard(rules, bounds)
        self.warnings: dict[str, dict] = {}

    def fresh(self):
        other = type(self)(self.bounds, self.rules)
        other.warnings = dict(self.warnings)
        return other

    def push(self, rows):
        self.shard.push(SubBatch(rows).to_bytes())

    def step(self, watermark_ms):
        found = self.shard.step(watermark_ms)
        self.payees.push(SubBatch(found.payments).to_bytes())
        for warning in (*found.warnings, *self.payees.step(watermark_ms)):
            known = self.warnings.get(warning.warning_id)
            if known is None or warning.version >= known["version"]:
                self.warnings[warning.warning_id] = asdict(warning)
        return {}

    def snapshot(self):
        return self.shard.snapshot(), self.payees.snapshot()

    def restore(self, blobs):
        self.shard.restore(blobs[0])
        self.payees.restore(blobs[1])

    def final(self):
        return sorted(map(json.dumps, self.warnings.values()))


@pytest.fixture(scope="module")
def streams():
    return {seed: random_stream(seed, 220, 9) for seed in (1, 2)}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("bounds", list(BOUNDS))
@pytest.mark.parametrize("seed", [1, 2])
def test_the_law(streams, law, bounds, seed):
    law(lambda: Persons(BOUNDS[bounds]), streams[seed], seed)


def test_all_laws_are_those():
    assert {check_batching, check_order, check_repeats, check_snapshots, check_state} == set(LAWS)


def test_the_streams_bring_warnings_of_every_kind(streams):
    _, subject = run(Persons(), in_parts(ordered(streams[1]), [100]))
    codes = {code for warning in subject.warnings.values() for code in warning["typologies"]}
    assert codes == {"D301", "D302", "D304"} and len(subject.warnings) > 30


def warned(*events: dict, rules=None, arrival=None) -> dict[int, dict]:
    """Warnings by the payment they are about, each event pushed by itself as it arrives."""
    rows = rows_of(*events)
    subject = Persons(rules=rules or warning_rules({}))
    watermark = -1
    for k in arrival or range(len(rows)):
        watermark = max(watermark, int(rows["time"][k]))
        subject.push(rows[k : k + 1])
        subject.step(watermark)
    return {warning["transfer_uid"]: warning for warning in subject.warnings.values()}


SCAM = (
    call(0, 120), call(5, 1800), call(5, 1800, role=BY_CALLER, risk=60.0, uid=UID + 100),
    payment(50, 3000, balance_fen=900_000), payment(50, 3000, role=BY_PAYEE, risk=300.0, uid=UID + 300),
    payment(58, 9000, balance_fen=0, gathered_yuan=8000.0),
)  # fmt: skip


def test_a_scam_is_warned_of_with_call_payment_and_what_is_left():
    found = warned(*SCAM)
    first, second = found[UID + 300], found[UID + 500]
    assert first["person"] == "phone:13800000001" and first["account"] == "account:6217000000000009"
    assert first["caller"] == "phone:17000000001" and first["payee"] == "account:6222000000000001"
    assert (first["amount_fen"], first["balance_after_fen"]) == (300_000, 900_000)
    assert (first["calls"], first["talk_s"], first["caller_risk"], first["payee_risk"]) == (2, 1920, 60.0, 300.0)
    assert first["typologies"] == ["D301"] and second["typologies"] == ["D301", "D302", "D303"]
    assert "32 分钟" in "".join(first["reasons_zh"]) and "32 minutes" in "".join(first["reasons_en"])
    assert (first["level"], second["level"]) == ("red", "orange") and "0.00 are left" in "".join(second["reasons_en"])


@pytest.mark.parametrize("arrival", [[3, 4, 5, 0, 1, 2], [5, 4, 3, 2, 1, 0], [0, 3, 5, 4, 2, 1], [3, 0, 1, 4, 2, 5]])
def test_late_records_bring_the_same_warnings(arrival):
    """A call's record may come hours after the payment's; all that differs is how often it was judged."""
    def known(found):
        return {uid: {k: v for k, v in warning.items() if k != "version"} for uid, warning in found.items()}

    assert known(warned(*SCAM, arrival=arrival)) == known(warned(*SCAM))


def test_a_call_the_day_before_or_after_the_payment_is_no_cause():
    late, early = payment(26 * 60, 5000), payment(-5, 5000, payee=6_222_000_000_000_002)
    assert not warned(call(0, 120), call(5, 1800), late, early, rules=warning_rules({"warn_from": 1}))


def test_talk_with_a_known_number_and_a_known_payee_say_nothing():
    # A shard of cards tells of neither: so a person of whom nothing was told has no row at all.
    assert not warned(payment(50, 3000), payment(58, 9000))


def test_a_second_payment_counts_only_after_a_first_to_the_same_payee():
    assert set(warned(*SCAM[:3], payment(50, 3000, met=2))) == set()
    found = warned(*SCAM[:3], payment(50, 3000), payment(55, 4000, met=2))
    assert len(found) == 2


def test_a_talk_with_a_suspect_and_nothing_paid_is_d304():
    (found,) = warned(call(0, 400), call(0, 400, role=BY_CALLER, risk=700.0, uid=UID)).values()
    assert found["typologies"] == ["D304"] and found["payee"] == "" and found["transfer_uid"] == 0


def test_memory_is_bounded_and_forgets_who_is_silent():
    shard = PersonShard(EAGER, Bounds(max_entities=100))
    for day in range(4):
        rows = rows_of(*(call(day * 24 * 60 + k / 60, entity=10_000 + 1000 * day + k, uid=100 * k) for k in range(500)))
        shard.push_batch(SubBatch(rows))
        shard.step(T0 + day * 24 * HOUR_MS + 12 * HOUR_MS)
    assert shard.entities["person"] <= 100
    per_person = shard.nbytes / shard.entities["person"]
    assert per_person <= 500, f"{per_person:.0f} bytes a person"


def test_a_snapshot_of_another_kind_is_refused():
    from features.snapshot import BadSnapshot, pack

    with pytest.raises(BadSnapshot):
        PersonShard(EAGER).restore(pack("cards", 2, {}))
