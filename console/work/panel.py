"""What the page of a card needs for its forms."""

from collections.abc import Sequence
from typing import Any

from casework.card_case import CardCase, Decision
from casework.event import Event
from casework.ladder import LADDER, legal_basis, skipped
from casework.measures import CardFacts
from casework.officers import Officer
from casework.warning_case import WarningOutcome
from connectors.queries.card_custody import put_off
from connectors.queries.open_leads import open_leads
from connectors.queries.warning_list import warnings_with, with_states
from console.act_id import command_of, new_act_id
from console.work.card_acts import APPELLANTS
from features.events import VERDICTS
from jobs.casework.bulletin import unpublished
from jobs.casework.desk import Desk


def panel_of(desk: Desk, officer: Officer, case: CardCase, facts: CardFacts, events: Sequence[Event],
             now_ms: int) -> dict[str, Any]:
    """Return who has the card, what may be chosen in the forms, and the open warnings of its holder."""
    return {
        "me": officer.name, "new_act_id": new_act_id, "seen": events[-1].seq if events else 0, "now_ms": now_ms,
        "others": sorted(o.name for o in desk.officers() if o.active and o.covers(facts.area)),
        "snoozed_until_ms": case.snoozed_until_ms if _is_put_off(desk, case, now_ms) else 0,
        "longest_snooze_ms": now_ms + desk.policy.snooze_days * 86_400_000,
        "leads": open_leads(desk.store, case.card), "verdicts": VERDICTS, "appellants": APPELLANTS,
        "decisions": tuple(Decision), "ladder": [
            {"step": step, "days": desk.policy.term_days(step), "skips": skipped(step, case.done)} for step in LADDER],
        "basis": legal_basis(case.card), "untold": bool(unpublished(events)),
        "warned": with_states(desk.store, warnings_with(desk.store, facts.warnings)) if facts.warnings else [],
        "outcomes": tuple(WarningOutcome),
        "noticed": {event.act.payload["measure"] for event in events if event.act.action == "notice_issued"},
    }


def _is_put_off(desk: Desk, case: CardCase, now_ms: int) -> bool:
    """By the rule of the queue: it knows of a graver hit that a milder one followed."""
    return case.snoozed_until_ms > now_ms and case.card in put_off(desk.store, now_ms)


def done_by(desk: Desk, officer: str, act_id: str, events: Sequence[Event], warning: str) -> list[Event]:
    """Return the events of the act that the address of the page names, empty if it names none of the officer's."""
    if not act_id:
        return []
    command = command_of(officer, act_id)
    chain = desk.events(f"warning:{warning}") if warning else events
    return [event for event in chain if event.act.command_id == command]
