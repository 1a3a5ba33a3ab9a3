"""The report of a period: gathered from the store, written as Markdown, HTML or JSON."""

import json
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from casework.clocks import CHINA
from casework.ladder import STEP_NAMES
from casework.report import appeal_figures, lead_figures, measure_figures, typology_figures
from connectors.queries.case_facts import areas_of
from connectors.queries.lead_outcomes import lead_outcomes
from connectors.queries.report_rows import judged_typologies
from jobs.casework.desk import Desk
from jobs.casework.lead_clock import due_of
from jobs.casework.outer_figures import figures_in, outer_figures
from jobs.casework.period import Period

FORMATS = ("md", "html", "json")


def gather(desk: Desk, period: Period, figures: Path | None = None, area: str = "") -> dict[str, Any]:
    """Return all figures of a period, in a form that is JSON as it is.

    Parameters
    ----------
    figures : Path, optional
        A file of outer figures, instead of those that were imported.
    area : str
        Beginning of an area code: only what belongs there. What belongs nowhere known is in none.
    """
    now_ms = desk.now_ms()
    leads = [row for row in leads_of(desk, period.from_ms, period.to_ms) if row["area"].startswith(area)]
    by_card = desk.chains("card:", ("measure_", "appeal_"))
    if area:
        areas = areas_of(desk.store, [subject.removeprefix("card:") for subject in by_card])
        by_card = {subject: chain for subject, chain in by_card.items()
                   if areas.get(subject.removeprefix("card:"), "").startswith(area)}
    chains = list(by_card.values())
    return {
        "period": period.text, "made_ms": now_ms,
        "leads": lead_figures(leads, now_ms),
        "measures": measure_figures(chains, period.from_ms, period.to_ms),
        "appeals": appeal_figures(chains, period.from_ms, period.to_ms, now_ms),
        "typologies": typology_figures(judged_typologies(desk.store, period.from_ms, period.to_ms, area)),
        "figures": figures_in(figures, period, area) if figures else outer_figures(desk.store, period, area),
    }


def leads_of(desk: Desk, from_ms: int, to_ms: int) -> list[dict[str, Any]]:
    """The leads pushed in a time, each with when it is due; one that nobody touched lies where its card does."""
    rows = lead_outcomes(desk.store, from_ms, to_ms)
    areas = areas_of(desk.store, [row["card"] for row in rows if not row["area"]])
    return [row | {"due_ms": due_of(row, desk.policy), "area": row["area"] or areas.get(row["card"], "")}
            for row in rows]


def written(report: dict[str, Any], form: str) -> str:
    """Return a report as text of one of `FORMATS`."""
    if form == "json":
        return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    folder = resources.files("jobs.casework") / "templates"
    texts = {name: (folder / f"report.{name}.j2").read_text("utf-8") for name in ("md", "html")}
    environment = Environment(loader=DictLoader({f"report.{name}": text for name, text in texts.items()}),
                              autoescape=select_autoescape(["html"]), undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)
    environment.filters |= {"percent": _percent, "number": _number, "when": _when, "cell": _cell, "known": _known}
    plots = {}
    if form == "html":
        # Imported late: loads matplotlib.
        from jobs.casework.report_plots import plots as drawn

        plots = drawn(report)
    return environment.get_template(f"report.{form}").render(
        report, steps={str(step): names for step, names in STEP_NAMES.items()}, plots=plots)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _known(value: Any) -> str:
    """A figure that somebody may not have given."""
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _cell(value: Any) -> str:
    """A text that cannot end a Markdown table's cell."""
    return str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _when(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%d %H:%M")
