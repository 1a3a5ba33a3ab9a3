"""The shard of openings: the laws of shards, findings by hand, a simulated city in any pieces."""

import json
import random
from dataclasses import asdict

import numpy as np
import pytest

from features.decode import decode
from features.openings.rows import OPENING_ROW, opening_rows
from features.partition import event_uids
from features.snapshot import BadSnapshot
from features.subbatch import SubBatch
from jobs.flink.protocol import END_OF_TIME_MS
from jobs.opening_rows import finding_columns, findings_in
from jobs.opening_shard import OpeningShard
from jobs.record_origin import FileOrigin
from jobs.routing import route
from models.opening_reasons import REASONS
from models.opening_rules import opening_rules
from tests.features.laws import LAWS
from tests.features.openings.card_events import DAY_MS, T0_MS, records, sub_batch

#: Limits that random events reach.
RULES = opening_rules({"address_identities": 4, "agent_identities": 5, "cumulative_cards": 4, "debit_cards": 2,
                       "phone_cards": 2})


class Openings:
    """A shard of openings as the laws drive it."""

    def __init__(self, names: dict[int, str], max_holders: int):
        self.names, self.max_holders = names, max_holders
        self.shard = OpeningShard(RULES, max_holders)
        self.snapshot, self.restore = self.shard.snapshot, self.shard.restore

    def fresh(self):
        return Openings(self.names, self.max_holders)

    def push(self, rows):
        mine = {uid: self.names[uid] for uid in rows["uid"].tolist()}
        self.shard.push(SubBatch(rows, names=mine).to_bytes())

    def step(self, watermark_ms):
        out = [found for _, payload in self.shard.advance(watermark_ms) for found in findings_in(payload)]
        return {"findings": out} if out else {}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("max_holders", [1000, 4])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_laws(law, max_holders, seed):
    batch = sub_batch(records(seed, count=200, people=6))
    if law.__name__ == "check_state":
        law(lambda: Openings(batch.names, max_holders), batch.rows)
    else:
        law(lambda: Openings(batch.names, max_holders), batch.rows, seed)


def found_by(made: list[dict], rules=None) -> list:
    shard = OpeningShard(rules or opening_rules({}))
    shard.push(sub_batch(made).to_bytes())
    return shard.step(END_OF_TIME_MS)


def opening(k: int, **changes) -> dict:
    return {"event_id": f"e{k}", "event_time": T0_MS + k * 60_000, "card": f"account:622262{k:010d}", "action": "open",
            "holder": "h", "branch": "b", "area": "510107"} | changes


def test_the_third_account_within_five_working_days_is_frequent_and_the_sixth_again():
    found = found_by([opening(k) for k in range(7)])
    assert [(f.code, f.value) for f in found if f.code == "1001"] == [("1001", 3), ("1001", 6)]
    assert [(f.code, f.value, f.subject) for f in found if f.code == "D401"] == [("D401", 5, "622262")]
    slow = found_by([opening(k, event_time=T0_MS + 5 * k * DAY_MS) for k in range(4)])
    assert not [f for f in slow if f.code == "1001"]


def test_the_tenth_account_at_a_bank_counts_closed_ones_and_the_quota_does_not():
    made = []
    for k in range(10):
        made += [opening(2 * k, event_time=T0_MS + 30 * k * DAY_MS),
                 opening(2 * k, event_id=f"c{k}", event_time=T0_MS + (30 * k + 1) * DAY_MS, action="close")]
    found = found_by(made)
    assert [(f.code, f.value, f.card) for f in found] == [("1002", 10, made[18]["card"])]


def test_one_address_agent_and_phone_behind_many():
    made = [opening(k, holder=f"h{k}", address="r", agent="a", linked_phone="13800000001") for k in range(60)]
    found = {(f.code, f.value): f.subject for f in found_by(made)}
    doublings = [("D403", 10), ("D403", 20), ("D403", 40), ("D404", 50)]
    assert sorted(found) == doublings + [("D405", value) for value in (2, 4, 8, 16, 32)]
    assert {found["D403", 10], found["D404", 50], found["D405", 2]} == {"r", "a", "13800000001"}


def test_far_from_home_and_the_phone_of_another():
    made = [opening(0, card="phone:13800000001", holder="other"), opening(1),
            opening(2, area="110101", linked_phone="13800000001")]
    assert [f.code for f in found_by(made)] == ["D406", "D407"]


def test_findings_say_whom_what_and_why_in_both_languages():
    [found] = [f for f in found_by([opening(k, clerk="k", agent="a") for k in range(3)]) if f.code == "1001"]
    assert (found.holder, found.branch, found.clerk, found.agent, found.card) == (
        "h", "b", "k", "a", opening(2)["card"])
    assert "3" in found.reason_zh and "3" in found.reason_en and found.rules_version == opening_rules({}).version
    columns = finding_columns([found, asdict(found)])
    assert columns["counted"] == [3, 3] and columns["threshold"] == [3, 3] and "value" not in columns


def test_companies_have_no_quota_of_persons():
    assert not found_by([opening(k, corporate=True) for k in range(12)])


def test_a_city_s_openings_in_any_pieces_give_the_same_findings(city):
    files = sorted((city / "card").glob("*.ndjson"))
    lines = [line for file in files for line in file.read_bytes().splitlines(keepends=True)]
    whole, watermark_ms = OpeningShard(RULES), -(2**60)

    def batches(pieces):
        for piece in pieces:
            batch = _decode(b"".join(piece))
            yield opening_rows(batch, event_uids(batch))

    for batch in batches([lines]):
        whole.push_batch(batch)
    expected = whole.step(END_OF_TIME_MS)
    assert len(expected) > 20 and {f.code for f in expected} <= set(REASONS)
    rng = random.Random(1)
    cuts = sorted(rng.sample(range(1, len(lines)), 30))
    shard, found = OpeningShard(RULES), []
    for batch in batches([lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)])]):
        shard.push(batch.to_bytes())
        watermark_ms = max(watermark_ms, int(batch.rows["time"].max()) - 60_000)
        found += shard.step(watermark_ms)
        other = OpeningShard(RULES)
        other.restore(shard.snapshot())
        shard = other
    found += shard.step(END_OF_TIME_MS)
    assert [asdict(f) for f in found] == [asdict(f) for f in expected] and shard.late == 0


def _decode(raw: bytes):
    return decode("card", raw, 0, 2**60)


def test_the_seam_takes_what_routing_decodes(city):
    file = sorted((city / "card").glob("*.ndjson"))[0]
    chunk = route("card", FileOrigin(str(file), 0), file.read_bytes(), 4, 2**60)
    batch = opening_rows(chunk.events, chunk.uid)
    assert batch.rows.dtype == OPENING_ROW and len(batch.rows) == len(batch.names) == len(chunk.events) > 1000
    assert set(batch.rows["uid"].tolist()) == set(batch.names)


def test_foreign_snapshots_are_refused():
    with pytest.raises(BadSnapshot):
        OpeningShard(RULES).restore(b"DKS1" + bytes(30))


def test_payloads_are_plain_json():
    shard = OpeningShard(opening_rules({}))
    shard.push(sub_batch([opening(k) for k in range(3)]).to_bytes())
    [(destination, payload)] = shard.advance(END_OF_TIME_MS)
    assert destination == 0 and json.loads(payload)["opening_findings"][0]["code"] == "1001"
    assert shard.advance(END_OF_TIME_MS) == [] and np.iinfo(np.int64).max == shard.held_from_ms
