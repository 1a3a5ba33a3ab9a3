"""What the address of a picture asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

#: Ways to follow: from where and where to, against the stream, with it, whoever is connected.
WAYS = ("both", "in", "out", "any")
#: Days back from the newest event; 0 is all.
DAYS = (1, 3, 7, 30, 90, 0)
HOPS = (1, 2, 3, 4)
MOST = (20, 40, 80, 150, 300, 500)
#: Least yuan of an edge, or seconds of talk and calls.
LEAST = (0, 100, 1_000, 10_000, 100_000)
ARRANGED = ("", "flow", "ring")
ZOOMS = (50, 75, 100, 150, 200, 300)
#: Cards that somebody opened one by one (ours; they stand in the address).
OPENED = 40


@dataclass(frozen=True)
class Asked:
    """What makes no sense in an address is left out.

    Attributes
    ----------
    opened : tuple of str
        References of cards that were opened by hand.
    """

    way: str = "both"
    hops: int = 2
    days: int = 30
    least: int = 0
    most: int = 40
    arranged: str = ""
    zoom: int = 100
    opened: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        def one_of(name: str, choices: tuple) -> Any:
            text = given.get(name, "")
            return next((choice for choice in choices if str(choice) == text), getattr(cls, name))

        opened = [text for text in given.get("opened", "")[:6000].split(".") if text]
        return cls(one_of("way", WAYS), one_of("hops", HOPS), one_of("days", DAYS), one_of("least", LEAST),
                   one_of("most", MOST), one_of("arranged", ARRANGED), one_of("zoom", ZOOMS),
                   tuple(dict.fromkeys(opened))[:OPENED])

    def query(self, **changed: Any) -> str:
        """The address's part behind its path, with something changed.

        >>> Asked(hops=3).query(way="in")
        '?way=in&hops=3'
        """
        values = vars(replace(self, **changed))
        said = {name: ".".join(value) if name == "opened" else value for name, value in values.items()
                if value != getattr(Asked, name)}
        return f"?{urlencode(said)}" if said else "?"

    def turned(self, reference: str) -> str:
        """The same with a card opened, or closed again."""
        is_open = reference in self.opened
        return self.query(opened=tuple(r for r in self.opened if r != reference) if is_open
                          else (*self.opened, reference)[-OPENED:])

    def zoomed(self, by: int) -> str:
        """The same a step larger or smaller; empty at the end."""
        at = ZOOMS.index(self.zoom) + by
        return self.query(zoom=ZOOMS[at]) if 0 <= at < len(ZOOMS) else ""
