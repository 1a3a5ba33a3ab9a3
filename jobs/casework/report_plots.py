"""The report's plots, as SVG that stands in the page itself."""

import io
import warnings
from typing import Any

from markupsafe import Markup

from features.errors import DuankaError

#: Groups of leads that are drawn; the table has all.
_MOST = 12


class NoPlots(DuankaError):
    """The library that draws is not installed."""


def plots(report: dict[str, Any]) -> dict[str, Markup]:
    """Return conversion by source and by territory with the target, and measures by step.

    Raises
    ------
    NoPlots
    """
    try:
        import matplotlib
    except ImportError:
        raise NoPlots("the report as HTML needs matplotlib; install duanka[report], or give --format md") from None
    # Text stays text, drawn with the reader's fonts, so that Chinese names show.
    with warnings.catch_warnings(), matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "duanka"}):
        warnings.filterwarnings("ignore", message="Glyph")
        leads = report["leads"]
        return {
            "by_source": _conversion(leads["by_source"], leads["target"]),
            "by_territory": _conversion(leads["by_territory"], leads["target"]),
            "measures": _measures(report["measures"]),
        }


def _conversion(rows: list[dict], target: float) -> Markup:
    rows = rows[:_MOST][::-1]
    figure, axes = _figure(max(1, len(rows)))
    for place, row in enumerate(rows):
        rate = 100 * row["conversion"]
        spread = [[rate - 100 * row["low"]], [100 * row["high"] - rate]]
        axes.errorbar([rate], [place], xerr=spread, fmt="o", color="#1f4e79", capsize=3)
    axes.axvline(100 * target, color="#b03030", linestyle="--", linewidth=1)
    axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
    axes.set_xlim(0, 100)
    axes.set_xlabel("confirmed of received, % (95 % interval; dashed: target)")
    return _svg(figure)


def _measures(rows: list[dict]) -> Markup:
    figure, axes = _figure(len(rows))
    kinds = (("proposed", "#9db7d5"), ("approved", "#1f4e79"), ("lifted", "#6a9a5b"))
    for number, (kind, colour) in enumerate(kinds):
        places = [place + 0.25 * (1 - number) for place in range(len(rows))]
        axes.barh(places, [row[kind] for row in rows[::-1]], height=0.25, color=colour, label=kind)
    axes.set_yticks(range(len(rows)), [row["step"] for row in rows[::-1]])
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False)
    return _svg(figure)


def _figure(lines: int):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1 + 0.35 * lines), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure) -> Markup:
    """The drawing without what stands before its element; text in it was escaped by the library."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    text = drawn.getvalue()
    return Markup(text[text.index("<svg"):])
