"""The plan of a bus: each message once and in order, topics side by side in time, no hurry and no stall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.lane import Lane
from connectors.kafka.offset_ranges import ranges_from_text
from connectors.kafka.plan import PATIENCE_LOOKS, KafkaPlan


def peek(topic, line):
    return int(line) if line.strip().isdigit() else None


class ScriptedFeed:
    """Lanes whose messages arrive when `poll` is called, `step` at a time, as a broker would send them."""

    def __init__(self, messages, step=3, clock=lambda: 0.0, until=True):
        self.lanes = {}
        self.coming = {}
        self.polls = 0
        self._step = step
        self._clock = clock
        for (topic, partition), values in messages.items():
            end = len(values) if until else None
            lane = Lane(topic, topic, partition, 0, end, since_s=clock())
            self.lanes[lane.key] = lane
            self.coming[lane.key] = list(enumerate(values))

    def poll(self):
        self.polls += 1
        for key, lane in self.lanes.items():
            for _ in range(self._step):
                if self.coming[key]:
                    lane.add(*self.coming[key].pop(0), self._clock())
            if not self.coming[key]:
                lane.at_end = True

    def position_known(self, lane):
        return bool(lane.waiting) or lane.at_end


def plan_all(feed, chunk_bytes=60, together_ms=10, tries=500):
    plan = KafkaPlan(feed, peek, chunk_bytes=chunk_bytes, linger_s=0, together_ms=together_ms)
    chunks = []
    for _ in range(tries):
        chunk = plan.plan_next()
        if chunk is not None:
            chunks.append(chunk)
        elif plan.finished:
            return chunks
    raise AssertionError("the plan does not end")


_TIMES = st.lists(st.integers(1000, 2000), max_size=30)
_STREAMS = st.dictionaries(st.tuples(st.sampled_from(["cdr", "txn"]), st.integers(0, 2)), _TIMES, min_size=1)


@given(_STREAMS, st.integers(1, 7), st.integers(1, 200))
def test_each_message_once_and_in_the_order_of_its_partition(streams, step, chunk_bytes):
    values = {key: [b"%d" % t for t in times] for key, times in streams.items()}
    chunks = plan_all(ScriptedFeed(values, step), chunk_bytes)
    got = {key: [] for key in values}
    for chunk in chunks:
        topic, ranges = ranges_from_text(chunk.ranges)
        assert topic == chunk.topic
        at = 0
        for wanted in ranges:
            assert wanted.start == len(got[topic, wanted.partition]) and wanted.end > wanted.start
            n = wanted.end - wanted.start
            assert (chunk.block.messages["partition"][at:at + n] == wanted.partition).all()
            got[topic, wanted.partition] += chunk.block.raw.split(b"\n")[at:at + n]
            at += n
    assert got == values
    lows = [chunk.low_ms for chunk in chunks]
    assert lows == sorted(lows)


@given(_STREAMS, st.integers(1, 7))
def test_no_event_is_late_that_was_in_order_in_its_partition(streams, step):
    """However the partitions arrive: nothing comes behind the promise of a chunk before it."""
    values = {key: [b"%d" % t for t in sorted(times)] for key, times in streams.items()}
    low = 0
    for chunk in plan_all(ScriptedFeed(values, step), chunk_bytes=30):
        assert min(map(int, chunk.block.raw.split(b"\n"))) >= low
        low = chunk.low_ms


def test_a_partition_that_is_under_way_is_waited_for_but_not_for_ever():
    now = [100.0]
    feed = ScriptedFeed({("cdr", 0): [b"50"], ("txn", 0): [b"10"]}, clock=lambda: now[0])
    slow = feed.coming["txn", 0]
    feed.coming["txn", 0] = []
    feed.poll()
    feed.lanes["txn", 0].at_end = False  # sent, and not here yet
    feed.poll = lambda: None
    plan = KafkaPlan(feed, peek, chunk_bytes=10, linger_s=0, together_ms=0, clock=lambda: now[0])
    assert plan.plan_next() is None
    feed.lanes["txn", 0].add(*slow[0], now[0])
    assert plan.plan_next().topic == "txn"
    feed.lanes["txn", 0].reached_ms = 40  # so what comes next there may be earlier than 50
    now[0] += 1000  # the plan was not asked meanwhile
    looks = 1
    while (chunk := plan.plan_next()) is None:
        looks += 1
    assert chunk.topic == "cdr" and looks >= PATIENCE_LOOKS // 2


def test_a_short_chunk_waits_for_more_and_a_full_one_does_not():
    now = [0.0]
    feed = ScriptedFeed({("cdr", 0): [b"1", b"2", b"3"]}, step=1, clock=lambda: now[0], until=False)
    plan = KafkaPlan(feed, peek, chunk_bytes=1000, linger_s=0.2, together_ms=0, clock=lambda: now[0])
    assert plan.plan_next() is None
    now[0] = 0.19
    assert plan.plan_next() is None
    now[0] = 0.21
    assert len(plan.plan_next().block.messages) == 2
    full = KafkaPlan(ScriptedFeed({("cdr", 0): [b"1" * 50]}, clock=lambda: 0.0), peek, chunk_bytes=10, linger_s=9,
                     together_ms=0, clock=lambda: 0.0)
    assert full.plan_next() is not None


def test_what_is_there_already_needs_no_waiting():
    feed = ScriptedFeed({("cdr", 0): [b"1", b"2"], ("txn", 0): [b"5"]}, step=3, clock=lambda: 0.0, until=False)
    plan = KafkaPlan(feed, peek, chunk_bytes=1000, linger_s=9, together_ms=0, clock=lambda: 0.0)
    assert plan.plan_next(at_once=True) is None and feed.polls == 0
    assert plan.plan_next() is None and feed.polls == 1
    assert [plan.plan_next(at_once=True).topic for _ in range(2)] == ["cdr", "txn"]
    assert plan.plan_next(at_once=True) is None and feed.polls == 1


def test_records_without_a_time_hold_nothing_up():
    chunks = plan_all(ScriptedFeed({("txn", 0): [b"3"], ("cdr", 0): [b"junk", b"more", b"5"]}, step=2), chunk_bytes=4)
    assert chunks[0].topic == "cdr"
    assert sum(len(chunk.block.messages) for chunk in chunks) == 4


def test_what_is_late_already_holds_nothing_back():
    """A call that comes 90 late neither delays what is on time nor is waited for."""
    cdr = [b"%d" % (t - 90 if t % 4 == 3 else t) for t in range(200, 240)]
    txn = [b"%d" % t for t in range(200, 240)]
    chunks = plan_all(ScriptedFeed({("cdr", 0): cdr, ("txn", 0): txn}, step=9), chunk_bytes=24, together_ms=2)
    newest = [max(map(int, bytes(chunk.block.raw).split())) for chunk in chunks]
    assert sum(len(chunk.block.messages) for chunk in chunks) == 80
    assert all(t - chunk.low_ms <= 20 for t, chunk in zip(newest, chunks)), "and not 90"


@pytest.mark.parametrize("times, first", [([5, 3, 9], (5, 3, 9)), ([], ()), (["x"], ()), (["x", 4], (4,))])
def test_the_times_of_the_first_records(times, first):
    lane = Lane("cdr", "cdr", 0, 0)
    for offset, t in enumerate(times):
        lane.add(offset, str(t).encode(), 0.0)
    assert lane.first_times_ms(peek) == first


def test_a_planned_range_is_given_out_whole_or_not_yet():
    lane = Lane("cdr", "cdr", 0, 10)
    lane.add(9, b"old", 0.0)
    lane.add(10, b"a", 0.0)
    assert lane.take_until(12, peek, 0.0) is None
    lane.add(12, b"c", 0.0)  # 11 was a transaction's marker
    assert lane.take_until(12, peek, 0.0) == [(0, 10, b"a")]
    assert lane.position == 12 and lane.take_until(13, peek, 0.0) == [(0, 12, b"c")]
