"""Where there is still room: rectangles, also turned ones, that must not lie on each other."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    """A rectangle around its middle, turned by degrees."""

    x: float
    y: float
    width: float
    height: float
    turned: float = 0.0

    @property
    def corners(self) -> list[tuple[float, float]]:
        c, s = math.cos(math.radians(self.turned)), math.sin(math.radians(self.turned))
        return [(self.x + c * u * self.width / 2 - s * v * self.height / 2,
                 self.y + s * u * self.width / 2 + c * v * self.height / 2)
                for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))]

    @property
    def reach(self) -> float:
        """Its radius around the middle."""
        return math.hypot(self.width, self.height) / 2

    def meets(self, other: "Rect") -> bool:
        """Whether two lie on each other, by the axes that could tell them apart.

        >>> Rect(0, 0, 10, 4).meets(Rect(9, 0, 10, 4)), Rect(0, 0, 10, 4).meets(Rect(0, 6, 10, 4, 45))
        (True, True)
        """
        if math.hypot(self.x - other.x, self.y - other.y) >= self.reach + other.reach:
            return False
        mine, theirs = self.corners, other.corners
        for angle in (self.turned, self.turned + 90, other.turned, other.turned + 90):
            c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            a, b = [c * x + s * y for x, y in mine], [c * x + s * y for x, y in theirs]
            if max(a) <= min(b) or max(b) <= min(a):
                return False
        return True


class Room:
    """What is taken already."""

    def __init__(self, taken: Iterable[Rect] = ()):
        self._taken = list(taken)

    def take(self, rects: Iterable[Rect]) -> Rect | None:
        """Take the first of the rectangles that lies on nothing; None where each does."""
        for rect in rects:
            if not any(rect.meets(other) for other in self._taken):
                self._taken.append(rect)
                return rect
        return None


def meetings(rects: list[Rect], others: list[Rect] | None = None) -> int:
    """How many pairs lie on each other: of `rects`, or of them and the others."""
    if others is not None:
        return sum(a.meets(b) for a in rects for b in others)
    return sum(a.meets(b) for n, a in enumerate(rects) for b in rects[:n])
