"""River's scaled logistic regression, with a state made of numbers."""

import math
from dataclasses import replace

import numpy as np
from river import linear_model, optim, preprocessing

from models.learned.from_river import from_river
from models.learned.linear import IDENTITY, LOG1P, LinearModel

#: Features that are below 0 as often as above: distances from peers, taken as they are.
SIGNED = ("_below_peers", "_above_peers")


class OnlineLogistic:
    """``StandardScaler | LogisticRegression`` over ``log1p`` of features.

    Works when log-odds rise or fall steadily with each feature; misleads when only a combination
    tells. Features are counts, amounts, shares and times: 0 or more, less counts as 0; distances
    from peers (:data:`SIGNED`) are taken as they are. A missing one (NaN) speaks neither for nor
    against.

    Parameters
    ----------
    features : tuple of str
        Names, in the order of the columns.
    learning_rate, l2 : float
        Of river's stochastic gradient descent. Plain SGD has no state beyond the weights, so that
        a restored model goes on bit for bit.

    Examples
    --------
    >>> import numpy as np
    >>> model = OnlineLogistic(("calls",), learning_rate=0.1, l2=0.0)
    >>> for _ in range(50):
    ...     model.learn_one(np.array([9.0], np.float32), 1, 1.0)
    ...     model.learn_one(np.array([1.0], np.float32), 0, 1.0)
    >>> round(model.score_one(np.array([9.0], np.float32)), 2)
    0.9
    """

    def __init__(self, features: tuple[str, ...], learning_rate: float, l2: float):
        self.features = features
        self._log = [not name.endswith(SIGNED) for name in features]
        self._scaler = preprocessing.StandardScaler()
        self._regression = linear_model.LogisticRegression(optimizer=optim.SGD(learning_rate), l2=l2)
        self._pipeline = self._scaler | self._regression
        self._start(dict.fromkeys(features, 0.0))

    @property
    def pipeline(self):
        """River's own object; it takes ``{name: log1p(value)}``, see :data:`SIGNED`."""
        return self._pipeline

    def score_one(self, values: np.ndarray) -> float:
        """How likely fraud on a balanced scale, 0 to 1; 0.5 before anything was learned."""
        return self._pipeline.predict_proba_one(self._inputs(values))[True]

    def learn_one(self, values: np.ndarray, label: int, weight: float) -> None:
        """Learn a row of float32, shape (features,); `weight` scales its gradient."""
        inputs = self._inputs(values)
        self._scaler.learn_one(inputs)
        self._regression.learn_one(self._scaler.transform_one(inputs), bool(label), w=weight)

    def _inputs(self, values: np.ndarray) -> dict[str, float]:
        named = zip(self.features, self._log, values.tolist())
        return {name: math.log1p(max(v, 0.0)) if log else v for name, log, v in named if not math.isnan(v)}

    def _start(self, weights: dict[str, float]) -> None:
        # In one order for ever: sums over a dict depend on it in the last bit.
        for name in self.features:
            self._regression._weights[name] = weights[name]

    def linear(self) -> LinearModel:
        """The same model as plain arrays, for scoring whole matrices."""
        plain = from_river(self._pipeline, self.features)
        transform = np.where(self._log, LOG1P, IDENTITY).astype(np.uint8)
        return replace(plain, transform=transform, low=np.where(self._log, np.float32(0), plain.low))

    def snapshot(self) -> dict[str, np.ndarray]:
        weights, scaler = self._regression.weights, self._scaler
        columns = {"weights": weights, "means": scaler.means, "vars": scaler.vars, "counts": scaler.counts}
        arrays = {what: np.array([by.get(n, 0.0) for n in self.features], np.float64) for what, by in columns.items()}
        return arrays | {
            "intercept": np.array([self._regression.intercept]),
            "steps": np.array([self._regression.optimizer.n_iterations], np.int64),
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._scaler.counts.update(dict(zip(self.features, arrays["counts"].astype(np.int64).tolist())))
        self._scaler.means.update(zip(self.features, arrays["means"].tolist()))
        self._scaler.vars.update(zip(self.features, arrays["vars"].tolist()))
        self._start(dict(zip(self.features, arrays["weights"].tolist())))
        self._regression.intercept = float(arrays["intercept"][0])
        self._regression.optimizer.n_iterations = int(arrays["steps"][0])
