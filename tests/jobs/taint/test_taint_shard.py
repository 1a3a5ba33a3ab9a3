"""The shard of taint keeps the laws of shards, and follows what verdicts and leads name."""

import random

import numpy as np
import pyarrow as pa
import pytest

from features.decode import decode
from features.hashing import hash_strings
from features.partition import card_rows, event_uids
from features.roles import ACCOUNT_SEED
from features.snapshot import BadSnapshot
from features.subbatch import SubBatch
from features.taint_rows import TAINT_ROW
from jobs.flink.protocol import END_OF_TIME_MS
from jobs.taint_shard import TaintShard, read_payload, taint_batch
from models.taint.limits import RULES, Limits
from tests.features.laws import LAWS

_DAY_MS = 86_400_000
T0_MS = 1_767_225_600_000
BOUNDS = {
    "wide": {"least_fen": 0, "least_share": 0.0},
    "tight": {"least_fen": 300, "least_share": 0.05, "max_hops": 3, "max_accounts": 8, "max_lots": 256,
              "silence_ms": 2 * _DAY_MS},
}  # fmt: skip


def line(**fields) -> bytes:
    import orjson

    return orjson.dumps(fields)


def batch(topic: str, lines: list[bytes]) -> SubBatch:
    events = decode(topic, b"\n".join(lines), 0, T0_MS + 10**11)
    assert not events.rejects
    return taint_batch(topic, *card_rows(events, event_uids(events)))


def payment(number: int, time_ms: int, payer: str, payee: str, yuan: float, **more) -> bytes:
    return line(event_id=f"t{number}", event_time=T0_MS + time_ms, payer=payer, payee=payee, amount=yuan, **more)


def verdict(time_ms: int, card: str, word: str = "confirmed") -> bytes:
    return line(event_time=T0_MS + time_ms, card=card, verdict=word, officer="Li")


def stream(seed: int, count: int = 400) -> tuple[np.ndarray, dict[int, str]]:
    """Rows of payments among two dozen accounts, some with names, some moments equal, and of findings about them."""
    rng = random.Random(seed)
    names = [*(f"62{k:04d}" for k in range(21)), "m-one", "m-two", "m-three"]
    paid, found, led = [], [verdict(0, "account:620000")], []
    time_ms = 0
    for number in range(count):
        time_ms += rng.choice([0, 0, 1000, 60_000, 3_600_000])
        payer, payee = rng.choice(names), rng.choice(names)
        more = {"balance_after": rng.randrange(0, 500)} if rng.random() < 0.4 else {}
        more |= {"channel": rng.choice(["mobile", "mobile", "atm", "online"])}
        paid.append(payment(number, time_ms, payer, payee, rng.randrange(1, 300), **more))
        if rng.random() < 0.03:
            found.append(verdict(time_ms, f"account:{rng.choice(names)}", rng.choice(["confirmed", "cleared"])))
        if rng.random() < 0.03:
            led.append(line(lead_id=f"l{number}", pushed_at=T0_MS + time_ms, source="s",
                            card=rng.choice(["phone:13800000000", f"account:{rng.choice(names)}"])))
    parts = [batch("txn", paid), batch("verdict", found), batch("lead", led)]
    spelled = {}
    for part in parts:
        spelled |= part.names or {}
    return np.concatenate([part.rows for part in parts]), spelled


class Taint:
    """The shard as a subject of the laws; what comes out are moves, and in the end the accounts as last told."""

    def __init__(self, limits: Limits, names: dict[int, str]):
        self.limits, self.names = limits, names
        self.shard = TaintShard(limits)
        self.told: dict[str, dict] = {}
        self.snapshot, self.restore = self.shard.snapshot, self.shard.restore

    def fresh(self):
        other = type(self)(self.limits, self.names)
        other.told = dict(self.told)
        return other

    def push(self, rows):
        here = set(rows["entity"].tolist()) | set(rows["peer"].tolist())
        self.shard.push(SubBatch(rows, names={e: n for e, n in self.names.items() if e in here} or None).to_bytes())

    def step(self, watermark_ms):
        moves = []
        for shard, payload in self.shard.advance(watermark_ms):
            assert shard == 0
            said = read_payload(payload)
            moves += said["moves"]
            assert said["version"] > 0
            self.told |= {account["card"]: account for account in said["accounts"]}
            self.ledger = said["ledger"]
        return {"moves": moves} if moves else {}

    def final(self):
        return [sorted(self.told.items()), self.ledger]


@pytest.fixture(scope="module")
def streams():
    return {seed: stream(seed) for seed in (1, 2)}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("bounds", list(BOUNDS))
@pytest.mark.parametrize("seed", [1, 2])
def test_the_law(streams, law, rule, bounds, seed):
    rows, names = streams[seed]
    law(lambda: Taint(Limits(rule=rule, **BOUNDS[bounds]), names), rows, seed)


def test_the_streams_bring_what_the_laws_are_about(streams):
    ledgers, told = [], {}
    for rows, names in streams.values():
        for bounds in BOUNDS.values():
            subject = Taint(Limits(**bounds), names)
            subject.push(rows)
            subject.step(END_OF_TIME_MS)
            ledgers.append(subject.ledger)
            told |= subject.told
    for place in ("injected", "withdrawn", "unseen", "let_go", "stopped_hops", "stopped_share", "cleared"):
        assert sum(ledger[f"{place}_fen"] for ledger in ledgers) > 0, place
    assert any(account["gone"] for account in told.values())
    assert any(card.startswith("account:m-") for card in told)


def last_told(shard: TaintShard) -> dict[str, dict]:
    told = {}
    for _, payload in shard.advance(END_OF_TIME_MS):
        told |= {account["card"]: account for account in read_payload(payload)["accounts"]}
    return told


def test_money_of_a_confirmed_card_is_followed_from_the_verdict_on():
    shard = TaintShard()
    paid = [
        payment(1, 0, "victim", "mule", 8000),
        payment(2, 1000, "mule", "early", 3000),
        payment(3, 3000, "mule", "second", 5000),
        payment(4, 600_000, "second", "third", 4000),
        payment(5, 660_000, "third", "desk", 1500, channel="atm"),
    ]
    shard.push(batch("txn", paid).to_bytes())
    shard.push(batch("verdict", [verdict(2000, "account:mule")]).to_bytes())
    told = last_told(shard)
    assert set(told) == {"account:mule", "account:second", "account:third"}
    assert told["account:mule"]["injected_fen"] == 500_000 and told["account:mule"]["source"]
    assert (told["account:second"]["in_fen"], told["account:second"]["here_fen"]) == (500_000, 100_000)
    third = told["account:third"]
    assert (third["in_fen"], third["withdrawn_fen"], third["here_fen"]) == (400_000, 150_000, 250_000)
    assert (third["mean_hops"], third["parent"], third["dwell_ms"]) == (2.0, "account:second", 60_000)


def test_a_lead_makes_an_account_a_source_and_a_phone_does_not():
    shard = TaintShard()
    leads = [line(lead_id="1", pushed_at=T0_MS, source="s", card="account:a"),
             line(lead_id="2", pushed_at=T0_MS, source="s", card="phone:13800000000")]
    shard.push(batch("lead", leads).to_bytes())
    shard.push(batch("txn", [payment(1, 1, "x", "a", 700), payment(2, 2, "a", "b", 600)]).to_bytes())
    told = last_told(shard)
    assert {card: account["in_fen"] for card, account in told.items()} == {"account:a": 0, "account:b": 60_000}


def test_a_cleared_card_taints_no_more():
    shard = TaintShard()
    shard.push(batch("verdict", [verdict(0, "account:a"), verdict(20, "account:a", "cleared")]).to_bytes())
    paid = [payment(1, 10, "x", "a", 900), payment(2, 15, "a", "b", 300), payment(3, 30, "a", "c", 600)]
    shard.push(batch("txn", paid).to_bytes())
    told = last_told(shard)
    assert set(told) == {"account:a", "account:b"}
    assert (told["account:a"]["cleared_fen"], told["account:a"]["here_fen"]) == (60_000, 0)


def test_a_payment_between_accounts_that_nobody_follows_says_nothing():
    shard = TaintShard()
    shard.push(batch("txn", [payment(k, k, f"a{k}", f"b{k}", 1000) for k in range(50)]).to_bytes())
    assert shard.advance(END_OF_TIME_MS) == [] and shard.entities == {"tainted_account": 0}


def test_other_topics_have_no_rows():
    calls = [line(event_id="1", event_time=T0_MS, kind="voice", caller="138", callee="139")]
    assert batch("cdr", calls).rows.size == 0


def test_names_that_nobody_needs_are_forgotten():
    shard = TaintShard()
    shard.push(batch("verdict", [verdict(0, "account:a-source")]).to_bytes())
    for k in range(20):
        paid = [payment(j, k, f"n{j}", f"m{j}", 10) for j in range(500 * k, 500 * k + 500)]
        shard.push(batch("txn", paid).to_bytes())
        shard.advance(T0_MS + k)
    assert len(shard._names) < 15_000
    shard.snapshot()
    assert set(shard._names) == {int(hash_strings(pa.array(["a-source"]), ACCOUNT_SEED)[0])}


@pytest.mark.parametrize("other", [Limits(rule="proportional"), Limits(max_hops=9)])
def test_a_state_of_another_rule_is_refused_and_changes_nothing(other):
    shard = TaintShard(Limits())
    shard.push(batch("verdict", [verdict(0, "account:a")]).to_bytes())
    shard.advance(END_OF_TIME_MS)
    blob, into = shard.snapshot(), TaintShard(other)
    before = into.snapshot()
    with pytest.raises(BadSnapshot, match="begin a new run"):
        into.restore(blob)
    assert into.snapshot() == before


def test_rows_are_whole_words():
    assert TAINT_ROW.itemsize == 72
