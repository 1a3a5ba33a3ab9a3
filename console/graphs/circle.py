"""A layout for rings: accounts that pay round in a circle stand on one, in that order; others stand outside."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression, linear_sum_assignment

#: Least room along a circle for one card, and of a circle from its middle (ours).
PITCH, LEAST_RADIUS = 10.0, 170.0
#: From one circle to the next.
BAND = 26.0
_SHORTEST = 3


@dataclass(frozen=True)
class Circles:
    """Where things stand: middle at (0, 0), angles clockwise from the top.

    Attributes
    ----------
    angle, radius : ndarray
    on_ring : ndarray of bool
    ring : float
        Radius of the circle that the ring stands on.
    """

    angle: np.ndarray
    radius: np.ndarray
    on_ring: np.ndarray
    ring: float

    @property
    def points(self) -> np.ndarray:
        return np.stack([self.radius * np.sin(self.angle), -self.radius * np.cos(self.angle)], 1)


def rounds(n: int, edges: Sequence[tuple[int, int, float]]) -> list[list[int]]:
    """Cycles by which the most money goes round, the longest first.

    Each thing gets one successor and each successor one predecessor, so that the sum over all is largest (the
    assignment problem): exactly the ring, where the ring's payments outweigh others. A thing that none of it concerns
    is its own successor. Ends of open ways are joined, so that those go round as well. O(n³); 500 things take some
    10 ms.

    >>> rounds(4, [(0, 1, 5.0), (1, 2, 5.0), (2, 0, 5.0), (0, 3, 1.0), (1, 0, 1.0)])
    [[0, 1, 2], [3]]
    """
    weight = np.zeros((n, n))
    for a, b, w in edges:
        weight[a, b] += w
    # Being alone is worth next to nothing, but more than a payment that was never made.
    np.fill_diagonal(weight, 1e-6 * max(weight.max(), 1.0))
    successor = linear_sum_assignment(weight, maximize=True)[1]
    left, found = set(range(n)), []
    while left:
        way = [min(left)]
        while (then := int(successor[way[-1]])) != way[0]:
            way.append(then)
        left -= set(way)
        found.append(way)
    return sorted(found, key=lambda way: (-len(way), way))


def circles(n: int, edges: Sequence[tuple[int, int, float]], first: int = 0) -> Circles:
    """Place things on circles: the ring inside, then those that pay into it, then those that it pays.

    Parameters
    ----------
    edges : sequence of (int, int, float)
        Payer, payee, weight.
    first : int
        Stands at the top.
    """
    found = rounds(n, edges)
    ring = [thing for way in found if len(way) >= _SHORTEST for thing in way] or [t for way in found for t in way]
    if first in ring:
        at = ring.index(first)
        ring = ring[at:] + ring[:at]
    radius = max(LEAST_RADIUS, PITCH * len(ring) / (2 * math.pi))
    angle, far = np.zeros(n), np.full(n, radius)
    angle[ring] = 2 * math.pi * np.arange(len(ring)) / len(ring)
    on_ring = np.zeros(n, bool)
    on_ring[ring] = True
    outside = [thing for thing in range(n) if not on_ring[thing]]
    if outside:
        anchors, pays = _anchors(outside, edges, angle, on_ring)
        at = radius
        for group in (True, False):
            mine = [thing for thing in outside if pays[thing] is group]
            while mine:
                at += BAND
                most = max(1, int(2 * math.pi * at / (1.6 * PITCH)))
                now, mine = mine[:most], mine[most:]
                angle[now], far[now] = _spread(np.array([anchors[t] for t in now]), 1.6 * PITCH / at), at
    return Circles(angle, far, on_ring, radius)


def _anchors(outside: list[int], edges, angle: np.ndarray, on_ring: np.ndarray):
    """By which angle each stands that is outside, where its weightiest partner stands; and whether it rather pays."""
    best, net = {}, dict.fromkeys(outside, 0.0)
    for a, b, weight in edges:
        for one, other, sign in ((a, b, 1), (b, a, -1)):
            if one in net:
                net[one] += sign * weight
                if on_ring[other] and weight > best.get(one, (0.0, 0))[0]:
                    best[one] = (weight, other)
    return {thing: float(angle[best[thing][1]]) if thing in best else 0.0 for thing in outside}, \
        {thing: net[thing] > 0 for thing in outside}


def _spread(wanted: np.ndarray, least: float) -> np.ndarray:
    """Angles as near as can be to those wanted, and no two nearer than the least."""
    order = np.argsort(wanted, kind="stable")
    angles = wanted[order]
    # Cut the circle where it is emptiest, so that it can be spread like a line.
    gaps = np.diff(angles, append=angles[0] + 2 * math.pi)
    cut = int(np.argmax(gaps)) + 1
    angles = np.concatenate([angles[cut:], angles[:cut] + 2 * math.pi])
    order = np.concatenate([order[cut:], order[:cut]])
    steps = least * np.arange(len(angles))
    spread = isotonic_regression(angles - steps).x + steps
    over = spread[-1] - spread[0] - (2 * math.pi - least)
    if over > 0:  # it went over the cut: share the whole circle out evenly
        spread = spread[0] + 2 * math.pi * np.arange(len(spread)) / len(spread)
    made = np.empty(len(wanted))
    made[order] = spread
    return made
