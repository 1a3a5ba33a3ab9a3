"""Six-digit codes of counties (GB/T 2260) as numbers: which belong to the same prefecture or province."""

import numba


@numba.njit(cache=True)
def same_province(a, b):
    """Whether the first two digits are the same."""
    return a // 10_000 == b // 10_000


@numba.njit(cache=True)
def same_prefecture(a, b):
    """Whether the first four digits are the same, or it is the same municipality.

    Beijing, Tianjin, Shanghai and Chongqing (11, 12, 31, 50) are one city each, whose districts and
    counties differ in the third and fourth digit.
    """
    province = a // 10_000
    if province == 11 or province == 12 or province == 31 or province == 50:
        return province == b // 10_000
    return a // 100 == b // 100
