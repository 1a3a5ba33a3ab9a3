"""Sketches and small caches of a phone's state, the slow way."""

import math

import pyarrow as pa

from features.hashing import hash_strings


def hashes(texts: set, seed: int) -> list[int]:
    return hash_strings(pa.array(sorted(t for t in texts if t), pa.string()), seed).tolist()


def bits_set(texts: set, seed: int, bits: int) -> int:
    """How many of `bits` bits the texts set, by the low bits of their stored 32-bit hashes."""
    return len({h % 2**32 % bits for h in hashes(texts, seed)})


def linear_count(bits: int, size: int) -> float:
    """Whang et al. 1990; a full set reads as with one bit left."""
    return size * math.log(size / max(size - bits, 1))


def registers_of(elements: list[int], size: int) -> list[int]:
    """HyperLogLog: run of zeros, and the one behind it, from the ninth bit on; 15 at most."""
    registers = [0] * size
    for h in elements:
        rest = bin((h >> 8) | 1 << 60)[:1:-1]
        rank = min(rest.index("1") + 1, 15)
        registers[h % size] = max(registers[h % size], rank)
    return registers


def distinct_estimate(texts: set, seed: int, size: int) -> float:
    registers = registers_of(hashes(texts, seed), size)
    empty = registers.count(0)
    if empty * 8 >= size:
        return size * math.log(size / empty)
    return raw_estimate(registers)


def raw_estimate(registers: list[int]) -> float:
    """Ertl 2017, equations (11) to (13), with q = 14."""
    m, q = len(registers), 14
    z = m * _tau(1 - registers.count(q + 1) / m) / 2**q + m * _sigma(registers.count(0) / m)
    z += sum(registers.count(k) / 2**k for k in range(1, q + 1))
    return m * m / (2 * math.log(2) * z)


def _sigma(x: float) -> float:
    return x + sum(x ** (2**k) * 2 ** (k - 1) for k in range(1, 40))


def _tau(x: float) -> float:
    if x in (0, 1):
        return 0.0
    return (1 - x - sum((1 - x ** (2.0**-k)) ** 2 / 2**k for k in range(1, 60))) / 3


class FortnightPeers:
    """The counterparts an entity keeps returning to: `slots` of them, exactly."""

    def __init__(self, slots: int):
        self.slots: list[dict | None] = [None] * slots
        self.next = 0

    def meet(self, peer: str, talked: bool, insert: bool) -> tuple[bool, int]:
        """(known, conversations with it): the newcomer takes the place of the least met, in turn."""
        slot = next((s for s in self.slots if s and s["peer"] == peer), None)
        known = slot is not None
        if slot is None:
            if not insert:
                return False, 0
            count = len(self.slots)
            order = [(self.next + k) % count for k in range(count)]
            at = min(order, key=lambda k: self._met(self.slots[k]))  # the first of equals
            self.next = (at + 1) % count
            slot = self.slots[at] = {"peer": peer, "met": [0, 0], "talks": [0, 0]}
        slot["met"][0] = min(slot["met"][0] + 1, 15)
        slot["talks"][0] = min(slot["talks"][0] + talked, 4095)
        return known, sum(slot["talks"])

    @staticmethod
    def _met(slot) -> int:
        return sum(slot["met"]) if slot else 0

    def turn(self, gone: bool) -> int:
        """Begin a fortnight; the most conversations with one."""
        for at, slot in enumerate(self.slots):
            if slot and (gone or slot["met"][0] == 0):
                self.slots[at] = None
            elif slot:
                slot["met"], slot["talks"] = [0, slot["met"][0]], [0, slot["talks"][0]]
        return max((slot["talks"][1] for slot in self.slots if slot), default=0)
