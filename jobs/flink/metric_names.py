"""Every metric of the job: name, labels, meaning. Public, since dashboards and alerts are built on it.

Flink has no labels for a Python operator's metrics but those of groups, whose keys become a part of
the name: `dead_letters` with the labels topic and reason is exported as
``flink_taskmanager_job_task_operator_duanka_topic_reason_dead_letters{topic="cdr",reason="…"}``.
Values are whole numbers, so times are microseconds or milliseconds.

``docs/metrics.md`` is made from this module, see :mod:`jobs.flink.metrics_page`.
"""

from dataclasses import dataclass
from enum import StrEnum

from jobs.flink import uids

#: What Flink puts before the name of an operator's metric.
FLINK_PREFIX = "flink_taskmanager_job_task_operator_"
#: Our group among the operator's metrics.
GROUP = "duanka"


class Kind(StrEnum):
    """A counter only grows while its operator lives; a gauge is as of the last bundle."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes
    ----------
    name : str
        Ends with the unit where there is one.
    kind : Kind
    operators : tuple of str
        Names of the operators that give it, see :mod:`jobs.flink.uids`.
    means : str
        One sentence for the page of metrics.
    labels : tuple of str
        Beside Flink's own, such as ``operator_name`` and ``subtask_index``.
    """

    name: str
    kind: Kind
    operators: tuple[str, ...]
    means: str
    labels: tuple[str, ...] = ()

    @property
    def exported(self) -> str:
        """The name that Prometheus shows.

        >>> LATE.exported
        'flink_taskmanager_job_task_operator_duanka_late'
        """
        return FLINK_PREFIX + "_".join((GROUP, *self.labels, self.name))


def _counter(name: str, operators: tuple[str, ...], means: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, operators, means, labels)


def _gauge(name: str, operators: tuple[str, ...], means: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, operators, means, labels)


_PLAN, _DECODE, _STORE = (uids.PLAN,), (uids.DECODE,), (uids.STORE,)
_CARDS, _SHARDS = (uids.CARDS,), (uids.DEVICES, uids.CARDS, uids.PERSONS, uids.PAYEES, uids.GLOBALS)

#: Values of the label `stage`.
STAGE_DECODE, STAGE_DEVICES, STAGE_CARDS = "decode", "devices", "cards"
STAGE_PERSONS, STAGE_PAYEES, STAGE_GLOBALS = "persons", "payees", "globals"
STAGE_WRITE = "write"

PLANNED = _counter("planned_chunks", _PLAN, "Chunks given to decode.")
WATERMARK_LAG_MS = _gauge(
    "watermark_lag_ms", _PLAN,
    "How far the watermark that was planned last is behind the clock. Of a bus that is replayed it is its age.")
BUS_LAG = _gauge(
    "bus_lag", _PLAN,
    "With --follow: what the bus holds beyond the last planned chunk, in bytes of a folder, in messages of Kafka.",
    "unit")

CHUNKS = _counter("chunks", _DECODE, "Chunks decoded; `records` divided by it is the size of a batch.")
RECORDS = _counter("records", _DECODE, "Records read, refused ones among them.", "topic")
DEAD_LETTERS = _counter(
    "dead_letters", (uids.DECODE, uids.CARDS),
    "Records refused, by reason; `cards` gives those of the reason `duplicate`.", "topic", "reason")
NEWEST_EVENT_MS = _gauge("newest_event_ms", _DECODE, "Latest event time decoded, UTC ms.")

SCORED = _counter("scored", _CARDS, "Events scored.")
LATE = _counter("late", _CARDS, "Rows that came behind the watermark; a call or payment has two rows.")
ALERTS = _counter("alerts", _CARDS, "Rows at or above the lowest level.")
HITS = _counter(
    "hits", _CARDS, "Hits that reached a level: one that opens blue and becomes red counts once for each.", "level")
TYPOLOGY_VERSION = _gauge(
    "in_force", _CARDS, "1, with the version of the rules as label; a hit stores the same.", "typology_version")
WARNINGS = _counter(
    "warnings", (uids.PERSONS, uids.PAYEES), "Warnings of victims, each time that one was made or changed.", "level")
MODEL_SHARDS = _gauge(
    "shards", _CARDS,
    "Shards that score with a model, by its role (champion, shadow) and version (`built-in`: none); 0 once replaced.",
    "role", "model_version")

ENTITIES = _gauge(
    "entities", _SHARDS,
    "Entities that a shard knows, by kind; `shard` is `all` where there are more than 64.",
    "shard", "kind")
SNAPSHOT_BYTES = _gauge(
    "snapshot_bytes", _SHARDS, "Bytes of the last snapshots of the instance's shards, as kept in Flink's state.")
LOG_BYTES = _gauge("log_bytes", _SHARDS, "Bytes of the logs of the instance's shards since their snapshots.")

WORK_US = _counter(
    "work_us", (uids.DECODE, *_SHARDS, uids.STORE),
    "Microseconds of work: decode (its writes included), devices, cards, persons, payees, globals, write (to the "
    "store).", "stage")
WORK_CALLS = _counter(
    "work_calls", (uids.DECODE, *_SHARDS, uids.STORE), "How often; divides `work_us`.", "stage")
STORE_RETRIES = _counter(
    "store_retries", (uids.DECODE, uids.STORE),
    "Statements sent to the store again. Told once the bundle is through, not while the store is away.")
BUNDLE_MS = _gauge(
    "last_bundle_ms", (uids.PLAN, uids.DECODE, *_SHARDS, uids.STORE),
    "When the worker last finished a bundle and told these values, UTC ms.")

#: All of them, in the order of the page.
METRICS = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
