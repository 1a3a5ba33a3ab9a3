"""What a picture shows: cards, what went between them, and how much of it is left out."""

from dataclasses import dataclass, field


@dataclass
class Sum:
    """Payments or calls, added up.

    Attributes
    ----------
    weight : int
        Fen, or seconds of talk and one for each call.
    parties : int
        How many others it is with.
    """

    n: int = 0
    weight: int = 0
    amount_fen: int = 0
    cash_fen: int = 0
    talk_s: int = 0
    answered: int = 0
    first_ms: int = 0
    last_ms: int = 0
    parties: int = 0

    def add(self, row: dict) -> "Sum":
        """Add a row of `connectors.queries.flow_edges`."""
        self.first_ms = min(filter(None, (self.first_ms, row["first_ms"])), default=0)
        self.last_ms = max(self.last_ms, row["last_ms"])
        for name in ("n", "weight", "amount_fen", "cash_fen", "talk_s", "answered"):
            setattr(self, name, getattr(self, name) + row[name])
        self.parties += row.get("parties", 1)
        return self


    def take(self, part: "Sum") -> None:
        """Take a part away that was counted in it."""
        for name in ("n", "weight", "amount_fen", "cash_fen", "talk_s", "answered", "parties"):
            setattr(self, name, getattr(self, name) - getattr(part, name))


@dataclass
class Edge:
    """All that went from one card to another; of it `tainted_fen`, at least `taint_hops` from where it began."""

    source: str
    target: str
    sum: Sum
    tainted_fen: int = 0
    taint_hops: int = 0

    @property
    def is_cash(self) -> bool:
        """Whether most of it left as cash: by ATM, POS or over a counter."""
        return 2 * self.sum.cash_fen > self.sum.amount_fen


@dataclass
class Node:
    """A card.

    Attributes
    ----------
    column : int
        0 where the centre stands; those that pay stand to the left of those that they pay.
    hops : int
        How many edges it was found from the centre.
    sides : tuple of int
        In which directions its partners were asked for: 1 those that it pays, 0 those that pay it.
    is_busy : bool
        Whether it has too many partners to be asked for without being told to.
    others_in, others_out : Sum
        What it got from and gave to cards that are not shown.
    total_in, total_out : Sum
        All of it; not known of busy cards.
    taint : dict
        Its row of ``taint_accounts``, or None.
    is_elsewhere : bool
        Whether it lies outside the territory of who looks.
    """

    card: str
    column: int
    hops: int
    sides: tuple[int, ...] = ()
    is_busy: bool = False
    others_in: Sum = field(default_factory=Sum)
    others_out: Sum = field(default_factory=Sum)
    total_in: Sum = field(default_factory=Sum)
    total_out: Sum = field(default_factory=Sum)
    verdict: str = ""
    level: str = ""
    risk: int = 0
    taint: dict | None = None
    is_cash: bool = False
    is_elsewhere: bool = False

    @property
    def others(self) -> tuple[Sum, Sum]:
        """What it got from, and gave to, cards that are not shown."""
        return self.others_in, self.others_out

    @property
    def is_centre(self) -> bool:
        return self.hops == 0


@dataclass
class Graph:
    """A picture's content: nodes by card, edges from the weightiest on."""

    nodes: dict[str, Node]
    edges: list[Edge]

    def __len__(self) -> int:
        return len(self.nodes)
