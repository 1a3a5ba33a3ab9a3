"""The analyst's page of models: which are in force, and whether the new one is better."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from connectors.queries.hit_list import LEVELS
from console.accounts.duties import Page
from console.model_state import ModelState, SideBySide, has_shadow
from console.render import page
from console.visitor import Visitor, allowed, context_of, texts_of
from models.model_comparison import LEAST

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.MODELS))]
#: How long the first visitor waits for the first answer, s (ours).
_FIRST_S = 20.0


@router.get("/models")
def models(request: Request, visitor: Allowed, level: str = ""):
    answer = context_of(request).beside.models.latest(first_wait_s=_FIRST_S)
    state = answer.value
    chosen = level if level in LEVELS else "orange"
    plots = _plots(state, texts_of(request)) if state else {}
    return page(request, "models.html", state=state, answer=answer, level=chosen, levels=LEVELS[::-1], least=LEAST,
                champion=state.of(state.roles.champion) if state else None,
                shadow=state.of(state.roles.shadow) if state else None, plots=plots,
                has_shadow=bool(state) and has_shadow(state))


def _plots(state: ModelState, t) -> dict[str, Any]:
    """What is drawn, see static/plots.js; the same numbers stand in tables."""
    plots: dict[str, Any] = {}
    side = state.side_by_side
    if side is not None:
        plots |= {"reliability": _reliability(side, t), "histogram": _histogram(side, t)}
    if state.days:
        plots["days"] = _days(state, t)
    return plots


def _reliability(side: SideBySide, t) -> dict[str, Any]:
    series = [{"name": t("models.perfect"), "type": "line", "colour": "strong", "dashed": True,
               "data": [[0, 0], [1, 1]]}]
    for name, colour, bins in zip(("champion", "shadow"), ("accent", "orange"), side.reliability):
        series.append({"name": t.of("role", name), "type": "line", "colour": colour, "dots": True,
                       "data": [[round(each.foretold, 4), round(each.rate, 4)] for each in bins]})
        series.append({"name": t.of("role", name), "type": "whiskers", "colour": colour,
                       "data": [[round(v, 4) for v in (each.foretold, each.low, each.high)] for each in bins]})
    return {"x": {"name": t("models.foretold"), "min": 0, "max": 1},
            "y": {"name": t("models.came"), "min": 0, "max": 1}, "series": series}


def _histogram(side: SideBySide, t) -> dict[str, Any]:
    bins = len(side.histograms[0])
    return {"x": {"name": t("queue.risk"), "labels": [str(1000 * k // bins) for k in range(bins)]},
            "y": {"name": t("models.cards")},
            "series": [{"name": t.of("role", name), "type": "bar", "colour": colour, "data": counts}
                       for name, colour, counts in zip(("champion", "shadow"), ("accent", "orange"), side.histograms)]}


def _days(state: ModelState, t) -> dict[str, Any]:
    series = []
    for kind, colour in (("phone", "accent"), ("account", "orange")):
        rows = [row for row in state.days if row["kind"] == kind]
        for k, (name, dashed) in enumerate(((t("models.upper_tenth"), True), (t("models.upper_hundredth"), False)), 1):
            series.append({"name": f"{t.of('kind', kind)} {name}", "type": "line", "colour": colour,
                           "dashed": dashed, "dots": True,
                           "data": [[row["day_ms"], round(row["quantiles"][k], 1)] for row in rows]})
    return {"x": {"time": "day"}, "y": {"name": t("queue.risk"), "min": 0}, "series": [s for s in series if s["data"]]}
