"""How far a value stands from the population of its shard: fixed thresholds decay, peers do not.

For each column the decayed mean and variance of ``log1p(value)`` are kept, row by row, and a value
reads as ``z = (log1p(value) - mean) / sd``. Logarithms, since counts and amounts of people spread
over orders of magnitude. It works where most of a shard's rows are honest. It misleads when a large
share of them turns: then that share is the population; see what a caller lets it learn.

The moments are those of West, "Updating mean and variance estimates", CACM 22 (9), 1979, with the
past's weight held at most at :data:`MEMORY`, from where on they are exponentially weighted.
"""

import math

import numba
import numpy as np

#: Weight of the past at most, values learned (ours): a value learned this long ago counts 1 / e.
MEMORY = 20_000.0
#: Weight learned before a z means something (ours); before it every z is 0.
WARM_UP = 200.0
#: Standard deviations are taken as at least this, in log1p units (ours): equals are no outliers.
LEAST_SD = 0.1
#: z is held within this of 0 (ours).
MOST_Z = 10.0
#: Columns of the moments.
WEIGHT, MEAN, VARIANCE = 0, 1, 2


class Population:
    """Moments of some columns over the rows of one shard.

    Parameters
    ----------
    columns : int

    Attributes
    ----------
    moments : ndarray of float64, shape (columns, 3)
        Weight, mean and variance of each column; kernels read and update it in place with
        :func:`z_of`, :func:`typical` and :func:`learn`. 24 bytes a column and shard.

    Examples
    --------
    >>> people = Population(1)
    >>> for value in range(1000):
    ...     learn(people.moments, 0, value % 10, 1.0)
    >>> f"{z_of(people.moments, 0, 100.0):.2f} {typical(people.moments, 0):.2f}"
    '4.46 3.53'
    """

    def __init__(self, columns: int):
        self.moments = np.zeros((columns, 3))

    def snapshot(self) -> dict[str, np.ndarray]:
        return {"moments": self.moments}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self.moments = arrays["moments"].copy()


@numba.njit(cache=True)
def z_of(moments, column, value):
    """Standard deviations between a value and the population's mean; 0 while warming up.

    Parameters
    ----------
    moments : ndarray of float64, shape (columns, 3)
    column : int
    value : float, > -1

    Returns
    -------
    float within [-MOST_Z, MOST_Z]
    """
    if moments[column, WEIGHT] < WARM_UP:
        return 0.0
    sd = max(math.sqrt(moments[column, VARIANCE]), LEAST_SD)
    z = (math.log1p(value) - moments[column, MEAN]) / sd
    return min(max(z, -MOST_Z), MOST_Z)


@numba.njit(cache=True)
def typical(moments, column):
    """What the population typically has, on the value's own scale; 0 while warming up."""
    return math.expm1(moments[column, MEAN]) if moments[column, WEIGHT] >= WARM_UP else 0.0


@numba.njit(cache=True)
def learn(moments, column, value, weight):
    """Take one value into the population.

    Parameters
    ----------
    value : float, > -1
    weight : float, > 0
        How much it counts; a caller that wants cards and not events to count alike gives a busy
        card's rows less.
    """
    past = min(moments[column, WEIGHT], MEMORY)
    share = weight / (past + weight)
    away = math.log1p(value) - moments[column, MEAN]
    moments[column, MEAN] += share * away
    moments[column, VARIANCE] = (1.0 - share) * (moments[column, VARIANCE] + share * away * away)
    moments[column, WEIGHT] = past + weight
