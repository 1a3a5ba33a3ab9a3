"""river's `StandardScaler | LogisticRegression` as arrays."""

import numpy as np
from river.compose import Pipeline
from river.linear_model import LogisticRegression
from river.optim.losses import Log
from river.preprocessing import StandardScaler

from models.learned.bad_model import BadModel
from models.learned.linear import LinearModel, build_linear


def from_river(pipeline: Pipeline, names: tuple[str, ...]) -> LinearModel:
    """The pipeline as it stands, with the same probabilities to 1e-9.

    Parameters
    ----------
    pipeline : river.compose.Pipeline
        ``StandardScaler() | LogisticRegression()``, or the regression alone in a pipeline.
    names : tuple of str
        Features in the order of the columns. One that the pipeline has not met counts nothing.

    Raises
    ------
    BadModel
        Another pipeline, or one that knows features besides `names`.
    """
    steps = list(pipeline.steps.values()) if isinstance(pipeline, Pipeline) else [pipeline]
    scaler, regression = (None, *steps) if len(steps) == 1 else (steps if len(steps) == 2 else (None, None))
    fits = scaler is None or isinstance(scaler, StandardScaler)
    if not (fits and isinstance(regression, LogisticRegression) and isinstance(regression.loss, Log)):
        raise BadModel(f"want river's StandardScaler | LogisticRegression with log loss, got {pipeline!r}")
    known = dict(regression.weights)
    if strange := sorted(set(known) - set(names)):
        raise BadModel(f"the pipeline reads features besides those given: {', '.join(map(str, strange))}")
    weights = np.array([known.get(name, 0.0) for name in names], np.float64)
    if scaler is None:
        return build_linear(weights, float(regression.intercept))
    centre = np.array([scaler.means.get(name, 0.0) for name in names], np.float64)
    scale = np.ones(len(names))
    if scaler.with_std:
        scale = np.array([scaler.vars.get(name, 0.0) for name in names], np.float64) ** 0.5
    return build_linear(weights, float(regression.intercept), centre, scale)
