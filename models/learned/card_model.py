"""A supervised model of one kind of card: the features it reads, a predictor, a calibration."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from features.roles import ACCOUNT, PHONE
from models.learned.bad_model import BadModel
from models.learned.calibration import Calibration, read_calibration
from models.learned.linear import LinearModel, read_linear
from models.learned.log_odds import BOUND, probability
from models.learned.tree_ensemble import TreeEnsemble, read_ensemble, stretched

_KINDS = {"phone": PHONE, "account": ACCOUNT}
_READERS = {"linear": (LinearModel, read_linear), "trees": (TreeEnsemble, read_ensemble)}


@dataclass(frozen=True)
class Contributions:
    """What made a row's log-odds: ``base + shares.sum()``, to 1e-9.

    Attributes
    ----------
    base : float
        Log-odds where nothing is known of the row.
    shares : ndarray of float64, shape (features,)
        Of each feature the model reads, in its order.
    """

    base: float
    shares: np.ndarray


@dataclass(frozen=True)
class CardModel:
    """A model that learned from labels, as plain arrays.

    Attributes
    ----------
    kind : int
        PHONE or ACCOUNT of :mod:`features.roles`.
    features : tuple of str
        Names of the features it reads, in the order of the predictor.
    predictor : LinearModel or TreeEnsemble
    calibration : Calibration, optional
        Without it the probability is what the predictor says, right only for the share of fraud in
        its training rows.
    """

    kind: int
    features: tuple[str, ...]
    predictor: LinearModel | TreeEnsemble
    calibration: Calibration | None = None

    def log_odds(self, matrix: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
        """Calibrated log-odds of rows, float64, shape (n,), within ±20.72; a row's do not depend on the others'.

        Parameters
        ----------
        matrix : ndarray of float32, shape (n, len(names))
        names : tuple of str
            Features in the order of the columns.

        Raises
        ------
        BadModel
            A feature that the model reads is not among `names`.
        """
        score = np.clip(self.predictor.log_odds(*self._given(matrix, names)), -BOUND, BOUND)
        return score if self.calibration is None else self.calibration.apply(score)

    def probability(self, matrix: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
        """Probability of fraud of rows, float64, shape (n,); parameters and errors as for `log_odds`."""
        return probability(self.log_odds(matrix, names))

    def contributions(self, row: np.ndarray, names: tuple[str, ...]) -> Contributions:
        """What each feature adds to the log-odds of one row.

        A calibration stretches the shares in proportion.

        Parameters
        ----------
        row : ndarray of float32, shape (len(names),)
        names : tuple of str
        """
        matrix, columns = self._given(row[np.newaxis], names)
        base, shares = self.predictor.contributions(matrix[0, columns])
        ends = np.clip([base, base + shares.sum()], -BOUND, BOUND)
        if self.calibration is not None:
            ends = self.calibration.apply(ends)
        return Contributions(float(ends[0]), stretched(shares, float(ends[1] - ends[0])))

    def _given(self, matrix: np.ndarray, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        names = tuple(names)
        if matrix.ndim != 2 or matrix.shape[1] != len(names):
            raise BadModel(f"want a matrix of {len(names)} named columns, got shape {matrix.shape}")
        return np.ascontiguousarray(matrix, np.float32), _columns(self.features, names)

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict]:
        """Arrays by name and what JSON can hold; :meth:`from_arrays` reads both."""
        arrays, values = self.predictor.to_arrays()
        arrays = {f"predictor.{name}": array for name, array in arrays.items()}
        if self.calibration is not None:
            arrays |= {f"calibration.{name}": array for name, array in self.calibration.to_arrays().items()}
        return arrays, {
            "kind": next(name for name, kind in _KINDS.items() if kind == self.kind),
            "features": list(self.features),
            "predictor": next(name for name, (type_, _) in _READERS.items() if isinstance(self.predictor, type_)),
            "values": values,
            "calibrated": self.calibration is not None,
        }

    @staticmethod
    def from_arrays(arrays: dict[str, np.ndarray], meta: dict) -> "CardModel":
        """What :meth:`to_arrays` gave; other keys of `meta` are left alone.

        Raises
        ------
        BadModel
            Anything missing, foreign, of another type or shape, or without meaning.
        """
        kind, predictor, values = (meta.get(key) for key in ("kind", "predictor", "values"))
        if not isinstance(kind, str) or kind not in _KINDS:
            raise BadModel(f"a model is of kind {' or '.join(_KINDS)}, got {kind!r}")
        if not isinstance(predictor, str) or predictor not in _READERS or not isinstance(values, dict):
            raise BadModel(f"a predictor is one of {', '.join(_READERS)}, got {predictor!r} with {values!r}")
        names = meta.get("features")
        if not isinstance(names, list) or not names or not all(isinstance(n, str) and n for n in names):
            raise BadModel(f"the features of a model must be a list of names, got {names!r}")
        if len(set(names)) != len(names):
            raise BadModel(f"a model must name each feature once, got {names}")
        calibrated = meta.get("calibrated")
        if not isinstance(calibrated, bool):
            raise BadModel(f"calibrated must be true or false, got {calibrated!r}")
        return CardModel(
            _KINDS[kind],
            tuple(names),
            _READERS[predictor][1](_under("predictor.", arrays), values, len(names)),
            read_calibration(_under("calibration.", arrays)) if calibrated else None,
        )


def _under(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


@lru_cache(maxsize=64)
def _columns(features: tuple[str, ...], names: tuple[str, ...]) -> np.ndarray:
    at = {name: column for column, name in enumerate(names)}
    if lacking := [name for name in features if name not in at]:
        raise BadModel(
            f"the model reads {', '.join(lacking)}, which this release does not compute: "
            "train it anew on this release's features"
        )
    return np.array([at[name] for name in features], np.int64)
