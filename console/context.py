"""What every page of one console shares."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from casework.policy import Policy
from console.accounts.user_file import UserFile
from console.live.feed import Feed
from console.model_state import ModelState
from console.references import References
from console.refreshed import Refreshed
from console.stores import Stores
from console.trail_check import Checked, TrailCheck
from jobs.casework.desk import Desk
from jobs.doctor.finding import Finding


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
    """

    users: UserFile
    stores: Stores
    policy: Policy
    references: References
    feed: Feed
    trail_check: TrailCheck
    trail: Refreshed[Checked]
    system: Refreshed[dict[str, Any]]
    unusual: Refreshed[list[dict[str, Any]]]
    models: Refreshed[ModelState]
    checks: Refreshed[list[Finding]]
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
