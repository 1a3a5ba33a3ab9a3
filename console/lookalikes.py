"""Cards that were hit for the same reasons as one, as far as they lie in the officer's territory."""

from typing import Any

from casework.officers import Officer
from connectors.queries.entity_view import verdicts_of
from connectors.queries.lookalike_cards import lookalike_cards
from console.context import Context
from console.territory import Territory
from jobs.casework.desk import Desk

#: Shown, of so many that are looked for (ours).
SHOWN, ASKED = 8, 40


def lookalikes(context: Context, desk: Desk, officer: Officer, card: str) -> list[dict[str, Any]]:
    """Return rows for ``lookalikes.html``: those of `lookalike_cards`, with verdict, area and reference."""
    territory = Territory(desk.store, officer)
    rows = territory.of_rows(lookalike_cards(desk.store, card, ASKED), "card")[:SHOWN]
    verdicts = verdicts_of(desk.store, [row["card"] for row in rows])
    return [row | {"verdict": verdicts.get(row["card"], ""), "reference": context.references.of(row["card"])}
            for row in rows]
