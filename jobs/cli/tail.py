"""``duanka tail``"""

from itertools import islice
from typing import Annotated

import typer

from features.events import TOPICS
from jobs.cli.kafka_options import KafkaBusOption, kafka_settings
from jobs.cli.options import Config
from jobs.masked_record import mask_record


def tail(
    topic: Annotated[str, typer.Option("--topic", help=f"One of {', '.join(TOPICS)}.")],
    bus: KafkaBusOption = None,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="With the oldest that is kept.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many records.", show_default=False)] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for more at the end of the topic.")] = True,
    unmask: Annotated[bool, typer.Option("--unmask", help="Show whole card numbers.")] = False,
    config: Config = None,
) -> None:
    """Print records of a topic as they come, one a line, card numbers masked."""
    # Imported late: loads librdkafka.
    from connectors.kafka.tail import tail as records

    if topic not in TOPICS:
        raise typer.BadParameter(f"want one of {', '.join(TOPICS)}; got {topic!r}", param_hint="--topic")
    _, found = kafka_settings(config, bus)
    for line in islice(records(found, topic, from_beginning, wait), limit):
        print(line.decode(errors="replace") if unmask else mask_record(topic, line), flush=True)
