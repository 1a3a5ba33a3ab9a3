"""Connections to the store, a few for all requests, which do not wait long."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue

from connectors.clickhouse import Store
from connectors.errors import StoreUnavailableError

#: Statements at once, and how long a request waits for its turn (ours).
CONNECTIONS, TURN_S = 6, 5.0


class Stores:
    """A pool of stores.

    Parameters
    ----------
    opened : callable
        Returns another connection; it connects at its first statement.
    """

    def __init__(self, opened: Callable[[], Store], connections: int = CONNECTIONS):
        self._free: LifoQueue[Store] = LifoQueue()
        self._lent = threading.local()
        self._all = [opened() for _ in range(connections)]
        for store in self._all:
            self._free.put(store)

    @contextmanager
    def one(self) -> Iterator[Store]:
        """Lend a store; a thread that has one gets the same again.

        Whoever held one and waited for another would, with as many others, wait for all of them in vain.

        Raises
        ------
        StoreUnavailableError
            All are busy for too long.
        """
        mine: Store | None = getattr(self._lent, "store", None)
        if mine is not None:
            yield mine
            return
        try:
            store = self._free.get(timeout=TURN_S)
        except Empty:
            raise StoreUnavailableError(f"the store is slow: no connection became free within {TURN_S:.0f} s; try "
                                        "again") from None
        self._lent.store = store
        try:
            yield store
        finally:
            self._lent.store = None
            self._free.put(store)

    def close(self) -> None:
        for store in self._all:
            store.close()
