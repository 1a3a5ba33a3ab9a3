"""``duanka ingest``"""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from jobs.cli.kafka_options import KafkaBusOption, kafka_settings
from jobs.cli.options import Config
from jobs.cli.output import console, messages

if TYPE_CHECKING:
    from jobs.ingest.run import Sent


def ingest(
    source: Annotated[str, typer.Argument(help="A file of records, a folder of topics, or - for standard input.")],
    topic: Annotated[str | None, typer.Option("--topic", help="Whose records these are.", show_default=False)] = None,
    bus: KafkaBusOption = None,
    lines_per_message: Annotated[int, typer.Option(min=1, max=100_000, help="Records in one message, at most.")] = 1,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Records per second.", show_default=False)] = None,
    speed: Annotated[
        float | None, typer.Option(min=0.001, help="Event time over time: 1 as it happened.", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on behind what was acknowledged.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Send all of it, whatever was sent before.")] = False,
    state: Annotated[
        Path | None, typer.Option("--state", help="Folder that keeps how far it came.", show_default=False)
    ] = None,
    config: Config = None,
) -> None:
    """Send records to a Kafka bus; a folder's topics in order of event time."""
    # Imported late: loads librdkafka.
    from jobs.ingest.run import IngestPlan
    from jobs.ingest.run import ingest as send

    if resume and anew:
        raise typer.BadParameter("cannot go with --anew", param_hint="--resume")
    settings, found = kafka_settings(config, bus, state=state)
    plan = IngestPlan(found, source, topic, lines_per_message, rate, speed, settings.state, resume, anew,
                      int(settings.future_s * 1000))
    stopping = _stopping()
    columns = (TextColumn("ingest"), BarColumn(), DownloadColumn(binary_units=True),
               TextColumn("{task.fields[text]}"), TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=messages) as bar:
        task = bar.add_task("", total=None, text="")
        last = (0.0, 0)

        def look(sent: "Sent") -> None:
            nonlocal last
            seconds, records = sent.seconds - last[0], sent.records - last[1]
            last = (sent.seconds, sent.records)
            now = f"{records / seconds:,.0f} events/s" if seconds > 0 else ""
            bar.update(task, completed=sent.bytes_done, total=sent.bytes_total or None,
                       text=f"{sent.records:,} events, {now}")  # fmt: skip

        sent = send(plan, look, stopping)
    average = f"{sent.records / sent.seconds:,.0f} events/s" if sent.seconds else ""
    console.print(f"{found}: {sent.records:,} events in {sent.messages:,} messages, {average}; all acknowledged",
                  soft_wrap=True, highlight=False)  # fmt: skip


def _stopping() -> Callable[[], bool]:
    """Whether Ctrl-C or SIGTERM came; what was acknowledged is noted then. Who insists is obeyed at once."""
    asked = []

    def ask(number, frame):
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask)
    return lambda: bool(asked)
