"""Independent random streams, so that adding one actor does not change another."""

from zlib import crc32

import numpy as np


def stream(seed: int, name: str, *index: int) -> np.random.Generator:
    """The random stream of one purpose.

    Parameters
    ----------
    seed : int
        Seed of the city.
    name : str
        Purpose, for instance ``"calls"``.
    *index : int
        Day, hour or ring number.

    Examples
    --------
    >>> int(stream(7, "calls", 3).integers(1000)) == int(stream(7, "calls", 3).integers(1000))
    True
    """
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, crc32(name.encode()), *index])))
