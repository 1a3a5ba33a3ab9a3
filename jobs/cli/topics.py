"""``duanka topics``"""

from typing import Annotated

import typer

from features.events import TOPICS
from jobs.cli.kafka_options import KafkaBusOption, kafka_settings
from jobs.cli.options import Config, FormatOption
from jobs.cli.output import Format, console, print_rows

topics = typer.Typer(help="Make and list the topics of a Kafka bus.", no_args_is_help=True)

_DAY_MS = 86_400_000


@topics.command()
def create(
    bus: KafkaBusOption = None,
    partitions: Annotated[int, typer.Option(min=1, max=10_000, help="Of each topic.")] = 4,
    replication: Annotated[
        int | None, typer.Option(min=1, max=32, help="Brokers that keep each message, if not their own default.")
    ] = None,
    retention_days: Annotated[
        float, typer.Option(min=0, help="How long messages are kept after they were sent; 0 for ever.")
    ] = 7,
    receipt: Annotated[
        bool, typer.Option("--receipt", help="Also the topic that receipts and outcomes of leads go out by.")
    ] = False,
    warning: Annotated[
        bool, typer.Option("--warning", help="Also the topic of warnings, for the setting warning_topic.")
    ] = False,
    config: Config = None,
) -> None:
    """Make the topics that are missing; those that are there stay as they are."""
    # Imported late: loads librdkafka.
    from connectors.kafka.topics import create_topics
    from connectors.record_append import RECEIPT_TOPIC, WARNING_TOPIC

    _, found = kafka_settings(config, bus)
    kept_ms = int(retention_days * _DAY_MS) or -1
    wanted = (*TOPICS, *([RECEIPT_TOPIC] if receipt else []), *([WARNING_TOPIC] if warning else []))
    made = create_topics(found, partitions, replication or -1, kept_ms, wanted)
    there = [name for name in wanted if name not in made]
    said = [f"made {', '.join(map(found.topic, made))}"] if made else []
    said += [f"there already: {', '.join(map(found.topic, there))}"] if there else []
    console.print(f"{found}: {'; '.join(said)}", soft_wrap=True, highlight=False)


@topics.command("list")
def list_them(bus: KafkaBusOption = None, how: FormatOption = Format.TABLE, config: Config = None) -> None:
    """What the brokers say of each topic; messages are those that can still be read."""
    # Imported late: loads librdkafka.
    from connectors.kafka.topics import topic_states

    _, found = kafka_settings(config, bus)
    rows = [
        {
            "topic": state.topic,
            "kafka_topic": state.kafka_topic,
            "partitions": state.partitions,
            "replication": state.replication,
            "messages": state.messages,
            "retention": _kept(state.retention_ms),
        }
        for state in topic_states(found)
    ]
    columns = ("topic", "kafka_topic", "partitions", "replication", "messages", "retention")
    print_rows(rows, columns, how, f"{found}: {len(rows)} of {len(TOPICS)} topics")


def _kept(retention_ms: int | None) -> str:
    """Retention as people read it."""
    if retention_ms is None:
        return "not allowed to ask"
    return "for ever" if retention_ms < 0 else f"{retention_ms / _DAY_MS:g} days"
