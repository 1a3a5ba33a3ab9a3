"""The follower: payments in order in, money trails out. One object serves the stream and the past."""

import numpy as np

from features.decay import DAY_MS
from features.snapshot import BadSnapshot, pack, unpack
from models.taint import columns as c
from models.taint import kernel
from models.taint.accounts import ACCOUNT, accounts_of
from models.taint.ledger import Ledger
from models.taint.limits import Limits
from models.taint.state import arrays_of, let_go, new_state, state_of, with_room

#: Version of the state's layout; a change of it is a change of the public interface (CHANGELOG).
STATE_VERSION = 1
_KIND = "taint"
#: Payments whose moves are gathered at a time.
_MOVES = 1 << 12


class TaintFollower:
    """Follows tainted money.

    Laws: what it gives depends on rows and their order alone, not on how they are cut into batches; a
    snapshot taken anywhere and restored elsewhere changes nothing; every fen stays accounted for
    (:attr:`ledger`); memory is bounded by the limits.

    Examples
    --------
    >>> import numpy as np, pyarrow as pa
    >>> from features.taint_rows import in_order, payments, source
    >>> paid = payments(np.array([1, 2]), np.array([1, 2], np.uint64), pa.array(["A", "B"]), pa.array(["B", "C"]),
    ...     np.array([50_000, 30_000]), np.full(2, -2**63), np.full(2, -1, np.int8))
    >>> follower = TaintFollower()
    >>> moves = follower.follow(in_order([source("A", 0), paid]))
    >>> moves["fen"].tolist(), moves["hops"].tolist(), follower.ledger.here
    ([50000, 30000], [1, 2], 50000)
    """

    def __init__(self, limits: Limits = Limits()):
        self._limits = limits
        self._state = new_state(limits)
        self._gone: list[np.ndarray] = []

    def __len__(self) -> int:
        """Accounts that are followed."""
        return int(self._state.meta[c.USED])

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        meta = self._state.meta
        pool = self._state.pool.shape[1] * c.POOL_WIDTH
        return 8 * (int(meta[c.HIGH]) * (c.WIDTH + c.F_WIDTH + 1 + pool) + int(meta[c.LOT_HIGH]) * c.L_WIDTH)

    def follow(self, rows: np.ndarray) -> np.ndarray:
        """Follow the money through rows.

        Parameters
        ----------
        rows : ndarray of TAINT_ROW, shape (n,)
            In order, see :func:`features.taint_rows.in_order`. What comes behind is taken as it comes.

        Returns
        -------
        ndarray of MOVE, shape (m,)
            Each payment with tainted money in it, by how that money ended.
        """
        found = []
        moves = np.zeros(min(_MOVES, len(rows) + 1) * c.ENDS, c.MOVE)
        at, why = 0, kernel.NEEDS_ROOM
        while why != kernel.DONE:
            at, used, why = kernel.follow(rows, at, self._state, moves)
            if used:
                found.append(moves[:used].copy())
            if why == kernel.NEEDS_SWEEP:
                self._sweep(int(rows["time"][at]))
            elif why == kernel.NEEDS_ROOM:
                self._make_room()
        return np.concatenate(found) if found else moves[:0]

    def _sweep(self, now_ms: int) -> None:
        """Once a day of event time: let go of accounts that fell silent."""
        s = self._state
        s.meta[c.NEXT_SWEEP] = (now_ms // DAY_MS + 1) * DAY_MS
        high = int(s.meta[c.HIGH])
        silent = now_ms - s.acc[:high, c.LAST_MS] > self._limits.silence_ms
        self._let_go(np.flatnonzero(silent & (s.entity[:high] != 0)))

    def _make_room(self) -> None:
        while (roomy := with_room(self._state, self._limits)) is None:
            s = self._state
            used = np.flatnonzero(s.entity[: s.meta[c.HIGH]] != 0)
            acc = s.acc[used]
            much = acc[:, c.HERE] >= self._limits.least_fen
            order = np.lexsort((used, acc[:, c.LAST_MS], much, acc[:, c.SOURCE]))
            self._let_go(np.sort(used[order[: max(len(used) // 4, 1)]]))
        self._state = roomy

    def _let_go(self, which: np.ndarray) -> None:
        if which.size == 0:
            return
        gone = accounts_of(self._state, which)
        gone["gone"] = 1
        self._gone.append(gone)
        let_go(self._state, which)

    def accounts(self) -> np.ndarray:
        """All that are followed now, as ndarray of ACCOUNT."""
        return accounts_of(self._state, np.flatnonzero(self._state.entity[: self._state.meta[c.HIGH]] != 0))

    def changes(self) -> np.ndarray:
        """Accounts that changed since the last call: those let go of as they last stood, then the others.

        Returns
        -------
        ndarray of ACCOUNT
        """
        s = self._state
        gone, self._gone = self._gone, []
        if s.meta[c.TOUCHED]:
            s.meta[c.TOUCHED] = 0
            at = np.flatnonzero(s.acc[: s.meta[c.HIGH], c.CHANGED])
            s.acc[at, c.CHANGED] = 0
            gone.append(accounts_of(s, at))
        return np.concatenate(gone) if gone else np.empty(0, ACCOUNT)

    @property
    def ledger(self) -> Ledger:
        s = self._state
        ends = {end: int(s.meta[c.M_END + end]) for end in range(c.ENDS)}
        return Ledger(
            injected=int(s.meta[c.M_INJECTED]),
            here=int(s.acc[: s.meta[c.HIGH], c.HERE].sum()),
            withdrawn=ends[c.END_WITHDRAWN],
            stopped_hops=ends[c.END_HOPS],
            stopped_amount=ends[c.END_AMOUNT],
            stopped_share=ends[c.END_SHARE],
            stopped_age=ends[c.END_AGE],
            unseen=int(s.meta[c.M_UNSEEN]),
            let_go=int(s.meta[c.M_LET_GO]),
            cleared=int(s.meta[c.M_CLEARED]),
        )

    def snapshot(self) -> bytes:
        """All state as one blob of plain arrays."""
        gone = np.concatenate([np.empty(0, ACCOUNT), *self._gone])
        arrays = arrays_of(self._state) | {"gone": gone.view(np.uint8).reshape(-1)}
        return pack(_KIND, STATE_VERSION, arrays, {"rule": self._limits.rule, "max_hops": self._limits.max_hops})

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw; limits may differ but for the rule and the hops.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        if meta["max_hops"] != self._limits.max_hops:
            raise BadSnapshot(
                f"the state follows money over {meta['max_hops']} hops, this run over {self._limits.max_hops}: "
                "keep max_hops, or begin a new run"
            )
        if meta["rule"] != self._limits.rule:
            raise BadSnapshot(
                f"the state follows money by the rule {meta['rule']}, this run by {self._limits.rule}: "
                "keep the rule, or begin a new run"
            )
        self._state = state_of(arrays, self._limits)
        gone = arrays["gone"].view(ACCOUNT)
        self._gone = [gone] if gone.size else []
