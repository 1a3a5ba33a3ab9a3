"""Decoded events as rows of their tables."""

from collections.abc import Mapping

import numpy as np

from connectors.clickhouse import Store
from connectors.column_values import Column, absent_to_none, null_to_empty, to_column
from connectors.errors import StoreError
from connectors.schema.event_tables import column_name
from features.events import TOPICS, FieldType, Topic

_NUMBERS = (FieldType.TIME, FieldType.MONEY, FieldType.SECONDS)
_INDICES = (FieldType.FLAG, FieldType.CHOICE)


def event_rows(topic: Topic, uid: Column, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return decoded columns as the columns of the topic's table.

    Parameters
    ----------
    topic : Topic
    uid : UInt64 column
        Identity of each event; the same event must always get the same.
    columns : mapping of str to column
        By field name, in the types of ``features.events``: int64 milliseconds, fen and seconds
        (``ABSENT`` where missing), int8 flags and choices (-1 where missing), text (empty or null
        where missing). A field that is left out is missing in all rows.

    Raises
    ------
    StoreError
        A required field is left out, or a column belongs to no field.
    """
    unknown = sorted(set(columns) - {field.name for field in topic.fields})
    if unknown:
        raise StoreError(f"topic {topic.name} has no field {unknown[0]!r}; its fields are "
                         f"{', '.join(field.name for field in topic.fields)}")
    rows = {"uid": to_column(uid)}
    for field in topic.fields:
        values = columns.get(field.name)
        if values is None:
            if field.required:
                raise StoreError(f"rows for topic {topic.name} lack the required field {field.name!r}")
            # Not left to the table's default, which is 0 and thus "false" or a first choice.
            if field.type in _INDICES:
                rows[column_name(field)] = np.full(len(rows["uid"]), -1, np.int8)
        elif field.type in _NUMBERS and not field.required:
            rows[column_name(field)] = absent_to_none(values)
        elif field.type in _NUMBERS or field.type in _INDICES:
            rows[column_name(field)] = to_column(values)
        else:
            rows[column_name(field)] = null_to_empty(values)
    return rows


def insert_events(store: Store, topic: str, uid: Column, columns: Mapping[str, Column],
                  token: str | None = None) -> int:
    """Insert decoded events of a topic; see `event_rows` and `Store.insert`."""
    return store.insert(topic, event_rows(TOPICS[topic], uid, columns), token)
