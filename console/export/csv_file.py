"""CSV for spreadsheets: UTF-8 with a byte-order mark, and nothing in it that a spreadsheet would carry out."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

_MARK = "\ufeff"
#: Beginnings that a spreadsheet takes for a formula, their full-width forms as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Rows that are put together before they go out.
_AT_ONCE = 200


def neutral(value: object) -> object:
    """A cell that is text for every spreadsheet.

    >>> neutral("=1+1"), neutral("+8613800000001"), neutral("群呼"), neutral(-5)
    ("'=1+1", "'+8613800000001", '群呼', -5)
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the file in parts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(_MARK)
    writer.writerow([neutral(cell) for cell in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([neutral(cell) for cell in row])
        if number % _AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    part = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return part
