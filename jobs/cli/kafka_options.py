"""What the commands for a Kafka bus share."""

from pathlib import Path
from typing import Annotated

import typer

from connectors.kafka.bus_url import KafkaBus
from jobs.cli.options import bus_url
from jobs.settings import Settings, SettingsError, load_settings

KafkaBusOption = Annotated[
    str | None, typer.Option("--bus", help="kafka://host:9092/PREFIX, see docs/kafka.md.", show_default=False)
]


def kafka_settings(config: Path | None, bus: str | None, **flags) -> tuple[Settings, KafkaBus]:
    """The settings and the Kafka bus in them.

    Raises
    ------
    SettingsError
        The bus is a folder.
    """
    settings = load_settings(config, bus=bus_url(bus), **flags)
    found = settings.kafka_bus
    if found is None:
        raise SettingsError(f"setting bus: this is for a Kafka bus, got {settings.bus}; give --bus kafka://host:9092")
    return settings, found
