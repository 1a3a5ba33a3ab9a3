"""Random numbers that follow from a seed and a name."""

import zlib

import numpy as np


def rng_of(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each purpose, the same in every run."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
