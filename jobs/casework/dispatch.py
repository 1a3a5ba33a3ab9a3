"""Give every new lead to a handler."""

from dataclasses import dataclass

from casework.assignment import handler_for
from casework.event import DISPATCHER, Act
from casework.lead_case import dispatch_lead
from casework.refusal import CaseConflict
from connectors.queries.lead_list import lead_list, open_load
from jobs.casework.desk import Desk


@dataclass(frozen=True)
class Dispatched:
    """What one round did: (lead, handler) of those given away, leads whose area nobody covers."""

    given: tuple[tuple[str, str], ...]
    nobodys: tuple[str, ...]


def dispatch(desk: Desk) -> Dispatched:
    """Assign all open leads without a handler, the soonest due first; idempotent.

    Two that run at once assign a lead once: the second finds its place in the log taken.
    """
    rows = [row for row in lead_list(desk.store, open_only=True) if not row["handler"]]
    officers, load = desk.officers(), open_load(desk.store)
    given, nobodys = [], []
    for lead in sorted(map(desk.lead_of, rows), key=lambda lead: (lead.due_ms, lead.lead_id)):
        handler = handler_for(lead.area, officers, load)
        if handler is None:
            nobodys.append(lead.lead_id)
            continue
        act = Act("", DISPATCHER, 0, "", {}, f"dispatch/{lead.lead_id}")
        try:
            added = desk.on_lead(lead, act, lambda case, a, lead=lead, to=handler: dispatch_lead(case, lead, to, a))
        except CaseConflict:
            continue
        if added:
            load[handler.name] = load.get(handler.name, 0) + 1
            given.append((lead.lead_id, handler.name))
    return Dispatched(tuple(given), tuple(nobodys))
