"""In which order repetitions are run: round by round, each round in another order.

A machine that grows slower or quicker meanwhile then does so for all, and nobody always follows the same neighbour.
"""

import random
from collections.abc import Callable, Iterator, Sequence


def rounds(names: Sequence[str], repeats: Callable[[str], int], done: Callable[[str], int],
           seed: int = 42) -> Iterator[tuple[str, int]]:
    """Name and number (from 0) of each repetition that is still to be run.

    Examples
    --------
    >>> order = list(rounds(["a", "b"], lambda name: 2, lambda name: int(name == "a")))
    >>> order
    [('b', 0), ('b', 1), ('a', 1)]
    """
    most = max(map(repeats, names), default=0)
    for number in range(most):
        order = list(names)
        random.Random(seed + number).shuffle(order)
        for name in order:
            if done(name) <= number < repeats(name):
                yield name, number
