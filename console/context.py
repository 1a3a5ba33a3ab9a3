"""What every page of one console shares."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from casework.notice import Office
from casework.policy import Policy
from console.accounts.user_file import UserFile
from console.beside import Beside
from console.kept import Kept
from console.live.feed import Feed
from console.openid.settings import OpenIdSettings
from console.references import References
from console.stores import Stores
from jobs.casework.bulletin import Append
from jobs.casework.desk import Desk
from jobs.settings import Settings


@dataclass(frozen=True)
class Context:
    """Attributes
    ----------
    office : Office
        Where one objects, as notices say.
    append : callable or None
        Tells the bus of verdicts; without it they wait in the log for `duanka audit publish`.
    openid : OpenIdSettings or None
        The provider by which users may sign in.
    now_ms : callable
        UTC milliseconds.
    secure : bool
        Whether pages go out by TLS; cookies then ask for it.
    demo : bool
        Simulated data: codes of the second factor are shown on the page.
    """

    settings: Settings
    users: UserFile
    stores: Stores
    policy: Policy
    office: Office
    references: References
    feed: Feed
    kept: Kept
    beside: Beside
    append: Append | None
    openid: OpenIdSettings | None
    now_ms: Callable[[], int]
    secure: bool = False
    demo: bool = False

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk on a store that is free.

        Raises
        ------
        StoreUnavailableError
        """
        with self.stores.one() as store:
            yield Desk(store, self.policy, self.now_ms)

    def together(self, *reads: Callable[[Desk], Any]) -> list[Any]:
        """What reads at desks of their own give, in their order; see `Stores.together`."""
        return self.stores.together(
            *(lambda store, read=read: read(Desk(store, self.policy, self.now_ms)) for read in reads))
