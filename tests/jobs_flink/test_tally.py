"""Counting, and handing over to Flink's metric system once a bundle."""

import time

import pytest

from jobs.flink.metric_names import ENTITIES, HITS, LATE, LOG_BYTES, MODEL_SHARDS, WORK_CALLS, WORK_US
from jobs.flink.metrics import publish
from jobs.flink.tally import Tally, now_and_then, tally_of


class Group:
    """A metric group that asks its gauges as PyFlink's does: its own first, then those below."""

    def __init__(self, scope: tuple[str, ...] = (), counted: dict | None = None):
        self.scope = scope
        self.gauges = {}
        self.below = []
        self.counted = {} if counted is None else counted

    def add_group(self, name, extra=None):
        group = Group((*self.scope, name) if extra is None else (*self.scope, name, extra), self.counted)
        self.below.append(group)
        return group

    def counter(self, name):
        group, full = self, (*self.scope, name)

        class Counter:
            def inc(self, n):
                group.counted[full] = group.counted.get(full, 0) + n

        return Counter()

    def gauge(self, name, ask):
        self.gauges[name] = ask

    def end_of_bundle(self) -> dict:
        values = {(*self.scope, name): ask() for name, ask in self.gauges.items()}
        for group in self.below:
            values |= group.end_of_bundle()
        return values


class Context:
    def __init__(self, group):
        self.group = group

    def get_metrics_group(self):
        return self.group


def test_counts_are_handed_over_once_and_gauges_as_they_stand():
    tally, group = Tally(), Group()
    publish(tally, Context(group))
    tally.add(LATE, 3)
    tally.add(HITS, 1, "red")
    size = 5
    tally.set(LOG_BYTES, lambda: size)
    values = group.end_of_bundle()
    assert group.counted == {("duanka", "late"): 3, ("duanka", "level", "red", "hits"): 1}
    assert values["duanka", "log_bytes"] == 5
    assert abs(values["duanka_last_bundle_ms",] - time.time() * 1000) < 60_000
    size = 6
    tally.add(LATE, 2)
    tally.set(ENTITIES, 9, "3", "phone")  # a gauge that comes later is told in the same bundle
    values = group.end_of_bundle()
    assert group.counted["duanka", "late"] == 5
    assert values["duanka", "log_bytes"] == 6
    assert values["duanka", "shard", "3", "kind", "phone", "entities"] == 9


def test_without_metrics_nothing_is_asked():
    publish(Tally(), Context(None))


def test_a_label_too_few_is_refused():
    tally, group = Tally(), Group()
    publish(tally, Context(group))
    tally.add(HITS, 1)
    with pytest.raises(ValueError):
        group.end_of_bundle()


def test_work_done_again_is_not_counted_and_what_was_counted_before_stays():
    tally = Tally()
    tally.add(LATE, 1)
    with tally.unheard():
        tally.add(LATE, 100)
        tally.move(MODEL_SHARDS, 1, "champion", "x")
    tally.add(LATE, 1)
    assert tally.take_added() == {(LATE, ()): 2}
    assert tally.values() == {(MODEL_SHARDS, ("champion", "x")): 1}
    assert tally.take_added() == {}


def test_work_is_timed_also_when_it_fails():
    tally = Tally()
    with pytest.raises(KeyError), tally.timed("write"):
        time.sleep(0.002)
        raise KeyError
    added = tally.take_added()
    assert added[WORK_CALLS, ("write",)] == 1 and added[WORK_US, ("write",)] >= 2000


def test_a_pipeline_has_one_tally_with_its_operator():
    class Pipeline:
        tally = Tally()

    assert tally_of(Pipeline) is Pipeline.tally
    assert isinstance(tally_of(object()), Tally)


def test_a_dear_question_is_asked_now_and_then():
    asked = []
    reading = now_and_then(lambda: asked.append(1) or len(asked), 3600)
    assert [reading(), reading()] == [1, 1] and len(asked) == 1
    always = now_and_then(lambda: asked.append(1) or len(asked), 0)
    assert [always(), always()] == [2, 3]
