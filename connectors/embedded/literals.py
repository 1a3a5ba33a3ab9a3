"""Text of statements: literals, names, escapes and comments."""

import re

_ESCAPES = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"\s*(?:--[^\n]*(?:\n|$)|/\*.*?\*/)", re.DOTALL)


def quote(value: str) -> str:
    """Return `value` as a ClickHouse string literal.

    >>> print(quote("it's"))
    'it\\'s'
    """
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quote_name(name: str) -> str:
    """Return `name` as a quoted identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def unescape(value: str) -> str:
    """Return text without ClickHouse's backslash escapes, as in TSV and in literals."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value)


def without_leading_comments(sql: str) -> str:
    """Return a statement from its first word on."""
    while match := _COMMENT.match(sql):
        sql = sql[match.end():]
    return sql.lstrip()
