"""The other cards of a card's holder."""

from connectors.queries.entity_view import EntityView

#: Cards of one holder that a picture begins with (ours).
MOST = 12


def cards_of_holder(view: EntityView, card: str, kind: str) -> list[str]:
    """Return cards of a kind, ``phone`` or ``account``, that have the same holder or are bound to each other.

    A handset, a device or an address that several people use makes nobody a holder.

    Returns
    -------
    list of str
        The card itself, where it is of the kind.
    """
    if card.startswith(f"{kind}:"):
        return [card]
    holders = {link.thing for link in view.links if link.card == card and link.kind == "holder"}
    mine = {link.card for link in view.links if link.kind == "holder" and link.thing in holders}
    mine |= {link.card for link in view.links if link.kind == "bound_phone" and link.thing == card}
    mine |= {link.thing for link in view.links if link.kind == "bound_phone" and link.card == card}
    return sorted(name for name in mine if name.startswith(f"{kind}:"))[:MOST]
