"""Where all tainted money is: every fen in one place."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Ledger:
    """Tainted money of everything that was followed, fen.

    Attributes
    ----------
    injected : int
        What became tainted, at sources and by reported payments.
    here : int
        Lies in accounts that are followed.
    withdrawn : int
        Left as cash or goods.
    stopped_hops, stopped_amount, stopped_share, stopped_age : int
        Followed no further, by the limit that ended it.
    unseen : int
        Left an account without a payment that was seen, as its balance says.
    let_go : int
        Lay in accounts that were let go of, silent or too many.
    cleared : int
        Of sources that a verdict cleared.
    """

    injected: int
    here: int
    withdrawn: int
    stopped_hops: int
    stopped_amount: int
    stopped_share: int
    stopped_age: int
    unseen: int
    let_go: int
    cleared: int

    @property
    def stopped(self) -> int:
        return self.stopped_hops + self.stopped_amount + self.stopped_share + self.stopped_age

    @property
    def balanced(self) -> bool:
        """Whether no fen is lost or made."""
        places = asdict(self)
        return places.pop("injected") == sum(places.values())
