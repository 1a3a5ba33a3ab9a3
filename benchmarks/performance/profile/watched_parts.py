"""Which parts of the engine are a stage, and how they are watched without touching them."""

from collections.abc import Iterator
from importlib import import_module

from benchmarks.performance.profile.stage_clock import StageClock

#: Module, owner in it ("" for the module itself), name, stage. Bound methods are watched on their class.
PARTS = (
    ("jobs.routing", "", "decode", "decode"),
    ("jobs.routing", "", "event_uids", "decode"),
    ("jobs.routing", "", "card_rows", "partition"),
    ("jobs.routing", "", "device_rows", "partition"),
    ("jobs.routing", "", "split_by_shard", "partition"),
    ("jobs.routing", "", "global_batches", "partition"),
    ("features.ordering", "EventTimeOrder", "push", "order"),
    ("features.ordering", "EventTimeOrder", "release", "order"),
    ("features.phone", "", "update_phones", "features"),
    ("features.account", "", "update_accounts", "features"),
    ("features.card_watch", "CardWatch", "stretches", "lists"),
    ("models.typology_kernel", "TypologyKernel", "strengths", "typologies"),
    ("models.detectors.unusual_behaviour", "UnusualBehaviour", "rank_learn", "half-space trees"),
    ("models.detectors.call_bursts", "CallBursts", "rank_learn", "edge stream"),
    ("models.learned.card_model", "CardModel", "probability", "learned model"),
    ("models.scorer", "", "fuse", "fusion"),
    ("jobs.card_shard", "CardShard", "step", "cards, the rest"),
    ("jobs.device_shard", "DeviceShard", "step", "devices"),
    ("jobs.person_shard", "PersonShard", "step", "persons"),
    ("jobs.payee_shard", "PayeeShard", "step", "payees"),
    ("jobs.opening_shard", "OpeningShard", "advance", "globals"),
    ("jobs.taint_shard", "TaintShard", "advance", "globals"),
    ("jobs.card_shard", "CardShard", "_take_alerts", "episodes"),
    ("jobs.card_shard", "CardShard", "_hit", "episodes"),
    ("jobs.store_writer", "StoreWriter", "chunks", "sink, events"),
    ("jobs.store_writer", "StoreWriter", "outcomes", "sink, hits"),
)


def watch_parts(clock: StageClock) -> None:
    """Put the clock around every part, in this process."""
    for module, owner, name, stage in PARTS:
        place = import_module(module)
        holder = getattr(place, owner) if owner else place
        function = getattr(holder, name)
        watch = _watched_generator if (owner, name) == ("CardWatch", "stretches") else StageClock.watched
        setattr(holder, name, watch(clock, stage, function))


def _watched_generator(clock: StageClock, stage: str, function):
    """A generator's own work is a stage, not what is done with what it yields."""

    def watching(*arguments) -> Iterator:
        source = iter(function(*arguments))
        step = clock.watched(stage, lambda: next(source, _END))
        while (value := step()) is not _END:
            yield value

    return watching


_END = object()
