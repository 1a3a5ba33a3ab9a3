"""The fuzzer finds nothing in the product, and everything in broken ones."""

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.production import batch_check, fuzz
from benchmarks.production.batch_check import Tally, check_batch, fuzz_settings
from benchmarks.production.chunk_check import Disagreement
from benchmarks.production.fuzz import fuzz_records
from benchmarks.production.hostile_values import LATEST_MS
from benchmarks.production.mutated_records import mutated_batch
from features import lines, parse_bulk, parse_strict, validate
from features.decode import decode
from features.lines import split_lines
from features.rejects import Reason
from jobs import card_shard, engine, routing

SETTINGS = [fuzz_settings(LATEST_MS), fuzz_settings(LATEST_MS, eager=True)]
#: Batches within which the checker must find each breakage; it takes a few.
ENOUGH = 300


def check(seed_or_rng: int | Random) -> Tally:
    """One batch of mutated records through everything."""
    rng = Random(seed_or_rng) if isinstance(seed_or_rng, int) else seed_or_rng
    chunks = [(chunk.topic, chunk.raw) for chunk in mutated_batch(rng, most_lines=60)]
    return check_batch(chunks, SETTINGS[len(chunks) % 2], 1000)[0]


def test_thousands_of_mutated_records_are_rightly_accounted_for():
    total = Tally()

    @settings(
        max_examples=120, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.randoms(use_true_random=False))
    def take(rng):
        total.add(check(rng))

    take()
    assert total.records > 3_000 and total.scored > 1_000
    assert total.scored + total.dead.total() == total.records
    # Else the search would not reach what it is for.
    assert set(total.dead) == {str(reason) for reason in Reason}


def test_the_command_finds_nothing_either(monkeypatch):
    monkeypatch.setattr(fuzz, "_ROUND", 30)
    run = fuzz_records(500, 0, show=lambda text: None)
    assert (run.crashes, run.disagreements) == (0, 0) and run.mutated >= 500


def loses_a_refused_record(topic, raw, base_offset, latest_ms):
    batch = decode(topic, raw, base_offset, latest_ms)
    return replace(batch, rejects=batch.rejects[1:], reject_offset=batch.reject_offset[1:])


def loses_an_accepted_record_beside_a_bad_one(topic, raw, base_offset, latest_ms):
    batch = decode(topic, raw, base_offset, latest_ms)
    if not batch.rejects:
        return batch
    columns = {name: column[1:] for name, column in batch.columns.items()}
    return replace(batch, columns=columns, offset=batch.offset[1:])


def gives_another_reason(topic, raw, base_offset, latest_ms):
    batch = decode(topic, raw, base_offset, latest_ms)
    wrong = {Reason.BAD_TIME: Reason.BAD_VALUE}
    return replace(batch, rejects=tuple(replace(r, reason=wrong.get(r.reason, r.reason)) for r in batch.rejects))


def tells_a_card_number(topic, raw, base_offset, latest_ms):
    batch = decode(topic, raw, base_offset, latest_ms)
    return replace(batch, rejects=tuple(replace(r, detail=r.raw.decode(errors="replace")) for r in batch.rejects))


def keeps_other_bytes(topic, raw, base_offset, latest_ms):
    batch = decode(topic, raw, base_offset, latest_ms)
    return replace(batch, rejects=tuple(replace(r, raw=r.raw.rstrip(b"}")) for r in batch.rejects))


def counts_from_the_chunk(topic, raw, base_offset, latest_ms):
    return decode(topic, raw, 0, latest_ms)


def rounds_money_among_bad_neighbours(topic, raw, base_offset, latest_ms):
    batch = decode(topic, raw, base_offset, latest_ms)
    if not batch.rejects or "amount" not in batch.columns:
        return batch
    return replace(batch, columns=batch.columns | {"amount": batch.columns["amount"] // 100 * 100})


@pytest.mark.parametrize(
    "broken",
    [
        loses_a_refused_record,
        loses_an_accepted_record_beside_a_bad_one,
        gives_another_reason,
        tells_a_card_number,
        keeps_other_bytes,
        counts_from_the_chunk,
        rounds_money_among_bad_neighbours,
    ],
)
def test_a_broken_decoder_is_found_out(monkeypatch, broken):
    for user in (routing, batch_check):
        monkeypatch.setattr(user, "decode", broken)
    with pytest.raises((Disagreement, ValueError)):
        for seed in range(ENOUGH):
            check(seed)


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (lines, "MAX_DEPTH", 33),
        (parse_strict, "MAX_RECORD_BYTES", 70_000),
        (parse_strict, "_check_double", float),
        (validate, "EARLIEST_MS", 0),
        (validate, "LATEST_STORED_MS", 2**62),
        (validate, "_YUAN", r"^[+-]?\d{1,10}(\.\d{1,2}0{0,4})?$"),
        (validate, "_ISO", validate._ISO.replace("[T ]", "T")),
        (parse_bulk, "_valid_utf8", lambda raw: True),
    ],
)
def test_a_changed_rule_is_found_out(monkeypatch, module, name, value):
    monkeypatch.setattr(module, name, value)
    with pytest.raises((Disagreement, OverflowError)):
        for seed in range(ENOUGH):
            check(seed)


def test_a_bulk_parser_that_gets_too_much_is_found_out(monkeypatch):
    """What it takes that the strict parser refuses: the decision would depend on the neighbours."""

    def all_but_bare_words(raw):
        cut = split_lines(raw)
        # Not the lines that do not begin with a brace: on some, Arrow ends the process.
        braces = [cut.record(i)[:1] == b"{" and cut.record(i)[-1:] == b"}" for i in range(len(cut))]
        return replace(cut, plain=np.array(braces, bool))

    monkeypatch.setattr("features.decode.split_lines", all_but_bare_words)
    with pytest.raises(Disagreement):
        for seed in range(ENOUGH):
            check(seed)


def test_a_row_that_reaches_no_shard_is_found_out(monkeypatch):
    def forgetful(*arguments):
        routed = engine_route(*arguments)
        return replace(routed, to_cards=routed.to_cards[1:])

    engine_route = engine.route
    monkeypatch.setattr(engine, "route", forgetful)
    with pytest.raises(Disagreement, match="rows count for one|rows of cards"):
        for seed in range(ENOUGH):
            check(seed)
    monkeypatch.setattr(batch_check, "check_routing", lambda chunk, shards: None)
    with pytest.raises(Disagreement, match="rows not scored"):
        for seed in range(ENOUGH):
            check(seed)


@pytest.mark.parametrize("what", ["risk", "feature"])
def test_a_figure_that_is_none_is_found_out(monkeypatch, what):
    class Broken(card_shard.Scorer):
        def score(self, features):
            scored = super().score(features)
            if what == "risk":
                scored.risk[-1] = np.nan
            else:
                features.matrix[-1, 3] = np.inf
            return scored

    monkeypatch.setattr(card_shard, "Scorer", Broken)
    with pytest.raises((Disagreement, ValueError), match=what):
        for seed in range(ENOUGH):
            check(seed)


def test_a_crash_is_counted_as_one(monkeypatch):
    def crashing(raw):
        raise RuntimeError("out of luck")

    monkeypatch.setattr("features.decode.split_lines", crashing)
    said = []
    run = fuzz_records(10, 0, said.append)
    assert (run.crashes, run.disagreements, run.tally.dead) == (1, 0, Counter())
    assert "RuntimeError: out of luck" in said[-1]
