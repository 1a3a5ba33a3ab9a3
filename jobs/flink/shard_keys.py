"""Integer keys that land on the key group we want.

Flink hashes a key to a *key group* and gives each parallel instance a range of groups. Shard
numbers used as keys collide: with 32 shards some groups hold three, others none, and one instance
does most of the work. So shard i travels under an integer whose hash is key group i; with
max parallelism = number of shards, instance k of P then hosts exactly shards/P of them.
"""

from functools import cache

_MASK = 0xFFFFFFFF


def row_hash(key: int) -> int:
    """Java's ``Row.of(key).hashCode()`` of an INSERT row with one 32-bit integer.

    >>> row_hash(0)
    62
    """
    # As Flink 2.3 answers; the tests ask it again.
    return (62 + key) & _MASK


def murmur_hash(code: int) -> int:
    """Flink's ``MathUtils.murmurHash`` of a 32-bit integer (MurmurHash3, one block)."""
    code = (code * 0xCC9E2D51) & _MASK
    code = ((code << 15) | (code >> 17)) & _MASK
    code = (code * 0x1B873593) & _MASK
    code = ((code << 13) | (code >> 19)) & _MASK
    code = (code * 5 + 0xE6546B64) & _MASK
    code ^= 4
    code ^= code >> 16
    code = (code * 0x85EBCA6B) & _MASK
    code ^= code >> 13
    code = (code * 0xC2B2AE35) & _MASK
    code ^= code >> 16
    signed = code - 2**32 if code >= 2**31 else code
    if signed >= 0:
        return signed
    return -signed if signed != -(2**31) else 0


def key_group(key: int, groups: int) -> int:
    """The key group that Flink gives to ``Row(key)`` when max parallelism is `groups`."""
    return murmur_hash(row_hash(key)) % groups


@cache
def shard_keys(shards: int) -> tuple[int, ...]:
    """The key of each shard: the smallest integer whose key group is the shard's number.

    >>> [key_group(k, 4) for k in shard_keys(4)]
    [0, 1, 2, 3]
    """
    keys: dict[int, int] = {}
    candidate = 0
    while len(keys) < shards:
        keys.setdefault(key_group(candidate, shards), candidate)
        candidate += 1
    return tuple(keys[group] for group in range(shards))
