"""Finding the end of a run of length-prefixed strings without decoding them.

This is the hot loop of every insert. Short runs are walked in Python; long ones by a numba
kernel, which is loaded when it is first wanted because that costs half a second.
"""

from functools import cache

#: Runs of fewer strings than this are cheaper in Python than a call into the kernel (ours).
KERNEL_FROM = 128


@cache
def _kernel():
    """Compile (or load from numba's cache) the walk."""
    import numba
    import numpy as np

    bytes_type = numba.types.Array(numba.uint8, 1, "C", readonly=True)
    signature = numba.types.UniTuple(numba.int64, 2)(bytes_type, numba.int64, numba.int64, numba.int64)

    @numba.njit(signature, cache=True, nogil=True)
    def walk(buffer, position, end, count):
        while count:
            at = position
            length = 0
            shift = 0
            while True:
                if at >= end or shift > 56:
                    return position, count
                byte = buffer[at]
                at += 1
                length |= np.int64(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            if length > end - at:
                return position, count
            position = at + length
            count -= 1
        return position, count

    return walk


def warm_up() -> None:
    """Load the kernel now, so that the first large insert does not wait for it."""
    _kernel()


def walk_strings(buffer: bytes | bytearray, position: int, end: int, count: int) -> tuple[int, int]:
    """Walk over at most `count` strings that lie wholly before `end`.

    Parameters
    ----------
    buffer : bytes or bytearray
    position, end : int
        Where to begin, and the first byte that is not there yet.
    count : int
        Number of strings.

    Returns
    -------
    position, remaining : int
        The start of the first string not walked, and how many were not.

    >>> walk_strings(b"\\x01a\\x02bc\\x03d", 0, 7, 3)
    (5, 1)
    """
    if count >= KERNEL_FROM:
        import numpy as np

        view = np.frombuffer(buffer, np.uint8)
        view.flags.writeable = False
        position, count = _kernel()(view, position, end, count)
        return int(position), int(count)
    while count:
        at = position
        length = shift = 0
        while True:
            if at >= end or shift > 56:
                return position, count
            byte = buffer[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if length > end - at:
            return position, count
        position = at + length
        count -= 1
    return position, count
