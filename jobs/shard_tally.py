"""Counts what a card shard brings out, step by step."""

from jobs.card_shard import CardShard
from jobs.flink.metric_names import ALERTS, DEAD_LETTERS, HITS, LATE, MODEL_SHARDS, SCORED
from jobs.flink.tally import Tally
from jobs.outcome import StepOutcome
from models.levels import Level


class ShardTally:
    """Tells `tally` of a shard's steps.

    A shard's own counts are totals since its state began and come back with a snapshot, whereas the
    tally begins anew with every instance: so differences are told, and :meth:`restored` must be
    called after the shard took a snapshot over.
    """

    def __init__(self, tally: Tally, shard: CardShard):
        self._tally = tally
        self._shard = shard
        self._known = shard.counts
        self._in_force: dict[str, str] = {}
        self._tell_models()

    def restored(self) -> None:
        self._known = self._shard.counts
        self._tell_models()

    def step(self, outcome: StepOutcome) -> None:
        counts, known = outcome.counts, self._known
        self._known = counts
        tally = self._tally
        tally.add(SCORED, counts.scored - known.scored)
        tally.add(LATE, counts.late - known.late)
        tally.add(ALERTS, counts.alerts - known.alerts)
        for repeat in outcome.repeats:
            tally.add(DEAD_LETTERS, 1, repeat.topic, "duplicate")
        for level in outcome.reached:
            tally.add(HITS, 1, Level(level).label)
        self._tell_models()

    def _tell_models(self) -> None:
        in_force = self._shard.in_force
        if in_force == self._in_force:
            return
        for role, version in self._in_force.items():
            self._tally.move(MODEL_SHARDS, -1, role, version)
        for role, version in in_force.items():
            self._tally.move(MODEL_SHARDS, 1, role, version)
        self._in_force = dict(in_force)
