"""The unsupervised detector of one kind of card: unusual against what its shard saw before."""

import numpy as np

from models.detectors.half_space_trees import HalfSpaceTrees
from models.detectors.score_rank import ScoreRank


class UnusualBehaviour:
    """Half-space trees over the feature vector, then the rank of their score.

    Features are brought to [0, 1] by ``x / (x + scale)``, which keeps their order and needs no
    learning; scales are typical values (ours). It answers 0 while warming up.

    Parameters
    ----------
    scales : ndarray of float, shape (features,)
    seed : int
    """

    def __init__(self, scales: np.ndarray, seed: int):
        self._scales = scales.astype(np.float32)
        self._trees = HalfSpaceTrees(scales.size, seed=seed)
        self._rank = ScoreRank()

    def rank_learn(self, matrix: np.ndarray, learn: np.ndarray) -> np.ndarray:
        """Rank rows, then learn from them, in order.

        Parameters
        ----------
        matrix : ndarray of float32, shape (n, features)
        learn : ndarray of bool, shape (n,)
            Rows the trees may learn: not those that typologies already speak against, or an attack
            would become normal.

        Returns
        -------
        ndarray of float64, shape (n,), within [0, 1]
        """
        scaled = matrix / (matrix + self._scales)
        return self._rank.rank_learn_many(self._trees.score_learn_many(scaled, learn))

    def snapshot(self) -> dict[str, np.ndarray]:
        trees, rank = self._trees.snapshot(), self._rank.snapshot()
        return {f"trees.{n}": a for n, a in trees.items()} | {f"rank.{n}": a for n, a in rank.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for owner, prefix in ((self._trees, "trees."), (self._rank, "rank.")):
            owner.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
