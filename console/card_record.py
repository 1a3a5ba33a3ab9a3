"""All that is known of a card, as programs and papers get it; whoever calls has noted the look-up."""

from dataclasses import dataclass

from casework.card_case import CardCase
from casework.event import Event
from casework.ladder import recommended
from casework.measures import CardFacts
from connectors.queries import CardView, card_view
from connectors.queries.entity_view import EntityView, entity_view
from jobs.casework.desk import Desk


@dataclass(frozen=True)
class CardRecord:
    """A card.

    Attributes
    ----------
    history : list of Event
        What people did, the latest first.
    next_step : str
        The measure that is recommended next, empty without one.
    """

    card: str
    view: CardView
    case: CardCase
    facts: CardFacts
    entity: EntityView
    history: list[Event]
    next_step: str

    @property
    def verdict(self) -> str | None:
        """The latest verdict given at a desk, otherwise the one that the stream brought."""
        return self.case.verdict or self.entity.cards[self.card]["verdict"] or None


def card_record(desk: Desk, card: str, events: int = 400) -> CardRecord:
    """Read a card with its latest events.

    Raises
    ------
    StoreError
    """
    view, case = card_view(desk.store, card, limit=events), desk.case(card)
    step = recommended(view.level, case.verdict, case.done)
    history = [event for event in reversed(desk.events(f"card:{card}")) if not event.act.officer.startswith("system:")]
    return CardRecord(card, view, case, desk.facts(card), entity_view(desk.store, card), history,
                      str(step) if step else "")
