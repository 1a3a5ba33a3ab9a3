"""Cut a chunk of raw bytes into records, one a line, without copying it."""

from dataclasses import dataclass

import numba
import numpy as np

#: Longest record that is parsed, bytes (ours); a longer one goes to the dead letters.
MAX_RECORD_BYTES = 65_536
#: Longest record that the bulk parser gets, bytes (ours): JSON parsers part ways on numbers of
#: thousands of digits, and no honest record is that long.
_BULK_BYTES = 4096
#: Digits in a row that the bulk parser gets, and of an exponent (ours): beyond, a number may be
#: beyond a double, which Arrow does not see in fields that it ignores.
_BULK_DIGITS = 200
_BULK_EXPONENT = 2
#: Deepest nesting that is parsed (ours); ignored fields may be nested, attackers nest deeper.
MAX_DEPTH = 32


@numba.njit(cache=True, nogil=True)
def _scan(data, starts, ends, shape, max_depth):
    n = 0
    suspect = False
    i = 0
    size = data.size
    while i < size:
        j = i
        depth = 0
        deepest = 0
        quoted = False
        digits = 0
        while j < size and data[j] != 10:
            c = data[j]
            if c == 34:
                quoted = not quoted
            elif quoted:
                if c == 92 and j + 1 < size and data[j + 1] != 10:
                    j += 1  # whatever is escaped ends no string
            elif 48 <= c <= 57:
                digits += 1
                if digits > _BULK_DIGITS:
                    suspect = True
                j += 1
                continue
            elif (c == 101 or c == 69) and digits > 0 and _long_exponent(data, j + 1, size):
                suspect = True
            elif c == 123 or c == 91:
                depth += 1
                if depth > deepest:
                    deepest = depth
            elif c == 125 or c == 93:
                depth -= 1
            elif (c == 78 or c == 73) and _opens_word(data, j, i, size):
                suspect = True
            digits = 0
            j += 1
        a = i
        b = j
        while a < b and (data[a] == 32 or data[a] == 9 or data[a] == 13):
            a += 1
        while b > a and (data[b - 1] == 32 or data[b - 1] == 9 or data[b - 1] == 13):
            b -= 1
        if b > a:
            starts[n] = a
            ends[n] = b
            plain = not suspect and data[a] == 123 and data[b - 1] == 125 and deepest <= max_depth
            shape[n] = 0 if plain else (2 if deepest > max_depth else 1)
            n += 1
        suspect = False
        i = j + 1
    return n


@numba.njit(cache=True, inline="always")
def _opens_word(data, at, start, size):
    """Whether NaN or Infinity may begin here: Arrow takes them for numbers, JSON does not."""
    if at == start or at + 1 >= size:
        return False
    before, after = data[at - 1], data[at + 1]
    # Behind : , [ - or white space, and followed by the a of NaN or the n of Infinity.
    opened = before == 58 or before == 44 or before == 91 or before == 45 or before <= 32
    return opened and (after == 97 or after == 110)


@numba.njit(cache=True, inline="always")
def _long_exponent(data, at, size):
    """Whether more digits follow the e of a number than the bulk parser is trusted with."""
    if at < size and (data[at] == 43 or data[at] == 45):
        at += 1
    end = at
    while end < size and 48 <= data[end] <= 57:
        end += 1
    return end - at > _BULK_EXPONENT


@dataclass(frozen=True)
class Lines:
    """The records of a chunk.

    Attributes
    ----------
    raw : bytes
        The chunk.
    starts, ends : ndarray of int64, shape (n,)
        Where each record lies in `raw`, surrounding white space left out; blank lines are no records.
    plain : ndarray of bool, shape (n,)
        Starts with ``{``, ends with ``}``, is neither long nor deep, has no word or number on which
        parsers part ways: safe for the bulk parser.
    deep : ndarray of bool, shape (n,)
        Nested beyond :data:`MAX_DEPTH` or so: not parsed at all.
    """

    raw: bytes
    starts: np.ndarray
    ends: np.ndarray
    plain: np.ndarray
    deep: np.ndarray

    def __len__(self) -> int:
        return self.starts.size

    def record(self, i: int) -> bytes:
        return self.raw[self.starts[i] : self.ends[i]]

    def take(self, keep: np.ndarray) -> "Lines":
        """The same records rewritten as a chunk of their own, in order."""
        raw = b"\n".join(self.raw[a:b] for a, b in zip(self.starts[keep], self.ends[keep]))
        return split_lines(raw)


def split_lines(raw: bytes) -> Lines:
    """Find the records of a chunk; O(bytes), about a nanosecond each.

    Examples
    --------
    >>> lines = split_lines(b'{"a":1}\\n\\n nonsense \\n')
    >>> len(lines), lines.record(1), lines.plain.tolist()
    (2, b'nonsense', [True, False])
    """
    data = np.frombuffer(raw, np.uint8)
    most = raw.count(b"\n") + 1
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    shape = np.empty(most, np.uint8)
    n = _scan(data, starts, ends, shape, MAX_DEPTH)
    starts, ends, shape = starts[:n], ends[:n], shape[:n]
    plain = (shape == 0) & (ends - starts <= _BULK_BYTES)
    return Lines(raw, starts, ends, plain, shape == 2)
