"""Parse a whole chunk of JSON lines at once with Arrow's columnar reader."""

import pyarrow as pa
import pyarrow.json as pj

from features.events import FieldType, Topic
from features.parsed import ParsedColumns

_ARROW = {
    FieldType.TEXT: pa.string(),
    FieldType.PARTY: pa.string(),
    FieldType.CARD: pa.string(),
    FieldType.CHOICE: pa.string(),
    FieldType.FLAG: pa.bool_(),
    FieldType.SECONDS: pa.float64(),
}

def parse_bulk(topic: Topic, raw: bytes, rows: int) -> ParsedColumns | None:
    """Parse `raw`, which holds `rows` plain lines, or give None where a line needs the strict parser.

    It works when every line is well formed and every column keeps one JSON type through the chunk;
    one odd line sends the whole chunk to :func:`features.parse_strict.parse_strict`, which costs
    about five times as much and decides each line by itself. Whatever this function accepts, the
    strict parser accepts with equal values (a property test holds them together), so that a
    record's fate does not depend on its neighbours.
    """
    if not _valid_utf8(raw):
        return None
    # Times and money come as numbers or strings; a source uses one of them throughout.
    for number in (True, False):
        try:
            table = pj.read_json(
                pa.BufferReader(raw),
                # One block per chunk: a column's type may not change in mid-chunk unseen.
                pj.ReadOptions(use_threads=False, block_size=max(len(raw) + 1, 1024)),
                pj.ParseOptions(
                    explicit_schema=_schema(topic, raw, number),
                    unexpected_field_behavior="ignore",
                ),
            )
        except pa.ArrowInvalid:
            if number and any(f.type is FieldType.MONEY for f in topic.fields):
                continue
            return None
        break
    else:
        return None
    if table.num_rows != rows:
        return None
    columns = ParsedColumns(rows)
    for field in topic.fields:
        column = table.column(field.name)
        columns.add(field.name, column.chunk(0) if column.num_chunks == 1 else column.combine_chunks())
    return columns


def _schema(topic: Topic, raw: bytes, money_as_number: bool) -> pa.Schema:
    head = raw[: raw.find(b"\n") if b"\n" in raw else len(raw)]
    fields = []
    for field in topic.fields:
        match field.type:
            case FieldType.TIME:
                arrow = pa.string() if _quoted(head, field.name) else pa.int64()
            case FieldType.MONEY:
                arrow = pa.float64() if money_as_number else pa.string()
            case other:
                arrow = _ARROW[other]
        fields.append((field.name, arrow))
    return pa.schema(fields)


def _quoted(head: bytes, name: str) -> bool:
    _, found, rest = head.partition(b'"%s"' % name.encode())
    return bool(found) and rest.lstrip(b" \t:").startswith(b'"')


def _valid_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
