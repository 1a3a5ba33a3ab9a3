"""The tables of the events, made from their one definition in :mod:`features.events`.

``0001_events.sql`` is what `migration` returned when it was written; a test says that it still
is. A changed definition therefore needs a new migration and a change here, in the same commit.
"""

from features.events import TOPICS, Field, FieldType, Topic

#: Inserts remembered by a table, by their tokens; see ``connectors.clickhouse.Store.insert``.
DEDUPLICATION_WINDOW = 1000
#: How much larger than its largest part a merge must be to be worth it (the engine's own value is
#: 5). Rows are rewritten fewer times; reads meet up to about 20 parts of a month instead of 5.
#: An old server without this setting refuses the table. Measured once, 1.5 million call
#: records on a RAM disk: 10.4 µs of CPU a record with 5, 7.0 with 20, the merges included.
MERGE_SELECTOR_BASE = 20

_PLAIN_TYPES = {
    FieldType.TEXT: "String",
    FieldType.PARTY: "String",
    FieldType.CARD: "String",
    FieldType.FLAG: "Int8",
}
_NUMBER_TYPES = {
    FieldType.TIME: "DateTime64(3, 'UTC')",
    FieldType.MONEY: "Int64",
    FieldType.SECONDS: "Int64",
}


def column_name(field: Field) -> str:
    """Return the column of a field; money says its unit, which the column changes to fen."""
    return f"{field.name}_fen" if field.type is FieldType.MONEY else field.name


def column_type(field: Field) -> str:
    """Return the ClickHouse type of a field.

    An absent number is NULL, an absent text is empty, an absent flag or choice is -1.

    >>> from features.events import CDR
    >>> column_type(CDR.field("kind"))
    "Enum8('' = -1, 'voice' = 0, 'sms' = 1)"
    """
    if field.type is FieldType.CHOICE:
        named = ", ".join(f"'{choice}' = {index}" for index, choice in enumerate(field.choices))
        return f"Enum8('' = -1, {named})"
    if field.type in _NUMBER_TYPES:
        plain = _NUMBER_TYPES[field.type]
        return plain if field.required else f"Nullable({plain})"
    return _PLAIN_TYPES[field.type]


def _codec(field: Field) -> str:
    return " CODEC(Delta, ZSTD(1))" if field.type is FieldType.TIME and field.required else ""


def create_table(topic: Topic) -> str:
    """Return the statement that creates the table of `topic`.

    `uid` identifies an event, so that rows that come twice collapse; `ingested_at` is what
    retention counts from. Rows lie in order of time, for replays and for reports by period; a
    card's events are found through ``card_events``.
    """
    columns = [("uid", "UInt64")]
    columns += [(column_name(field), column_type(field) + _codec(field)) for field in topic.fields]
    columns += [("ingested_at", "DateTime('UTC') DEFAULT now()")]
    body = ",\n".join(f"    {name} {spec}" for name, spec in columns)
    return (
        f"-- {topic.doc}\n"
        f"CREATE TABLE IF NOT EXISTS {topic.name}\n(\n{body}\n)\n"
        "ENGINE = ReplacingMergeTree\n"
        f"PARTITION BY toYYYYMM({topic.time_field})\n"
        f"ORDER BY ({topic.time_field}, uid)\n"
        f"SETTINGS non_replicated_deduplication_window = {DEDUPLICATION_WINDOW}, "
        f"merge_selector_base = {MERGE_SELECTOR_BASE};\n"
    )


def migration() -> str:
    """Return the text of ``0001_events.sql``."""
    head = "-- Events as they came in. Made by connectors.schema.event_tables; do not edit.\n"
    return "\n".join([head, *(create_table(topic) for topic in TOPICS.values())])
