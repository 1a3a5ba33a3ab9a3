"""What every page of one console shares."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.policy import Policy
from console.accounts.user_file import UserFile
from console.live.feed import Feed
from console.references import References
from console.stores import Stores
from jobs.casework.desk import Desk


@dataclass(frozen=True)
class Context:
    """Attributes
    ----------
    now_ms : callable
        UTC milliseconds.
    secure : bool
        Whether pages go out by TLS; cookies then ask for it.
    demo : bool
        Simulated data: codes of the second factor are shown on the page.
    models : Path
        The folder of the model registry.
    """

    users: UserFile
    stores: Stores
    policy: Policy
    references: References
    feed: Feed
    now_ms: Callable[[], int]
    secure: bool = False
    demo: bool = False
    models: Path = Path()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk on a store that is free.

        Raises
        ------
        StoreUnavailableError
        """
        with self.stores.one() as store:
            yield Desk(store, self.policy, self.now_ms)
