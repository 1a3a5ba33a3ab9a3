"""Several payloads for one shard as one record, so that a shard is entered once per chunk of the plan."""

import struct
from collections.abc import Sequence

#: No payload of a shard begins so; logs of releases without joining hold single payloads.
_MAGIC = b"DKJ1"
_SIZE = struct.Struct("<I")


def join_payloads(payloads: Sequence[bytes]) -> bytes:
    """One record of one or more payloads, in their order; a single one stays as it is.

    >>> split_payloads(join_payloads([b"ab", b"", b"c"]))
    [b'ab', b'', b'c']
    """
    if len(payloads) == 1:
        return payloads[0]
    return _MAGIC + b"".join(part for payload in payloads for part in (_SIZE.pack(len(payload)), payload))


def split_payloads(record: bytes) -> list[bytes]:
    """The inverse of `join_payloads`."""
    if record[:4] != _MAGIC:
        return [record]
    payloads, at = [], 4
    while at < len(record):
        (size,) = _SIZE.unpack_from(record, at)
        at += _SIZE.size + size
        payloads.append(record[at - size : at])
    return payloads
