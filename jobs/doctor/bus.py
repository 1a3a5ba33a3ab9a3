"""The bus and its topics."""

from collections.abc import Iterator

from connectors.folder import list_files
from features.events import TOPICS
from jobs.doctor.finding import Finding, ok, warn
from jobs.settings import Settings


def bus(settings: Settings) -> Iterator[Finding]:
    """Whether it can be reached, and which topics of events it has."""
    kafka = settings.kafka_bus
    if kafka is None:
        settings.require_bus()
        sizes = {topic: len(list_files(settings.bus_folder, topic)) for topic in TOPICS
                 if (settings.bus_folder / topic).is_dir()}
        yield ok("bus", settings.bus)
        yield _topics(sizes, "files", "a topic without a folder counts as empty: make it before files come")
    else:
        from connectors.kafka.client import check_bus

        sizes = check_bus(kafka)
        yield ok("bus", str(kafka))
        yield _topics(sizes, "partitions", f"make them: duanka topics create --bus '{kafka}'")


def _topics(sizes: dict[str, int], what: str, fix: str) -> Finding:
    found = ", ".join(f"{topic} {n} {what}" for topic, n in sizes.items())
    missing = [topic for topic in TOPICS if topic not in sizes]
    if missing:
        return warn("topics", f"{found}; no {', '.join(missing)}", fix)
    return ok("topics", found)
