"""What of the store lies in somebody's territory: by the rule that decides who may act on a card."""

from typing import Any

from casework.officers import Officer
from connectors.clickhouse import Store
from connectors.queries.case_facts import areas_of


def beginnings_of(officer: Officer | None) -> tuple[str, ...]:
    """Beginnings of area codes where an officer may act; none is everywhere."""
    if officer is None or "*" in officer.territories:
        return ()
    return officer.territories


class Territory:
    """The territory of an officer, or everywhere without one: analysts see masked numbers alone."""

    def __init__(self, store: Store, officer: Officer | None):
        self._store, self._officer = store, officer

    @property
    def beginnings(self) -> tuple[str, ...]:
        return beginnings_of(self._officer)

    def of_rows(self, rows: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
        """Return the rows whose card lies in it, each with its ``area``, which may be empty."""
        areas = areas_of(self._store, [row[column] for row in rows])
        placed = [row | {"area": areas.get(row[column], "")} for row in rows]
        return [row for row in placed if self._officer is None or self._officer.covers(row["area"])]
