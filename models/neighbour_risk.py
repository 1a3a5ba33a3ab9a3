"""Risk that confirmed cards lend to their neighbours, along what they share; bounded against loops.

::

    confirmed card ──holder──► person ──► card B        B: 1000 · 0.6 · 0.8 = 480
          └──imei──► handset of 3 cards ──► card C      C: 1000 · 0.5 · 0.8 = 400

A step from a card to a thing (a holder, a handset, an address …) keeps the weight of the kind of link, less where
many cards share the thing; a step from a thing to a card keeps `DECAY`. A source lends a node the best product over
all paths of at most `MAX_STEPS` steps. What several sources lend is joined by noisy-or, and is never above the
riskiest source. Only sources lend: what a neighbour got lends nothing, so there is no feedback, and a loop, which
only loses at each step, never adds. All weights are ours.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: How much of a card's risk its link keeps, by kind (ours): a SIM or a holder is nearly the card itself; a branch,
#: a clerk or an agent is where cards come from, and says something only in the trace-back.
WEIGHTS: Mapping[str, float] = MappingProxyType({
    "imsi": 0.8, "holder": 0.6, "bound_phone": 0.6, "imei": 0.5, "device": 0.5, "address": 0.25, "ip": 0.15,
    "agent": 0.1, "clerk": 0.0, "branch": 0.0,
})
#: Kinds whose thing is a card itself: a step keeps the same in both directions.
BETWEEN_CARDS = frozenset({"bound_phone"})
#: What a step from a shared thing to a card keeps (ours).
DECAY = 0.8
#: Up to so many cards a thing lends in full; beyond, in inverse proportion to how many share it (ours).
FEW_CARDS = 4
#: Longest path, in steps: three things and the cards behind them.
MAX_STEPS = 6


@dataclass(frozen=True)
class Link:
    """A card uses a thing; `sharers` is how many cards the store knows to use it (0: not known)."""

    card: str
    thing: str
    kind: str
    sharers: int = 0


def kept(link: Link) -> float:
    """What a step over a link from card to thing keeps, 0 to 1.

    Examples
    --------
    >>> kept(Link("a", "imei:1", "imei", 3)), kept(Link("a", "imei:1", "imei", 40))
    (0.5, 0.05)
    """
    return WEIGHTS.get(link.kind, 0.0) * min(1.0, FEW_CARDS / max(link.sharers, 1))


def neighbour_risk(sources: Mapping[str, float], links: Iterable[Link], steps: int = MAX_STEPS) -> dict[str, float]:
    """Risk of every node that a source reaches; sources keep their own.

    Parameters
    ----------
    sources : mapping of card to risk
        Confirmed cards, 0 to 1000.
    links : iterable of Link
        In any order; one that stands twice counts once.
    steps : int
        Longest path.

    Returns
    -------
    dict of node (card or thing) to risk, 0 to 1000
        Nodes that nothing reaches are left out. Time grows with sources, links and steps.

    Examples
    --------
    >>> risk = neighbour_risk({"a": 1000}, [Link("a", "holder:h", "holder"), Link("b", "holder:h", "holder")])
    >>> round(risk["holder:h"]), round(risk["b"])
    (600, 480)
    """
    out: dict[str, dict[str, float]] = defaultdict(dict)
    for link in links:
        out[link.card][link.thing] = max(kept(link), out[link.card].get(link.thing, 0.0))
        back = kept(link) if link.kind in BETWEEN_CARDS else DECAY
        out[link.thing][link.card] = max(back, out[link.thing].get(link.card, 0.0))
    lent: dict[str, list[float]] = defaultdict(list)
    for source, risk in sources.items():
        for node, share in _reached(source, out, steps).items():
            lent[node].append(share * risk / 1000)
    highest = max(sources.values(), default=0.0)
    return {node: float(sources[node]) if node in sources else min(highest, 1000 * _noisy_or(shares))
            for node, shares in lent.items()}


def _reached(source: str, out: Mapping[str, Mapping[str, float]], steps: int) -> dict[str, float]:
    """Best product of a path from the source to each node; each round goes one step on from what got better."""
    best, edge = {source: 1.0}, {source: 1.0}
    for _ in range(steps):
        further: dict[str, float] = {}
        for node, share in edge.items():
            for other, keeps in out.get(node, {}).items():
                if share * keeps > max(best.get(other, 0.0), further.get(other, 0.0)):
                    further[other] = share * keeps
        best |= further
        edge = further
    return best


def _noisy_or(shares: list[float]) -> float:
    """``1 - (1 - a)(1 - b) …``, the same in any order to the last bit."""
    if max(shares) >= 1.0:
        return 1.0
    return -math.expm1(math.fsum(math.log1p(-share) for share in shares))
