"""All typologies of a kind over a matrix of features, in one pass."""

import numba
import numpy as np

from models.typology import Ratio, Sum, Typology

_FEATURE, _SUM, _RATIO = 0, 1, 2


class TypologyKernel:
    """Typologies with their parameters, compiled to arrays.

    Parameters
    ----------
    typologies : list of Typology
        All of one kind.
    parameters : mapping of code to mapping of parameter to float
    features : tuple of str
        Columns of the matrices to come.
    """

    def __init__(self, typologies: list[Typology], parameters, features: tuple[str, ...]):
        terms = [(t, term) for t in typologies for term in t.terms]
        self._starts = np.cumsum([0] + [len(t.terms) for t in typologies])
        self._what = np.array([_columns(term.value, features) for _, term in terms], np.int64).reshape(-1, 3)
        self._numbers = np.array(
            [
                (_least(term.value), parameters[t.code][term.none], parameters[t.code][term.full])
                for t, term in terms
            ],
            np.float64,
        ).reshape(-1, 3)

    def strengths(self, matrix: np.ndarray) -> np.ndarray:
        """How fully each row shows each pattern: the product of its terms' ramps.

        Parameters
        ----------
        matrix : ndarray of float32, shape (n, features)

        Returns
        -------
        ndarray of float64, shape (n, typologies), within [0, 1]
            A row's strengths depend on that row alone.
        """
        out = np.empty((len(matrix), len(self._starts) - 1))
        _strengths(matrix, self._starts, self._what, self._numbers, out)
        return out


def _columns(value: str | Sum | Ratio, features: tuple[str, ...]) -> tuple[int, int, int]:
    match value:
        case Sum(a, b):
            return _SUM, features.index(a), features.index(b)
        case Ratio(a, b):
            return _RATIO, features.index(a), features.index(b)
        case name:
            return _FEATURE, features.index(name), 0


def _least(value: str | Sum | Ratio) -> float:
    return value.least if isinstance(value, Ratio) else 0.0


@numba.njit(cache=True, nogil=True)
def _strengths(matrix, starts, what, numbers, out):
    for r in range(matrix.shape[0]):
        for t in range(out.shape[1]):
            strength = 1.0
            for k in range(starts[t], starts[t + 1]):
                value = np.float64(matrix[r, what[k, 1]])
                if what[k, 0] == _SUM:
                    value += np.float64(matrix[r, what[k, 2]])
                elif what[k, 0] == _RATIO:
                    value /= max(np.float64(matrix[r, what[k, 2]]), numbers[k, 0])
                ramp = (value - numbers[k, 1]) / (numbers[k, 2] - numbers[k, 1])
                strength *= min(max(ramp, 0.0), 1.0)
                if strength == 0.0:
                    break
            out[r, t] = strength
