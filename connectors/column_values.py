"""Columns as jobs have them (numpy, arrow, lists), and as clickhouse-driver takes them (lists)."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

#: Stands for an absent number in an int64 column; the same as ``features.validate.ABSENT``.
ABSENT = int(np.iinfo(np.int64).min)

Column = Sequence | np.ndarray | pa.Array


def to_column(values: Column) -> Column:
    """Return a column that has a length and can be sliced: arrays as they are, the rest as a list."""
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    return values if isinstance(values, list | np.ndarray | pa.Array) else list(values)


def to_driver_list(values: Column, spec: str) -> list:
    """Return a column as a new list of Python values, as the driver wants it for the type `spec`.

    The driver writes into the list that it gets. `ABSENT` in an int64 array is None for a Nullable
    type; None in an array of strings is the empty string for String.
    """
    if isinstance(values, pa.Array):
        if spec == "String" and values.null_count:
            values = values.fill_null(b"" if pa.types.is_binary(values.type) else "")
        return values.to_pylist()
    if isinstance(values, np.ndarray):
        if values.dtype == np.int64 and spec.startswith("Nullable("):
            return [None if value == ABSENT else value for value in values.tolist()]
        return values.tolist()
    return list(values)


def null_to_empty(values: Column) -> Column:
    """Return a text column without None; arrow arrays as they are, since null is empty there."""
    values = to_column(values)
    if not isinstance(values, pa.Array) and any(value is None for value in values):
        return ["" if value is None else value for value in values]
    return values


def absent_to_none(values: Column) -> Column:
    """Return a column of numbers with None for `ABSENT`; int64 arrays as they are.

    >>> absent_to_none([5, ABSENT])
    [5, None]
    """
    values = to_column(values)
    if isinstance(values, list):
        return [None if value == ABSENT else value for value in values]
    return values
