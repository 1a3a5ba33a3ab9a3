"""Arrays on the wire are byte for byte what the driver would have sent for the same values."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from clickhouse_driver.block import ColumnOrientedBlock
from clickhouse_driver.bufferedwriter import BufferedSocketWriter
from clickhouse_driver.streams.native import BlockOutputStream
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import column_bytes
from connectors.column_block import ColumnBlockStream
from connectors.column_values import ABSENT, to_driver_list
from connectors.errors import StoreError

ENUM = "Enum8('' = -1, 'it\\'s = 7' = 0, 'b' = 1)"


class Wire:
    """A socket that keeps what the driver's own buffered writer sends."""

    def __init__(self):
        self.raw = bytearray()

    def sendall(self, piece: bytes) -> None:
        self.raw += piece


def sent(stream_class: type, columns: list[tuple[str, str]], data: list, revision: int = 54_485) -> bytes:
    wire = Wire()
    context = SimpleNamespace(server_info=SimpleNamespace(used_revision=revision, get_timezone=lambda: "UTC",
                                                          session_timezone=None),
                              client_settings={"use_numpy": False, "strings_as_bytes": False,
                                               "strings_encoding": "utf-8"}, settings={})
    stream_class(BufferedSocketWriter(wire, 4096), context).write(ColumnOrientedBlock(columns, data))
    return bytes(wire.raw)


def assert_the_same(columns: list[tuple[str, str]], arrays: list, **changes) -> None:
    lists = [to_driver_list(values, spec) for values, (_, spec) in zip(arrays, columns, strict=True)]
    assert sent(ColumnBlockStream, columns, arrays, **changes) == sent(BlockOutputStream, columns, lists, **changes)


@pytest.fixture(autouse=True, scope="module")
def kernel_for_short_columns():
    before, column_bytes.ARRAYS_FROM = column_bytes.ARRAYS_FROM, 0
    yield
    column_bytes.ARRAYS_FROM = before


texts = st.lists(st.none() | st.text(max_size=20) | st.sampled_from(["x" * 127, "x" * 128, "é" * 9000]), min_size=1)


@settings(deadline=None)
@given(texts, st.data())
def test_strings(values, data):
    start = data.draw(st.integers(0, len(values) - 1))
    array = pa.array(values, pa.string())[start:]
    assert_the_same([("s", "String")], [array])
    if array.null_count < len(array):
        assert_the_same([("s", "LowCardinality(String)")], [array.fill_null("")])


@settings(deadline=None)
@given(st.data())
def test_numbers(data):
    n = data.draw(st.integers(1, 30))
    columns, arrays = [], []
    for sign in ("", "U"):
        for bits in (8, 16, 32, 64):
            info = np.iinfo(f"{sign.lower()}int{bits}")
            low = max(info.min, ABSENT + 1)
            values = data.draw(st.lists(st.integers(low, info.max), min_size=n, max_size=n))
            columns.append((f"c{sign}{bits}", f"{sign}Int{bits}"))
            arrays.append(np.array(values, info.dtype))
    nullable = data.draw(st.lists(st.just(ABSENT) | st.integers(-2**40, 2**40), min_size=n, max_size=n))
    choices = data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=n, max_size=n))
    floats = data.draw(st.lists(st.floats(allow_nan=False), min_size=n, max_size=n))
    columns += [("n", "Nullable(Int64)"), ("d", "Nullable(DateTime64(3, 'UTC'))"), ("t", "DateTime64(3, 'UTC')"),
                ("e", ENUM), ("f", "Float64"), ("s", "DateTime('UTC')"), ("i", "Int64"), ("b", "UInt8")]
    arrays += [np.array(nullable), np.array(nullable), np.abs(np.array(nullable)) // 2, np.array(choices, np.int8),
               np.array(floats), np.arange(n), np.arange(n, dtype=np.int8), np.arange(n) % 2 == 0]
    assert_the_same(columns, arrays)


@pytest.mark.parametrize("revision", [50_000, 54_400, 54_485])
def test_lists_beside_arrays_the_empty_block_and_old_servers(revision):
    columns = [("a", "Array(String)"), ("n", "Int64"), ("s", "String")]
    assert_the_same(columns, [[["x"], []], np.array([1, 2]), ["a", "b"]], revision=revision)
    assert sent(ColumnBlockStream, [], [], revision) == sent(BlockOutputStream, [], [], revision)


@pytest.mark.parametrize(("spec", "values"), [
    ("UInt8", np.array([-1])), ("Int32", np.array([2**31])), ("Int64", np.array([2**63], np.uint64)),
    ("Int64", np.array([1.0])), (ENUM, np.array([7], np.int8)), (ENUM, np.array([256])),
    ("DateTime('UTC')", np.array([-1])), ("Nullable(UInt8)", np.array([ABSENT, 300])),
])
def test_a_number_that_does_not_fit_is_refused(spec, values):
    with pytest.raises(StoreError, match=r"column x is .*got"):
        column_bytes.column_bytes("x", spec, values)


def test_a_list_given_to_a_store_is_not_written_into():
    values = ["b", ""]
    sent(ColumnBlockStream, [("e", ENUM)], [values])
    assert values == ["b", ""]
