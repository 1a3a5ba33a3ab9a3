"""The report of a period, as ``duanka report`` makes it: on the page, and on paper."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from casework.ladder import STEP_NAMES
from casework.report import conversion_by, lead_figures
from console.accounts.duties import Page, opens
from console.asked_period import AskedPeriod, asked_period, period_before, today_of, usual_periods
from console.context import Context
from console.render import month, page
from console.typology_names import typology_names
from console.visitor import Visitor, allowed, context_of
from jobs.casework.report import gather, leads_of

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.REPORT))]
#: How long a report is kept, ms; groups of leads shown, the file has all; months of the trend (ours).
KEEP_MS, GROUPS, MONTHS = 60_000, 20, 6


@router.get("/report")
def report(request: Request, visitor: Allowed):
    context, given = context_of(request), request.query_params
    today = today_of(context)
    usual = usual_periods(today)
    period = asked_period(given, usual["this_month"])
    area = given.get("area", "")
    area = area if area.isascii() and area.isdigit() and len(area) <= 6 else ""
    answer = context.kept.get(("report", period, area), KEEP_MS, lambda: _gathered(context, period, area))
    return page(request, "report.html", period_asked=period, usual=usual, area=area, groups=GROUPS,
                names=typology_names(), steps={str(step): names for step, names in STEP_NAMES.items()},
                can_trace=opens(visitor.user.duty, Page.OPENERS), **answer.value)


def _gathered(context: Context, period: AskedPeriod, area: str) -> dict[str, Any]:
    """The report, with the sums of the time before and the conversion by month up to the end of the period."""
    before, first = period_before(period), date.fromisoformat(period.until).replace(day=1)
    for _ in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    trend_ms = AskedPeriod(first.isoformat(), period.until).period.from_ms
    with context.desk() as desk:
        found = gather(desk, period.period, None, area)
        rows = leads_of(desk, min(trend_ms, before.period.from_ms), period.period.to_ms)
    rows, now_ms = [row for row in rows if row["area"].startswith(area)], context.now_ms()
    earlier = [row for row in rows if before.period.from_ms <= row["pushed_ms"] < before.period.to_ms]
    by_month = conversion_by([row for row in rows if row["pushed_ms"] >= trend_ms], now_ms,
                             lambda row: month(row["pushed_ms"]))
    return found | {
        "before": {"since": before.since, "until": before.until, "total": lead_figures(earlier, now_ms)["total"]},
        "by_month": sorted(by_month, key=lambda row: row["name"]),
    }
