"""What takes longer than a page may: made beside the pages, and shown as it was made last."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import open_store
from connectors.retry import RetryPolicy
from console.look_review import look_review
from console.model_state import ModelState, model_state
from console.own_checks import own_checks
from console.refreshed import Refreshed
from console.system_state import system_state
from console.trail_check import Checked, TrailCheck
from jobs.doctor.finding import Finding
from jobs.settings import Settings

#: How long a statement beside the pages may take (ours).
_STATEMENT_S = 60


@dataclass(frozen=True)
class Beside:
    """Attributes
    ----------
    trail_check : TrailCheck
        How far `trail` has come.
    """

    trail_check: TrailCheck
    trail: Refreshed[Checked]
    system: Refreshed[dict[str, Any]]
    unusual: Refreshed[list[dict[str, Any]]]
    models: Refreshed[ModelState]
    checks: Refreshed[list[Finding]]


@contextmanager
def beside(settings: Settings, policy: RetryPolicy, now_ms: Callable[[], int]) -> Iterator[Beside]:
    """Everything of it, on connections of its own; ended with what is being made."""
    with (open_store(settings.store, policy, _STATEMENT_S) as checked,
          open_store(settings.store, policy, _STATEMENT_S) as compared):
        trail_check = TrailCheck(checked, now_ms)
        made = Beside(
            trail_check, Refreshed(trail_check.round, now_ms),
            Refreshed(lambda: system_state(compared, now_ms), now_ms),
            Refreshed(lambda: look_review(compared, now_ms), now_ms), Refreshed(lambda: model_state(compared), now_ms),
            Refreshed(lambda: own_checks(settings), now_ms))
        try:
            yield made
        finally:
            for each in (made.trail, made.system, made.unusual, made.models, made.checks):
                each.close()
