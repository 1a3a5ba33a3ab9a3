"""How far a stream of messages has been acknowledged without a gap."""

from collections import deque
from typing import Generic, TypeVar

from confluent_kafka import KafkaError

Mark = TypeVar("Mark")


class Stretch(Generic[Mark]):
    """Messages that are acknowledged as one: all of them, or it does not count.

    `answered` is the delivery callback of each. One object a stretch instead of one a message
    keeps the cost of noting an acknowledgement at a fraction of a microsecond.
    """

    __slots__ = ("errors", "mark", "waiting")

    def __init__(self, errors: list[KafkaError]):
        self.waiting = 0
        self.mark: Mark | None = None
        self.errors = errors

    def answered(self, error: KafkaError | None, _message) -> None:
        if error is None:
            self.waiting -= 1
        else:
            self.errors.append(error)


class Acknowledged(Generic[Mark]):
    """The stretches of one stream, in the order in which they were sent.

    Acknowledgements come in any order, since partitions answer by themselves. `mark` is the last
    one before which nothing is missing: to begin again there loses nothing.

    Attributes
    ----------
    mark : Mark or None
        None before the first stretch is complete.
    errors : list of KafkaError
        Why messages were given up. Their stretch stays incomplete for good.
    """

    def __init__(self) -> None:
        self.mark: Mark | None = None
        self.errors: list[KafkaError] = []
        self._sent: deque[Stretch[Mark]] = deque()
        self.open = Stretch[Mark](self.errors)

    def close_stretch(self, mark: Mark) -> None:
        """All messages up to `mark` have been handed over; the next ones belong to a new stretch."""
        self.open.mark = mark
        self._sent.append(self.open)
        self.open = Stretch(self.errors)

    def advance(self) -> Mark | None:
        """Return `mark` after taking note of what was acknowledged meanwhile."""
        while self._sent and not self._sent[0].waiting:
            self.mark = self._sent.popleft().mark
        return self.mark
