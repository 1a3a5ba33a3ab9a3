"""64-bit hashes that name entities and events in the hot path.

A card is known to the shards by the hash of its number: eight bytes instead of a string. With 64
bits, 100 million entities collide with probability 3e-4. The hash is part of stored state and must
never change without a new state version.
"""

import numba
import numpy as np
import pyarrow as pa

_M1 = np.uint64(0xFF51AFD7ED558CCD)
_M2 = np.uint64(0xC4CEB9FE1A85EC53)
_P = np.uint64(0x9E3779B97F4A7C15)
_S33 = np.uint64(33)
_S29 = np.uint64(29)
_S8 = np.uint64(8)


@numba.njit(cache=True, inline="always")
def fmix64(h):
    """Finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit."""
    h ^= h >> _S33
    h *= _M1
    h ^= h >> _S33
    h *= _M2
    h ^= h >> _S33
    return h


@numba.njit(cache=True, inline="always")
def combine(a, b):
    """Hash of an ordered pair of hashes."""
    return fmix64(a * _P + b)


@numba.njit(cache=True)
def hash_bytes(data, start, end, seed):
    """Hash ``data[start:end]``, eight bytes at a time."""
    h = fmix64(np.uint64(seed) + np.uint64(end - start) * _P)
    i = start
    while i + 8 <= end:
        word = np.uint64(0)
        for k in range(8):
            word |= np.uint64(data[i + k]) << (np.uint64(k) * _S8)
        h = (h ^ word) * _M1
        h ^= h >> _S29
        i += 8
    word = np.uint64(0)
    shift = np.uint64(0)
    while i < end:
        word |= np.uint64(data[i]) << shift
        shift += _S8
        i += 1
    return fmix64((h ^ word) * _M1)


@numba.njit(cache=True, nogil=True)
def _hash_offsets(data, offsets, seed, out):
    for j in range(out.size):
        start, end = offsets[j], offsets[j + 1]
        # An absent value hashes to 0, which no kernel takes for an entity.
        out[j] = np.uint64(0) if start == end else hash_bytes(data, start, end, seed)


@numba.njit(cache=True, nogil=True)
def _numbers(data, offsets, number, digits):
    for j in range(number.size):
        start, end = offsets[j], offsets[j + 1]
        n = end - start
        if n == 0 or n > 19:
            continue
        value = np.uint64(0)
        decimal = True
        for i in range(start, end):
            digit = data[i] - 48
            if digit < 0 or digit > 9:
                decimal = False
                break
            value = value * np.uint64(10) + np.uint64(digit)
        if decimal:
            number[j] = value
            digits[j] = n


def string_buffers(array: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """Bytes (uint8) and offsets (int32, length n + 1) behind a string array; nulls are empty."""
    buffers = array.buffers()
    offsets = np.frombuffer(buffers[1], np.int32)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(buffers[2], np.uint8) if buffers[2] else np.empty(0, np.uint8)
    return data, offsets


def hash_strings(array: pa.StringArray, seed: int) -> np.ndarray:
    """Hash every string of an array; absent and empty strings give 0.

    Parameters
    ----------
    array : pyarrow.StringArray, length n
    seed : int
        Keeps apart equal strings of different kinds (a phone and an account number, say).

    Returns
    -------
    ndarray of uint64, shape (n,)

    Examples
    --------
    >>> import pyarrow as pa
    >>> hash_strings(pa.array(["13812345678", None]), 1).tolist()[1]
    0
    """
    data, offsets = string_buffers(array)
    out = np.zeros(len(array), np.uint64)
    _hash_offsets(data, offsets, seed, out)
    return out


def decimal_numbers(array: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """Strings of 1 to 19 digits as integers.

    Returns
    -------
    number : ndarray of uint64, shape (n,)
    digits : ndarray of uint8, shape (n,)
        How many digits the string had, 0 where it is no such number; together the two give the
        string back, leading zeros included.

    Examples
    --------
    >>> import pyarrow as pa
    >>> number, digits = decimal_numbers(pa.array(["0138", "ab", "42"]))
    >>> number.tolist(), digits.tolist()
    ([138, 0, 42], [4, 0, 2])
    """
    data, offsets = string_buffers(array)
    number = np.zeros(len(array), np.uint64)
    digits = np.zeros(len(array), np.uint8)
    _numbers(data, offsets, number, digits)
    return number, digits


@numba.njit(cache=True, nogil=True)
def combine_all(a, b):
    """Elementwise :func:`combine` of two uint64 arrays of equal shape."""
    out = np.empty_like(a)
    for i in range(a.size):
        out[i] = combine(a[i], b[i])
    return out


@numba.njit(cache=True, nogil=True)
def hash_decimals(number, digits, seed):
    """Hashes of decimal numbers: what :func:`hash_strings` gives for their strings; 0 where `digits` is 0 or above 20.

    Parameters
    ----------
    number : ndarray of uint64, shape (n,)
    digits : ndarray of uint8, shape (n,)
        As :func:`decimal_numbers` gives them.
    seed : int

    Returns
    -------
    ndarray of uint64, shape (n,)
    """
    out = np.zeros(number.size, np.uint64)
    text = np.zeros(20, np.uint8)
    for j in range(number.size):
        left, n = number[j], np.int64(digits[j])
        if n > text.size:
            continue
        for k in range(n - 1, -1, -1):
            text[k] = np.uint8(48) + np.uint8(left % np.uint64(10))
            left //= np.uint64(10)
        if n > 0:
            out[j] = hash_bytes(text, 0, n, seed)
    return out
