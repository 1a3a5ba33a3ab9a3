"""Lists in a replay: who hits and why, that nobody else's score moves, and that batches and restores change nothing."""

import json
from collections import Counter
from dataclasses import asdict

import orjson
import pytest

from jobs.engine import Engine
from jobs.model_life.explain_hit import recompute_hit
from jobs.replay import replay
from jobs.score_rows import score_rows
from models.levels import Level
from tests.jobs.replays import engine_settings, lines_of, replayed, rewritten, time_of, write_topic


def people(bus) -> dict[str, list[str]]:
    """Accounts and phones of the slice without any hit, those with most events first."""
    hit = {h["card"] for h in replayed(bus).hits.values()}
    count = Counter()
    for topic, a, b, kind in (("txn", "payer", "payee", "account"), ("cdr", "caller", "callee", "phone")):
        for line in lines_of(bus, topic):
            event = orjson.loads(line)
            count.update({f"{kind}:{event[a]}", f"{kind}:{event[b]}"})
    calm = [card for card, _ in count.most_common() if card not in hit]
    return {kind: [c for c in calm if c.startswith(kind)] for kind in ("account", "phone")}


def span(bus) -> tuple[int, int]:
    times = [time_of(topic, line) for topic in ("cdr", "txn") for line in lines_of(bus, topic)]
    return min(times), max(times)


def with_words(bus, out, words: list[dict]):
    listed = rewritten(bus, out, lambda topic, lines: lines)
    write_topic(listed, "watchlist", [orjson.dumps(w) for w in sorted(words, key=lambda w: w["event_time"])])
    return listed


@pytest.fixture(scope="module")
def told(slice_bus, tmp_path_factory):
    """The slice with words about its cards, and who is who."""
    first, last = span(slice_bus)
    cards = people(slice_bus)
    who = {"blocked": cards["account"][0], "removed": cards["account"][1], "ended": cards["account"][2],
           "phone": cards["phone"][0], "reported": cards["phone"][1], "unseen": "account:999999999999",
           "allowed": next(h["card"] for h in replayed(slice_bus).hits.values()),
           "both": sorted({h["card"] for h in replayed(slice_bus).hits.values()})[-1]}  # fmt: skip
    early, middle = first - 1000, (first + last) // 2

    def word(card, at=early, name="city", action="add", **more):
        return {"event_time": at, "list": name, "card": who.get(card, card), "action": action, "reason": "r [o]"} | more

    words = [
        word("blocked"), word("phone", middle), word("reported", name="3002"), word("unseen", middle),
        word("removed"), word("removed", early + 1, action="remove"), word("ended", expires_at=early + 2),
        word("allowed", name="vip", kind="allow"), word("both", name="vip", kind="allow"), word("both"),
        *(word(f"account:55{k:08d}", early + 5, "bulk") for k in range(100)),
    ]  # fmt: skip
    bus = with_words(slice_bus, tmp_path_factory.mktemp("listed") / "bus", words)
    return bus, who, early, middle


@pytest.fixture(scope="module")
def whole(told):
    return replayed(told[0])


def hits_of(result, card: str) -> list[dict]:
    return [hit for hit in result.hits.values() if hit["card"] == card]


def test_a_listed_card_hits_with_list_time_and_reason(told, whole):
    _, who, early, middle = told
    for name, since in (("blocked", early), ("phone", middle), ("unseen", middle)):
        hits = hits_of(whole, who[name])
        assert hits and hits[0]["first_seen"] == since, "at once, not when it next acts"
        hit = hits[0]
        assert "2001" in hit["typologies"] and Level[hit["level"].upper()] >= Level.ORANGE
        at = hit["reason_codes"].index("2001")
        assert "city" in hit["reasons_zh"][at] and "r [o]" in hit["reasons_en"][at]
        assert sum(hit["reason_points"]) == pytest.approx(hit["risk"], abs=0.51)
    assert "3002" in hits_of(whole, who["reported"])[0]["typologies"]


def test_who_was_taken_off_or_has_ended_does_not_hit_when_it_acts(told, whole):
    _, who, early, _ = told
    for name in ("removed", "ended"):
        assert all(hit["last_seen"] <= early + 1 for hit in hits_of(whole, who[name]))


def test_bulk_opens_no_hit_until_a_card_acts(whole):
    assert not [hit for hit in whole.hits.values() if hit["card"].startswith("account:55000000")]


def test_an_allow_list_keeps_hits_away_but_not_those_of_a_block_list(told, whole):
    _, who, *_ = told
    assert not hits_of(whole, who["allowed"])
    assert hits_of(whole, who["both"]) and "2001" in hits_of(whole, who["both"])[0]["typologies"]


def test_the_other_side_of_a_payment_is_told(told, whole, slice_bus):
    _, who, *_ = told
    wanted = {}
    for line in lines_of(slice_bus, "txn"):
        event = orjson.loads(line)
        sides = f"account:{event['payer']}", f"account:{event['payee']}"
        for mine, other, code in ((*sides, "3004"), (*sides[::-1], "3005")):
            if other == who["blocked"] and mine not in (who["allowed"], other):
                wanted.setdefault(mine, set()).add(code)
    assert wanted
    for card, codes in wanted.items():
        named = {code for hit in hits_of(whole, card) for code in hit["typologies"]}
        assert codes <= named
        found = [json.loads(f) for hit in hits_of(whole, card) for f in hit["list_findings"]]
        assert all(row[1] == "city" for row in found if row[0] in codes)


def test_no_other_card_moves_by_a_bit(told, whole, slice_bus):
    """Features, and so what detectors and peers learned, are those without any list; risk only where it may be."""
    plain = replayed(slice_bus)
    assert set(plain.scores) < set(whole.scores)
    moved = 0
    for key, (risk, level, values) in plain.scores.items():
        assert whole.scores[key][2] == values
        moved += (risk, level) != whole.scores[key][:2]
        assert whole.scores[key][0] >= risk
    assert 0 < moved < len(plain.scores) / 2
    untouched = {k: hit for k, hit in plain.hits.items() if k in whole.hits and not whole.hits[k]["list_findings"]}
    assert len(untouched) > 5 and all(whole.hits[id_] == hit for id_, hit in untouched.items())


@pytest.mark.parametrize(("chunk_bytes", "step_records"), [(1, 3), (3000, 1), (20_000, 100)])
def test_batches_change_nothing(told, whole, chunk_bytes, step_records):
    other = replayed(told[0], chunk_bytes, step_records)
    assert other.hits == whole.hits and other.scores == whole.scores
    assert (other.scored, other.repeated) == (whole.scored, whole.repeated) == (whole.records, 0)


def test_a_restore_in_the_middle_changes_nothing(told, whole):
    hits = {}
    for number, step in enumerate(replay(told[0], engine_settings(), 20_000, 150)):
        for _, outcome in step.outcomes:
            hits |= {hit.hit_id: asdict(hit) for hit in outcome.hits}
        engine = step.engine
        fresh = Engine(engine_settings())
        if number % 3 == 1:
            for old, new in ((engine.cards, fresh.cards), (engine.devices, fresh.devices)):
                for a, b in zip(old, new):
                    b.restore(blob := a.snapshot())
                    assert b.snapshot() == blob
            engine.cards, engine.devices = fresh.cards, fresh.devices
    assert number > 5 and hits == whole.hits


def test_every_hit_is_recomputed(told, whole):
    rules = engine_settings().rules
    listed = 0
    for hit in whole.hits.values():
        assert recompute_hit(hit, rules, None).differences == []
        listed += bool(hit["list_findings"])
    assert listed > 5


def test_scores_name_the_lists_codes(told):
    named = Counter()
    for step in replay(told[0], engine_settings()):
        for shard, outcome in step.outcomes:
            for rows in score_rows(step.engine.cards[shard].features, outcome):
                named.update(code for codes in rows.typologies for code in codes)
    assert named["2001"] > 100 and named["3002"] > 1 and named["3004"] + named["3005"] > 0


def test_a_card_that_was_cleared_hits_again_when_it_is_listed(slice_bus, tmp_path):
    first, _ = span(slice_bus)
    card = "phone:13000000000"
    word = {"list": "city", "card": card, "action": "add", "reason": "r"}
    words = [word | {"event_time": first}, word | {"event_time": first + 120_000, "list": "other"}]
    bus = with_words(slice_bus, tmp_path / "bus", words)
    write_topic(bus, "verdict", [orjson.dumps(
        {"event_time": first + 60_000, "card": card, "verdict": "cleared", "officer": "o"})])  # fmt: skip
    assert len(hits_of(replayed(bus), card)) == 2
