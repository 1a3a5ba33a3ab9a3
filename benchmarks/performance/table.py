"""The one table that a run ends with."""

from collections.abc import Mapping

from rich.table import Table

from benchmarks.performance.comparisons import COMPARISONS
from benchmarks.performance.scenario import Figures
from benchmarks.performance.scenarios import SCENARIOS
from benchmarks.performance.targets import TARGETS

#: The metric of a scenario that the table shows, the first that it has.
_HEADLINES = ("events_per_s", "whole_us", "bytes_an_entity", "checkpoint_s", "row_p99_s")


def show(figures: Mapping[str, Figures], rates: bool = True) -> Table:
    """Scenarios, comparisons and targets; without `rates` the ratios alone."""
    table = Table(title="performance", title_justify="left", header_style="bold")
    for column in ("what", "figure", "least", "most", "runs", "target"):
        table.add_column(column, justify="left" if column == "what" else "right")
    if rates:
        for scenario in SCENARIOS:
            found = figures.get(scenario.name, {})
            metric = next((name for name in _HEADLINES if name in found), None)
            if metric:
                table.add_row(scenario.title, *cells(found, metric), "")
        table.add_section()
    bars = {target.scenario: target for target in TARGETS if target.metric == "times"}
    for comparison in COMPARISONS:
        if found := figures.get(comparison.name):
            bar = bars.get(comparison.name)
            table.add_row(comparison.title, *cells(found, "times"), verdict(bar, figures) if bar else "")
    if rates:
        table.add_section()
        for target in TARGETS:
            if target.metric != "times" and target.value(figures) is not None:
                found = figures[target.scenario]
                table.add_row(target.title, *cells(found, target.metric), verdict(target, figures))
    return table


def cells(found: Figures, metric: str) -> tuple[str, str, str, str]:
    """Median, least, most, repetitions."""
    values = (number(found[metric]), *(number(found[name]) if (name := f"{metric}_{end}") in found else ""
                                       for end in ("min", "max")))
    return *values, f"{found.get('repetitions', 1):.0f}"


def number(value: float) -> str:
    """
    >>> number(123456.7), number(12.34), number(0.5)
    ('123,457', '12.3', '0.500')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def verdict(target, figures: Mapping[str, Figures]) -> str:
    """The bar, and whether it is met."""
    sign = "≤" if target.at_most else "≥"
    word = {True: "met", False: "missed", None: "not measured"}[target.is_met(figures)]
    return f"{sign} {target.bar:,g} {target.unit}: {word}"
