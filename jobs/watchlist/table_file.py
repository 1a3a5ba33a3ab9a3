"""A CSV of cards to list: columns card, and where given list, kind, reason, expires_at."""

import csv
from collections.abc import Iterable, Iterator

from jobs.watchlist.words import BadLine, BadWord, Word, signed_reason

COLUMNS = ("card", "list", "kind", "reason", "expires_at")


def read_words(lines: Iterable[str], given: Word, officer: str) -> Iterator[tuple[int, Word] | BadLine]:
    """Words of a CSV with a head line, one by one, with the number of their line.

    Parameters
    ----------
    given : Word
        What lines without a value of their own get; its reason is signed already.
    officer : str
        Signs reasons that lines bring.

    Raises
    ------
    BadWord
        The head line names no column ``card``, or one that is not known.
    """
    reader = csv.reader(lines)
    head = [name.strip().lower().lstrip("\ufeff") for name in next(reader, [])]
    unknown = [name for name in head if name not in COLUMNS]
    if "card" not in head or unknown:
        raise BadWord(f"want a head line with card and, where given, {', '.join(COLUMNS[1:])}; "
                      f"got {', '.join(head) or 'an empty file'}")  # fmt: skip
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield BadLine(reader.line_num, f"no CSV: {error}")
            continue
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(head):
            yield BadLine(reader.line_num, f"want {len(head)} values, got {len(row)}")
            continue
        said = {name: value.strip() for name, value in zip(head, row) if value.strip()}
        try:
            if "reason" in said:
                said["reason"] = signed_reason(said["reason"], officer)
        except BadWord as error:
            yield BadLine(reader.line_num, str(error))
            continue
        yield reader.line_num, Word(**{"list": given.list, "card": "", "kind": given.kind, "reason": given.reason,
                                       "expires_at": given.expires_at} | said)  # fmt: skip
