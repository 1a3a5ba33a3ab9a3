"""Which operator instance a thread works for; a worker process serves several in turn."""

import threading
from dataclasses import dataclass

_thread = threading.local()


@dataclass(frozen=True)
class Place:
    """An operator instance.

    Attributes
    ----------
    operator : str
        Its name, see :mod:`jobs.flink.uids`; ``client`` outside of a worker.
    subtask : int
        Counted from 0; -1 outside of a worker.
    """

    operator: str = "client"
    subtask: int = -1

    def enter(self) -> None:
        """Records of this thread are of this place from now on."""
        _thread.place = self


CLIENT = Place()


def here() -> Place:
    return getattr(_thread, "place", CLIENT)
