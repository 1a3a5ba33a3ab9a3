"""Arrays as the bytes of a Native column, without a Python object for each value."""

import re
from functools import cache

import numpy as np
import pyarrow as pa

from connectors.column_values import ABSENT
from connectors.errors import StoreError

#: Shorter columns are written by the driver: that is cheaper than a call into the kernel (ours).
ARRAYS_FROM = 128

_INTEGERS = {f"{sign}Int{8 * width}": np.dtype(f"<{code}{width}")
             for sign, code in (("", "i"), ("U", "u")) for width in (1, 2, 4, 8)}
_DTYPES = _INTEGERS | {"Enum8": _INTEGERS["Int8"], "Enum16": _INTEGERS["Int16"], "DateTime": _INTEGERS["UInt32"],
                       "DateTime64": _INTEGERS["Int64"], "Bool": np.dtype("u1"), "Float64": np.dtype("<f8")}
_ENUM_VALUE = re.compile(r"'(?:[^'\\]|\\.)*' = (-?\d+)")


@cache
def _kernel():
    """Compile (or load from numba's cache) the copy; that costs half a second, so not at import."""
    import numba

    signature = numba.void(*(numba.types.Array(dtype, 1, "C", readonly=readonly) for dtype, readonly in
                             ((numba.uint8, True), (numba.int32, True), (numba.uint8, False))))

    @numba.njit(signature, cache=True, nogil=True)
    def prefix(data, offsets, out):
        to = 0
        for row in range(offsets.size - 1):
            start, end = offsets[row], offsets[row + 1]
            length = end - start
            while length >= 0x80:
                out[to] = length & 0x7F | 0x80
                length >>= 7
                to += 1
            out[to] = length
            to += 1
            for at in range(start, end):
                out[to] = data[at]
                to += 1

    return prefix


def string_bytes(values: pa.StringArray | pa.BinaryArray) -> bytes:
    """Return strings, each after its length as a varint; null as the empty string.

    >>> string_bytes(pa.array(["ab", None, "c"]))
    b'\\x02ab\\x00\\x01c'
    """
    if values.null_count:
        values = values.fill_null(b"" if pa.types.is_binary(values.type) else "")
    _, offsets, data = values.buffers()
    offsets, data = np.frombuffer(offsets, np.int32), np.frombuffer(data or b"", np.uint8)
    offsets = offsets[values.offset:values.offset + len(values) + 1]
    offsets.flags.writeable = data.flags.writeable = False  # as the kernel was compiled
    lengths = np.diff(offsets)
    size = int(offsets[-1]) - int(offsets[0]) + lengths.size
    size += sum(int(np.count_nonzero(lengths >= 1 << bits)) for bits in (7, 14, 21, 28))
    out = np.empty(size, np.uint8)
    _kernel()(data, offsets, out)
    return out.tobytes()


def column_bytes(name: str, spec: str, values: object) -> bytes | None:
    """Return the data of a column of the ClickHouse type `spec`, or None if the driver must write it.

    Parameters
    ----------
    name : str
        For messages.
    values : object
        Of what is here, integer and Boolean ndarrays (float ones for Float64) and pyarrow arrays
        of strings are written; in a Nullable column `ABSENT` is NULL.

    Raises
    ------
    StoreError
        A number does not fit the type; it would be another one in the store.
    """
    if isinstance(values, pa.StringArray | pa.BinaryArray):
        return string_bytes(values) if spec == "String" and len(values) >= ARRAYS_FROM else None
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iubf":
        return None
    nullable = spec.startswith("Nullable(")
    inner = spec[len("Nullable("):-1] if nullable else spec
    dtype = _DTYPES.get(inner.partition("(")[0])
    if dtype is None:
        return None
    absent = values == ABSENT if nullable and values.dtype == np.int64 else np.zeros(len(values) * nullable, bool)
    if absent.any():
        values = np.where(absent, 0, values)
    _check(name, inner, values, dtype, absent)
    return absent.tobytes() + values.astype(dtype, copy=False).tobytes()


def _check(name: str, spec: str, values: np.ndarray, dtype: np.dtype, absent: np.ndarray) -> None:
    if spec.startswith("Enum"):
        known = np.array([int(value) for value in _ENUM_VALUE.findall(spec)])
        wrong = ~np.isin(values, known, kind="table" if values.dtype.itemsize == 1 else None)
        wrong[:absent.size] &= ~absent
        if wrong.any():
            raise StoreError(f"column {name} is {spec}, got {values[wrong][0]}")
    elif dtype.kind != "f" and values.dtype.kind == "f":
        raise StoreError(f"column {name} is {spec}, got {values.dtype}; round or cast it first")
    elif dtype.kind != "f" and values.size and not np.can_cast(values.dtype, dtype):
        low, high = int(values.min()), int(values.max())
        limits = np.iinfo(dtype)
        if low < limits.min or high > limits.max:
            raise StoreError(f"column {name} is {spec}, which holds {limits.min} to {limits.max}, "
                             f"got {low if low < limits.min else high}")
