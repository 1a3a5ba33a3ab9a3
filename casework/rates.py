"""Rates with their uncertainty, and times as quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import quantiles

#: Two-sided 95 %.
_Z = 1.959963984540054
#: Share of leads that should be confirmed, from the owner's target.
CONVERSION_TARGET = 0.60


@dataclass(frozen=True)
class Rate:
    """`hits` out of `of`, with Wilson's 95 % interval; all None where there is nothing to divide by."""

    hits: int
    of: int
    rate: float | None
    low: float | None
    high: float | None

    def against(self, target: float) -> str:
        """``above`` or ``below`` a target where the interval says so, otherwise ``uncertain``.

        >>> rate(70, 100).against(0.6), rate(7, 10).against(0.6), rate(1, 10).against(0.6), rate(0, 0).against(0.6)
        ('above', 'uncertain', 'below', 'none')
        """
        if self.rate is None:
            return "none"
        if self.low >= target:
            return "above"
        return "below" if self.high < target else "uncertain"


def rate(hits: int, of: int) -> Rate:
    """Return a rate with Wilson's interval (Wilson 1927), which holds for small numbers, too.

    >>> r = rate(2, 2)
    >>> r.rate, round(r.low, 3), r.high
    (1.0, 0.342, 1.0)
    """
    if not of:
        return Rate(hits, of, None, None, None)
    p, z2 = hits / of, _Z * _Z
    middle, spread = p + z2 / (2 * of), _Z * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    scale = 1 + z2 / of
    return Rate(hits, of, p, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def median_and_p90(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return median and 90th percentile, None without values.

    >>> median_and_p90([1, 2, 3, 4, 5]), median_and_p90([7]), median_and_p90([])
    ((3.0, 4.6), (7.0, 7.0), (None, None))
    """
    if not values:
        return None, None
    if len(values) == 1:
        return float(values[0]), float(values[0])
    cuts = quantiles(values, n=10, method="inclusive")
    return float(cuts[4]), float(cuts[8])
