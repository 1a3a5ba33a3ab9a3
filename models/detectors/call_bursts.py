"""The detector of sudden bursts of similar calls, for one shard."""

import numpy as np

from features.roles import OUT, pick
from models.detectors.edge_stream import EdgeStream, squash
from models.detectors.score_rank import ScoreRank

#: Length of a tick, ms: a minute, as in the data that the detector was measured on.
TICK_MS = 60_000
#: Pairs and nodes a shard remembers (ours): 0.8 MiB, for some 15,000 callers active in a day.
PAIRS, NODES = 4096, 8192


class CallBursts:
    """Edge stream of calls and messages, caller to callee, then the rank of its score.

    A shard sees the calls made by its own numbers. It answers 0 while warming up, and for rows that
    are not an outgoing call or message.
    """

    def __init__(self, seed: int):
        self._edges = EdgeStream(PAIRS, NODES, seed=seed)
        self._rank = ScoreRank()

    def rank_learn(self, rows: np.ndarray) -> np.ndarray:
        """Rank rows, then learn from them, in order.

        Parameters
        ----------
        rows : ndarray of CARD_ROW, shape (n,)

        Returns
        -------
        ndarray of float64, shape (n,), within [0, 1]
        """
        ranks = np.zeros(len(rows))
        outgoing = rows["role"] == OUT
        if outgoing.any():
            edges = pick(rows, outgoing)
            scores = self._edges.score_learn_many(edges["entity"], edges["peer"], edges["time"] // TICK_MS)
            ranks[outgoing] = self._rank.rank_learn_many(squash(scores))
        return ranks

    def snapshot(self) -> dict[str, np.ndarray]:
        edges, rank = self._edges.snapshot(), self._rank.snapshot()
        return {f"edges.{n}": a for n, a in edges.items()} | {f"rank.{n}": a for n, a in rank.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for owner, prefix in ((self._edges, "edges."), (self._rank, "rank.")):
            owner.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
