"""What a parser hands to validation: JSON values in columns, typed as JSON types them."""

import pyarrow as pa


class ParsedColumns:
    """JSON values of n records by field and JSON type.

    A field that may come as a number or as a string has up to two columns, each null where the
    record used the other form; see :meth:`text`, :meth:`number` and :meth:`flag`.
    """

    def __init__(self, rows: int):
        self.rows = rows
        self._columns: dict[tuple[str, str], pa.Array] = {}

    def add(self, name: str, array: pa.Array) -> None:
        self._columns[name, _json_type(array.type)] = array

    def text(self, name: str) -> pa.StringArray | None:
        return self._columns.get((name, "string"))

    def number(self, name: str) -> pa.Array | None:
        """int64 or float64 array, or None where no record gave a number."""
        return self._columns.get((name, "number"))

    def flag(self, name: str) -> pa.BooleanArray | None:
        return self._columns.get((name, "boolean"))


def _json_type(arrow: pa.DataType) -> str:
    if pa.types.is_boolean(arrow):
        return "boolean"
    return "string" if pa.types.is_string(arrow) else "number"
