"""Telling an INSERT whose rows follow as blocks from every other statement."""

import re
from dataclasses import dataclass

from connectors.embedded.literals import quote, quote_name, without_leading_comments

_NAME = r"(?:`(?:[^`\\]|\\.|``)+`|\"(?:[^\"\\]|\\.)+\"|\w+)"
_INSERT = re.compile(
    rf"""\s*insert\s+into\s+(?:table\s+(?=[\w`"]))?
    (?P<table>{_NAME}(?:\s*\.\s*{_NAME})?)
    \s*(?:\((?P<columns>(?:[^()]|\([^()]*\))*)\))?
    \s*(?P<settings>settings\s+(?:(?!\bvalues\b|\bformat\b|\bselect\b|\bwith\b).)+?)?
    \s*(?:values|format\s+\w+)?\s*;?\s*$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class InsertStatement:
    """An INSERT without its rows.

    Attributes
    ----------
    table : str
        As written, quotes included.
    header : str
        A SELECT whose columns are those that the rows must have.
    settings : str
        Its own SETTINGS clause, or empty.
    """

    table: str
    header: str
    settings: str = ""

    def from_file(self, path: str, columns: list[tuple[str, str]]) -> str:
        """Return the statement that inserts the rows from a file in the Native format."""
        names = ", ".join(quote_name(name) for name, _ in columns)
        structure = ", ".join(f"{quote_name(name)} {spec}" for name, spec in columns)
        return (f"INSERT INTO {self.table} ({names}) SELECT {names} "
                f"FROM file({quote(path)}, 'Native', {quote(structure)}) {self.settings}")


def parse_insert(sql: str) -> InsertStatement | None:
    """Return the parts of an INSERT whose rows come later, or None for anything else.

    An INSERT with rows in its text (``VALUES (1)``) or with a SELECT is something else.

    >>> parse_insert("INSERT INTO t (a, b) VALUES").header
    'SELECT a, b FROM t'
    >>> parse_insert("INSERT INTO t SELECT 1") is None
    True
    """
    match = _INSERT.match(without_leading_comments(sql))
    if match is None or match["table"].lower() in ("function", "select"):
        return None
    header = f"SELECT {match['columns'] or '*'} FROM {match['table']}"
    return InsertStatement(match["table"], header, (match["settings"] or "").strip())
