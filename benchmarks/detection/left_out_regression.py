"""Regression with a kernel that also tells, for every row it learned from, the score without that row.

So another model can learn how far to trust the score: fitted scores of rows learned from are too good.
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist
from sklearn.ensemble import ExtraTreesClassifier

#: Of the kernel exp(-distance / LENGTH), and noise of a label beside the kernel's 1 (chosen on the Sichuan half).
LENGTH = 10.0
NOISE = 0.3


def left_out_scores(
    near: np.ndarray, fraud: np.ndarray, there: np.ndarray, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Gaussian process (Matérn 1/2) on 0 and 1; features weigh by what random trees make of them.

    Parameters
    ----------
    near, there : ndarray of float64, shapes (n, features), (m, features)
        Scaled to like spreads, nothing missing.
    fraud : ndarray of bool, shape (n,)
    seed : int

    Returns
    -------
    left_out : ndarray, shape (n,)
        Of each row of `near` by all others of them: exact, from one inverse, but the weights of
        the features have seen the row. About 0 to 1, not bounded.
    asked : ndarray, shape (m,)
        Of the rows `there`.

    Notes
    -----
    Time n³, memory n² and nm: for a few thousand rows.
    """
    judge = ExtraTreesClassifier(100, min_samples_leaf=3, max_features=0.4, random_state=seed + 1)
    weight = judge.fit(near, fraud).feature_importances_
    weight = (weight / weight.mean()) ** 0.25
    near, there, share = near * weight, there * weight, fraud.mean()
    noisy = np.exp(-cdist(near, near) / LENGTH) + NOISE * np.eye(len(near))
    left_out, pull = without_each(noisy, fraud - share)
    return left_out + share, np.exp(-cdist(there, near) / LENGTH) @ pull + share


def without_each(noisy: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores of each row by a regression on all others, and the coefficients of the one on all.

    Parameters
    ----------
    noisy : ndarray, shape (n, n)
        Kernel of the rows with the noise on its diagonal.
    target : ndarray, shape (n,)

    Notes
    -----
    C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning, 2006, equation 5.12.
    """
    inverse = cho_solve(cho_factor(noisy, lower=True), np.eye(len(noisy)))
    pull = inverse @ target
    return target - pull / np.diag(inverse), pull
