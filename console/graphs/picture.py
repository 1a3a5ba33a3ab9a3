"""A picture as the template prints it: places, lines and words, all in the units of its view box."""

import math
from dataclasses import dataclass, field

from console.graphs.graph import Edge, Node, Sum
from console.graphs.room import Rect

#: Lines are drawn so wide, from the lightest to the weightiest (ours).
THINNEST, THICKEST = 1.2, 6.0


@dataclass(frozen=True)
class Line:
    """An edge as a path; `title` says it in full."""

    edge: Edge
    path: str
    width: float
    kind: str
    title: str


@dataclass(frozen=True)
class Words:
    """A text at a place; `anchor` is start, middle or end, `turned` in degrees around the place, `of` a card."""

    x: float
    y: float
    text: str
    size: float
    room: Rect
    anchor: str = "middle"
    turned: float = 0.0
    kind: str = ""
    of: str = ""


@dataclass(frozen=True)
class Spot:
    """A card as a box, or as a dot where `lines` is empty.

    Attributes
    ----------
    lines : list of str
    label : str
        All that is to be said of it, for those who do not see the picture.
    more : tuple of str
        How many partners are not shown, on the left and on the right; empty where there are none.
    stripe : float
        How much of its width is tainted, 0 to 1.
    """

    node: Node
    room: Rect
    lines: list[str]
    label: str
    more: tuple[str, str] = ("", "")
    stripe: float = 0.0
    badges: list[tuple[str, str]] = field(default_factory=list)
    badge_line: int = 0


@dataclass(frozen=True)
class Others:
    """Cards that are not shown, in one box; `is_out`: the node gave to them."""

    node: Node
    is_out: bool
    sum: Sum
    room: Rect
    lines: list[str]
    path: str
    width: float


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn.

    Attributes
    ----------
    rings : list of (float, float, float)
        Circles as middle and radius.
    columns : list of (float, str)
        Heads of columns.
    leaders : list of str
        Thin lines from dots to their labels.
    """

    width: float
    height: float
    lines: list[Line]
    spots: list[Spot]
    others: list[Others]
    words: list[Words]
    rings: list[tuple[float, float, float]] = field(default_factory=list)
    columns: list[tuple[float, str]] = field(default_factory=list)
    leaders: list[str] = field(default_factory=list)


def line_width(weight: int, most: int, thickest: float = THICKEST) -> float:
    """How wide the line of an edge is: by the logarithm, over three powers of ten below the weightiest.

    >>> line_width(1_000_000, 1_000_000), round(line_width(10_000, 1_000_000), 1), line_width(0, 1_000_000)
    (6.0, 2.8, 1.2)
    """
    if weight <= 0 or most <= 0:
        return THINNEST
    part = 1 + math.log10(weight / most) / 3
    return THINNEST + (thickest - THINNEST) * min(max(part, 0.0), 1.0)
