"""When a lead is due."""

from typing import Any

from casework.clocks import working_hours_after
from casework.policy import Policy


def due_of(row: dict[str, Any], policy: Policy) -> int:
    """Return when an outcome is due: as noted with the lead, as its sender says, or by our own period."""
    return (row["due_ms"] or row["sender_due_ms"]
            or working_hours_after(row["received_ms"], policy.lead_hours, policy))
