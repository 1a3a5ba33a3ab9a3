"""Writes the figures of docs/performance.md from ``build/bench.json``.

    python -m benchmarks.performance.page [--json build/bench.json] [--out docs/performance.md]

Between the page's marks everything is generated; the text around them is written by hand and stays. What was not
measured is said to be so.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.performance.arithmetic import PLACES, needs
from benchmarks.performance.comparisons import COMPARISONS
from benchmarks.performance.scenario import Figures
from benchmarks.performance.scenarios import SCENARIOS
from benchmarks.performance.table import cells, number, verdict
from benchmarks.performance.targets import TARGETS

NOT_MEASURED = "not measured"
_PLOTS = {
    "rates": "events/s of the engine, its rivals and the limits",
    "entities": "throughput against entities in the state",
    "chunks": "throughput against the size of a chunk",
    "intervals": "latency at half the top rate against how long a short chunk waits for more",
    "parallelism": "throughput by parallelism",
    "stages": "processor time of an event by stage",
}


def main(
    source: Annotated[Path, typer.Option("--json")] = Path("build/bench.json"),
    out: Path = Path("docs/performance.md"),
) -> None:
    """Renew the generated parts of the page."""
    figures = json.loads(source.read_text()) if source.exists() else {}
    out.write_text(renewed(out.read_text("utf-8"), figures, out.parent / "performance"), "utf-8")


def renewed(page: str, figures: Mapping[str, Figures], plots: Path) -> str:
    """The page with every generated part made anew.

    Raises
    ------
    ValueError
        A mark is missing.
    """
    parts = {"targets": targets(figures), "scenarios": scenarios(figures), "comparisons": comparisons(figures),
             "stages": stages(figures), "plots": plots_there(plots), "arithmetic": arithmetic(figures)}
    for name, text in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if begin not in page or end not in page:
            raise ValueError(f"the page has no {begin} … {end}")
        before, rest = page.split(begin, 1)
        page = f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}"
    return page


def targets(figures: Mapping[str, Figures]) -> str:
    rows = []
    for target in TARGETS:
        found = figures.get(target.scenario, {})
        measured = target.metric in found
        values = cells(found, target.metric) if measured else (NOT_MEASURED, "", "", "")
        rows.append((target.title, values[0], _spread(values), values[3], verdict(target, figures)))
    return _table(("", "figure", "least to most", "runs", "target"), rows)


def scenarios(figures: Mapping[str, Figures]) -> str:
    rows = []
    for scenario in SCENARIOS:
        found = figures.get(scenario.name, {})
        values = cells(found, "events_per_s") if "events_per_s" in found else (NOT_MEASURED, "", "", "")
        if found and "events_per_s" not in found:
            continue
        rows.append((f"`{scenario.name}`", scenario.title, values[0], _spread(values), values[3]))
    return _table(("scenario", "", "events/s", "least to most", "runs"), rows)


def comparisons(figures: Mapping[str, Figures]) -> str:
    rows = []
    for comparison in COMPARISONS:
        found = figures.get(comparison.name)
        values = cells(found, "times") if found else (NOT_MEASURED, "", "", "")
        rows.append((comparison.title, values[0], _spread(values)))
    return _table(("", "×", "least to most"), rows)


def stages(figures: Mapping[str, Figures]) -> str:
    """Both profiles, largest first, with their sum."""
    tables = []
    for name, title in (("flink_job_stages", "Flink job, two cores"),
                        ("flink_job_events_stages", "Flink job, every event stored, two cores"),
                        ("replay_stages", "replay, one core")):
        found = {key.removeprefix("us_"): us for key, us in figures.get(name, {}).items()
                 if key.startswith("us_") and not key.endswith(("_min", "_max"))}
        if not found:
            tables.append(f"{title}: {NOT_MEASURED}.")
            continue
        rows = [(stage, f"{us:.2f}", f"{us / sum(found.values()):.0%}")
                for stage, us in sorted(found.items(), key=lambda item: -item[1])]
        rows.append(("**together**", f"**{sum(found.values()):.2f}**", ""))
        tables.append(_table((title, "µs an event", "share"), rows))
    return "\n\n".join(tables)


def plots_there(folder: Path) -> str:
    there = [f"![{title}](performance/{name}.png)" for name, title in _PLOTS.items()
             if (folder / f"{name}.png").exists()]
    return "\n\n".join(there) or f"Plots: {NOT_MEASURED}."


def arithmetic(figures: Mapping[str, Figures]) -> str:
    rows = []
    for place in PLACES:
        found = needs(place, figures)
        rows.append((place.name, f"{place.people:,.0f}", f"{place.peak_events_per_s:,.0f}",
                     *(NOT_MEASURED if value is None else number(value) for value in found.values())))
    return _table(("", "people", "peak events/s", "cores", "state, GiB", "memory, GiB", "Kafka partitions",
                   "ClickHouse rows a day"), rows)


def _spread(values: tuple[str, str, str, str]) -> str:
    return f"{values[1]} to {values[2]}" if values[1] else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    typer.run(main)
