"""Connections to the store, a few for all requests, which do not wait long."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any

from connectors.clickhouse import Store
from connectors.errors import StoreUnavailableError

#: Statements at once, and how long a request waits for its turn (ours).
CONNECTIONS, TURN_S = 6, 5.0
#: Of them, those that read for pages which ask several things at once (ours): the others stay for whoever asks one.
SIDE_BY_SIDE = 4


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
        self._readers = ThreadPoolExecutor(SIDE_BY_SIDE, "duanka-read")
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

    def together(self, *reads: Callable[[Store], Any]) -> list[Any]:
        """Answers to reads that need none of each other's, each with a store of its own, in their order.

        For a thread that holds none itself.

        Raises
        ------
        StoreError
            Whatever the first of them to fail raised.
        """
        def answer(read: Callable[[Store], Any]) -> Any:
            with self.one() as store:
                return read(store)

        return [reading.result() for reading in [self._readers.submit(answer, read) for read in reads]]

    def close(self) -> None:
        self._readers.shutdown(cancel_futures=True)
        for store in self._all:
            store.close()
