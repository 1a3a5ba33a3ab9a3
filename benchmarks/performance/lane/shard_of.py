"""Which shard a phone belongs to: the engine's own hash, in Python alone."""

from functools import lru_cache

_MASK = 2**64 - 1
_M1, _M2, _P = 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x9E3779B97F4A7C15
#: The engine's seed of phones.
_PHONE_SEED = 11


@lru_cache(1 << 20)
def shard_of(phone: str, shards: int) -> int:
    """The engine's shard of a phone; remembered, since a caller calls again.

    >>> shard_of("13812345678", 16)
    7
    """
    return _hash(phone.encode()) >> 40 & (shards - 1)


def _hash(data: bytes) -> int:
    h = _mix(_PHONE_SEED + len(data) * _P & _MASK)
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        h = (h ^ int.from_bytes(data[at:at + 8], "little")) * _M1 & _MASK
        h ^= h >> 29
    return _mix((h ^ int.from_bytes(data[whole:], "little")) * _M1 & _MASK)


def _mix(h: int) -> int:
    h ^= h >> 33
    h = h * _M1 & _MASK
    h ^= h >> 33
    h = h * _M2 & _MASK
    return h ^ h >> 33
