"""A run's summary on the terminal."""

from rich.table import Table

from jobs.cli.output import LEVEL_STYLES, console
from jobs.run_summary import RunSummary


def show_summary(summary: RunSummary) -> None:
    """Print counts, hits by level and typology, detection and the three highest hits."""
    rate = summary.records / summary.seconds if summary.seconds else 0.0
    console.print(
        f"[bold]{summary.records:,}[/] events in {summary.seconds:.1f} s = [bold]{rate:,.0f}[/] events/s; "
        f"{summary.scored:,} scored + {summary.dead:,} dead letters; {summary.late:,} late",
        soft_wrap=True,
    )
    levels = "  ".join(f"[{LEVEL_STYLES[level]}]{level} {n:,}[/]" for level, n in summary.by_level.items())
    console.print(f"hits by level     {levels or 'none'}")
    codes = "  ".join(f"{code} {n:,}" for code, n in summary.by_typology.items())
    console.print(f"hits by typology  {codes or 'none'}", soft_wrap=True)
    if summary.warnings:
        warned = "  ".join(f"[{LEVEL_STYLES[level]}]{level} {n:,}[/]" for level, n in summary.warnings.items())
        console.print(f"victims warned    {warned}")
    if summary.detection:
        table = Table(header_style="bold", title="against the truth", title_justify="left")
        for column in ("flagged at", "cards", "precision", "recall"):
            table.add_column(column, justify="left" if column == "flagged at" else "right")
        for d in summary.detection:
            name = d.level if d.level == "red" else f"{d.level} or above"
            table.add_row(name, f"{d.cards:,}", f"{d.precision:.2f}", f"{d.recall:.2f}", style=LEVEL_STYLES[d.level])
        console.print(table)
    for hit in summary.top:
        style = LEVEL_STYLES[hit["level"]]
        console.print(f"[{style}]{hit['level']} {hit['risk']}[/]  [bold]{hit['card']}[/]  {hit['alerts']} alerts")
        for zh, en in list(zip(hit["reasons_zh"], hit["reasons_en"]))[:3]:
            console.print(f"    {zh}\n    [dim]{en}[/]", highlight=False, soft_wrap=True)
