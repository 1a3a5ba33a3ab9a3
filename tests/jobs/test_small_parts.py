"""Routing, payloads for the store, the summary of a run, and the plan of chunks."""

import json
import math
from dataclasses import asdict

import pytest

from connectors.folder import list_files
from features.roles import CARD_ROW
from features.subbatch import SubBatch
from jobs import chunk_planner
from jobs.card_shard import CardShard
from jobs.chunk_planner import MOST_PARTS, ChunkPlanner
from jobs.folder_chunks import FolderChunks
from jobs.record_origin import FileOrigin
from jobs.replay import plan_chunks
from jobs.routing import route
from jobs.run_summary import summarise
from jobs.score_rows import score_rows
from jobs.sink_payload import decode, encode
from models.rules import parse_rules
from tests.features.subjects import random_rows
from tests.jobs.replays import LATENESS_MS, LATEST_MS, lines_of, time_of


def test_a_chunk_goes_to_the_shards_of_its_cards(slice_bus):
    lines = lines_of(slice_bus, "cdr")[:200]
    chunk = route("cdr", FileOrigin("file", 1000), b"\n".join(lines), 8, LATEST_MS)
    assert len(chunk.events) == len(chunk.uid) == 200
    assert sum(batch.rows.size for _, batch in chunk.to_cards) == 400
    assert all(batch.sources == ("file",) for _, batch in chunk.to_cards)
    assert len({shard for shard, _ in chunk.to_cards}) == 8
    offsets = {int(o) for _, batch in chunk.to_cards for o in batch.rows["offset"]}
    places = [1000]
    for line in lines[:-1]:
        places.append(places[-1] + len(line) + 1)
    assert offsets == set(places)
    again = route("cdr", FileOrigin("file", 1000), b"\n".join(lines), 8, LATEST_MS)
    assert [(s, b.to_bytes()) for s, b in again.to_cards] == [(s, b.to_bytes()) for s, b in chunk.to_cards]


def test_a_payload_holds_the_outcome():
    rows, _, names = random_rows(2, 150, 12, slow=True)
    shard = CardShard(parse_rules("[levels]\nblue = 0.5"))
    shard.push_batch(SubBatch(rows, ("here",), names))
    shard.push_batch(SubBatch(rows[:5], ("there",), names))
    outcome = shard.step(2**62)
    payload = decode(encode(7, outcome, shard.features))
    assert payload["shard"] == 7
    assert payload["hits"] == [json.loads(json.dumps(asdict(hit))) for hit in outcome.hits] != []
    assert payload["counts"] == asdict(outcome.counts)
    assert payload["repeats"] == [asdict(repeat) for repeat in outcome.repeats] != []
    tables = score_rows(shard.features, outcome)
    assert [t["uid"] for t in payload["scores"]] == [t.uid.tolist() for t in tables]
    assert [t["card"] for t in payload["scores"]] == [t.card for t in tables]
    assert sum(map(len, tables)) == len(rows)
    assert decode(encode(7, outcome, None))["scores"] == []


def test_names_of_cards_are_the_whole_names():
    rows, _, names = random_rows(1, 300, 40)
    shard = CardShard(parse_rules(""))
    shard.push_batch(SubBatch(rows, (), names))
    outcome = shard.step(2**62)
    spelled = {card for table in score_rows(shard.features, outcome) for card in table.card}
    assert {"phone:0138", "phone:AB-7", "account:" + "0" * 18 + "1", "account:" + "9" * 19} <= spelled
    assert CARD_ROW["digits"] == "u1"


def hit(card: str, level: str, risk: int, codes=("D201",)) -> dict:
    return {"hit_id": f"{card}{risk}", "card": card, "level": level, "risk": risk, "typologies": list(codes)}


def test_the_summary_of_a_run(tmp_path):
    (tmp_path / "truth.csv").write_text(
        "card,role,from,to,scenario\n"
        "a,mule,2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,x\nb,mule,2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,x\n"
        "c,shop,2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,honest\n"
    )
    hits = [hit("a", "red", 900), hit("c", "yellow", 650, ["D201", "D203"])]
    hits += [hit("a", "blue", 500), hit("d", "blue", 451)]
    summary = summarise(10, 8, 2, 1, 3.0, iter(hits), tmp_path / "truth.csv")
    assert summary.by_level == {"red": 1, "yellow": 1, "blue": 2}
    assert summary.by_typology == {"D201": 4, "D203": 1}
    assert [h["risk"] for h in summary.top] == [900, 650, 500]
    found = [(d.level, d.cards, d.precision, d.recall) for d in summary.detection]
    assert found == [("red", 1, 1, 0.5), ("orange", 1, 1, 0.5), ("yellow", 2, 0.5, 0.5), ("blue", 3, 1 / 3, 0.5)]


def test_a_summary_without_hits_or_truth(tmp_path):
    assert summarise(0, 0, 0, 0, 0.0, [], tmp_path / "none.csv").detection == []
    (tmp_path / "truth.csv").write_text("card,role,from,to,scenario\na,mule,2026-03-02T00:00:00Z,,x\n")
    first = summarise(0, 0, 0, 0, 0.0, [], tmp_path / "truth.csv").detection[0]
    assert first.cards == 0 and math.isnan(first.precision) and first.recall == 0


class TestChunkPlanner:
    """The plan of the Flink job is that of the replay, and goes on where an earlier one ended."""

    def planner(self, bus, follow=False, idle_ms=1000, together_bytes=0):
        source = FolderChunks(bus, chunk_bytes=30_000, follow=follow, lateness_ms=LATENESS_MS)
        return ChunkPlanner(
            source, latest_ms=LATEST_MS, ahead_ms=0, lateness_ms=LATENESS_MS, follow=follow, idle_ms=idle_ms,
            together_bytes=together_bytes,
        )  # fmt: skip

    def plan(self, planner):
        return list(iter(planner, None))

    def test_like_the_replay(self, slice_bus):
        chunks = plan_chunks(slice_bus, LATEST_MS, 30_000, LATENESS_MS)
        want = [(c.topic, c.path, c.start, c.end, c.low_ms) for c in chunks]
        got = [(c.topic, c.path, c.start, c.end, c.low_ms) for c in self.plan(self.planner(slice_bus))]
        assert got == want and len(got) > 10
        assert [low for *_, low in got] == sorted(low for *_, low in got)

    def test_every_byte_once(self, slice_bus):
        plan = self.plan(self.planner(slice_bus))
        for topic in ("cdr", "txn", "card"):
            for path in list_files(slice_bus, topic):
                spans = sorted((c.start, c.end) for c in plan if c.path == path)
                assert spans[0][0] == 0 and all(a[1] == b[0] for a, b in zip(spans, spans[1:]))

    @pytest.mark.parametrize("done", [1, 7, 12])
    def test_it_goes_on_where_an_earlier_run_ended(self, slice_bus, done):
        whole = self.plan(self.planner(slice_bus))
        later = self.planner(slice_bus)
        later.skip(whole[:done])
        assert self.plan(later) == whole[done:]

    @pytest.mark.parametrize("together_bytes", [30_001, 200_000, 1 << 30])
    def test_small_chunks_come_together_in_the_same_order(self, slice_bus, together_bytes):
        alone = self.plan(self.planner(slice_bus))
        groups = self.plan(self.planner(slice_bus, together_bytes=together_bytes))
        where = [(c.topic, c.path, c.start, c.end) for group in groups for c in group.parts]
        assert where == [(c.topic, c.path, c.start, c.end) for c in alone] and len(groups) < len(alone)
        low_of = {(c.path, c.start): c.low_ms for c in alone}
        for group in groups:
            last, size = group.parts[-1], sum(c.end - c.start for c in group.parts)
            assert group.low_ms == low_of[last.path, last.start]
            assert size - (last.end - last.start) < together_bytes and len(group.parts) <= MOST_PARTS
        later = self.planner(slice_bus, together_bytes=together_bytes)
        later.skip(groups[:1])
        assert self.plan(later) == groups[1:]

    def test_one_heartbeat_after_silence_lets_the_last_event_out(self, slice_bus, monkeypatch):
        clock = [100.0]
        monkeypatch.setattr(chunk_planner.time, "monotonic", lambda: clock[0])
        planner = self.planner(slice_bus, follow=True)
        while (chunk := planner()) is not None:
            assert not chunk.is_heartbeat
        clock[0] += 0.9
        assert planner() is None
        clock[0] += 0.2
        beat = planner()
        newest = max(time_of(t, line) for t in ("cdr", "txn", "card", "lead") for line in lines_of(slice_bus, t)[-100:])
        assert beat.is_heartbeat and beat.low_ms - LATENESS_MS - 1 == newest
        clock[0] += 100
        assert planner() is None
