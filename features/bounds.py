"""What bounds the memory of a shard."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """What bounds a shard's memory.

    Attributes
    ----------
    max_entities : int
        Of each kind, in one shard.
    silence_days : int
        A card silent for longer is forgotten.
    """

    max_entities: int = 4_000_000
    silence_days: int = 400
