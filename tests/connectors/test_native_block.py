"""The pieces of the protocol that need no server."""

import numpy as np
import pytest

from connectors.embedded.byte_cursor import ByteCursor, ConnectionClosed, encode_varint
from connectors.embedded.column_layout import UnsupportedType, layout_of, split_arguments
from connectors.embedded.insert_statement import parse_insert
from connectors.embedded.string_walk import walk_strings


class DribblingCursor(ByteCursor):
    """Gives its bytes in pieces of random size, as a socket does."""

    def __init__(self, data: bytes, seed: int):
        super().__init__(bytearray(len(data) + 1), 0)
        self.data = data
        self.random = np.random.default_rng(seed)

    def fill(self) -> None:
        if not self.data:
            raise ConnectionClosed("end")
        size = int(self.random.integers(1, 3000))
        piece, self.data = self.data[:size], self.data[size:]
        self.buffer[:len(piece)] = piece
        self.position, self.end = 0, len(piece)


@pytest.mark.parametrize("seed", range(20))
def test_strings_are_passed_on_unchanged_wherever_the_pieces_end(seed):
    random = np.random.default_rng(seed)
    lengths = random.choice([0, 1, 5, 127, 128, 300, 20_000], 2000, p=[.2, .3, .3, .1, .05, .04, .01])
    strings = [bytes(int(length)) for length in lengths]
    data = b"".join(encode_varint(len(s)) + s for s in strings)
    cursor = DribblingCursor(data + b"rest", seed)
    out = bytearray()
    cursor.copy_strings(len(strings), out.extend)
    assert out == data
    assert cursor.read(4) == b"rest"


@pytest.mark.parametrize("count", [3, 1000])
def test_the_walk_stops_before_what_is_not_there_yet(count):
    one = b"\x81\x01" + b"x" * 129
    data = one * 2
    for end in range(len(data)):
        assert walk_strings(data, 0, end, count) == (len(one) * (end // len(one)), count - end // len(one))


@pytest.mark.parametrize("spec", ["AggregateFunction(uniq, String)", "Dynamic", "Array(Variant(UInt8))", "JSON"])
def test_types_without_a_known_end_are_refused(spec):
    with pytest.raises(UnsupportedType, match="cast it"):
        layout_of(spec)


def test_arguments_are_split_outside_of_brackets_and_quotes():
    assert split_arguments(r"Enum8('a\',b' = 1), `x,y` Tuple(UInt8, String)") == [
        r"Enum8('a\',b' = 1)", "`x,y` Tuple(UInt8, String)"]


@pytest.mark.parametrize(("sql", "table", "header"), [
    ("insert into t values", "t", "SELECT * FROM t"),
    ("INSERT INTO d.t (a, `b c`) VALUES ", "d.t", "SELECT a, `b c` FROM d.t"),
    ("INSERT INTO TABLE t(* EXCEPT(a)) FORMAT Native;", "t", "SELECT * EXCEPT(a) FROM t"),
    ("-- note\n/* x */ INSERT INTO `values` (a) SETTINGS x = 1 VALUES", "`values`", "SELECT a FROM `values`"),
    ("INSERT INTO t", "t", "SELECT * FROM t"),
])
def test_inserts_whose_rows_follow_are_told(sql, table, header):
    found = parse_insert(sql)
    assert (found.table, found.header) == (table, header)


@pytest.mark.parametrize("sql", [
    "INSERT INTO t VALUES (1)", "INSERT INTO t SELECT 1", "INSERT INTO t (a) WITH 1 AS x SELECT x", "SELECT 1",
    "INSERT INTO FUNCTION file('x') VALUES", "INSERT INTO t (a) SELECT a FROM s SETTINGS x = 1", "",
])
def test_other_statements_are_left_to_the_engine(sql):
    assert parse_insert(sql) is None


def test_the_file_statement_quotes_what_it_must():
    statement = parse_insert("INSERT INTO t (a) SETTINGS x = 1 VALUES").from_file("/p", [("a`b", "Enum8('x' = 1)")])
    assert statement == (r"INSERT INTO t (`a\`b`) SELECT `a\`b` FROM file('/p', 'Native', "
                         r"'`a\\`b` Enum8(\'x\' = 1)') SETTINGS x = 1")
