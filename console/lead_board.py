"""The open leads as a board: the longest overdue first, then by the time that is left."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from casework.assignment import handler_for
from casework.clocks import Clock, state_of, urgency
from casework.officers import Officer
from casework.policy import Policy
from connectors.queries.case_facts import areas_of
from connectors.queries.lead_board import open_leads
from console.context import Context
from jobs.casework.lead_clock import due_of

#: How long the open leads are kept, ms (ours): the head of every page counts them. An act here drops them.
KEEP_MS = 10_000
NAME = ("open leads",)
#: What one can ask for; the clocks, and how far a lead has come.
STATES = ("overdue", "pressing", "running", "nobody", "unreceipted", "receipted")


@dataclass(frozen=True)
class AskedLeads:
    """What the address of the board asks for; what makes no sense there is left out."""

    state: str = ""
    handler: str = ""
    source: str = ""
    area: str = ""
    since: str = ""
    until: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "AskedLeads":
        area, page = given.get("area", ""), given.get("page", "")
        return cls(
            state=given["state"] if given.get("state") in STATES else "",
            handler=given.get("handler", "")[:64], source=given.get("source", "")[:200],
            area=area if area.isascii() and area.isdigit() and len(area) <= 6 else "",
            since=given.get("since", "")[:10], until=given.get("until", "")[:10],
            page=max(1, min(int(page), 10_000)) if page.isascii() and page.isdigit() and len(page) < 6 else 1)

    def address(self, **changed: Any) -> str:
        """The address of the board with something changed; then it begins at its first page."""
        values = vars(replace(self, **({"page": 1} | changed)))
        asked = urlencode({name: value for name, value in values.items() if value != getattr(AskedLeads, name)})
        return f"/leads?{asked}" if asked else "/leads"

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is one of those asked for, whatever its state."""
        return (self.handler in ("", row["handler"]) and self.source in ("", row["source"])
                and row["area"].startswith(self.area))


def all_open(context: Context) -> list[dict[str, Any]]:
    """The open leads of the whole store with ``due_ms`` and ``area``, the most urgent first; not to be changed."""
    def look() -> list[dict[str, Any]]:
        with context.desk() as desk:
            rows = open_leads(desk.store)
            areas = areas_of(desk.store, [row["card"] for row in rows if not row["area"]])
        placed = [row | {"due_ms": due_of(row, context.policy), "area": row["area"] or areas.get(row["card"], "")}
                  for row in rows]
        return sorted(placed, key=lambda row: (urgency(row["due_ms"]), row["lead_id"]))

    return context.kept.get(NAME, KEEP_MS, look).value


def with_clocks(rows: Sequence[Mapping[str, Any]], now_ms: int, policy: Policy) -> list[dict[str, Any]]:
    """Rows with how each clock stands, and the seconds that are left or gone."""
    return [dict(row) | {"clock": state_of(row["due_ms"], now_ms, policy), "left_s": (row["due_ms"] - now_ms) // 1000}
            for row in rows]


def is_in(row: Mapping[str, Any], state: str) -> bool:
    """Whether a row with its clock is in a state of `STATES`; all are in the empty one."""
    match state:
        case "":
            return True
        case "nobody":
            return not row["handler"]
        case "unreceipted":
            return bool(row["handler"]) and not row["receipted"]
        case "receipted":
            return bool(row["receipted"])
    return row["clock"] == state


def state_counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {state: sum(is_in(row, state) for row in rows) for state in ("", *STATES)}


def handler_counts(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int]]:
    """Handlers with their open and overdue leads, those with most overdue first."""
    open_, late = Counter(row["handler"] for row in rows), Counter(
        row["handler"] for row in rows if row["clock"] is Clock.OVERDUE)
    return sorted(((name, n, late[name]) for name, n in open_.items() if name), key=lambda h: (-h[2], -h[1], h[0]))


def candidates(area: str, officers: Sequence[Officer], load: Mapping[str, int]) -> list[tuple[Officer, int]]:
    """Who may be given a lead of an area, each with their open leads, in the order in which leads are given away."""
    left, ordered = list(officers), []
    while (best := handler_for(area, left, load)) is not None:
        ordered.append((best, load.get(best.name, 0)))
        left.remove(best)
    return ordered
