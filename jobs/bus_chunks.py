"""The bus that the settings name: its chunks, and where a chunk's bytes come from."""

from datetime import datetime

from connectors.folder import read_chunk
from connectors.kafka.message_block import MessageBlock
from connectors.kafka.offset_ranges import ranges_from_text
from jobs.flink.protocol import Chunk
from jobs.folder_chunks import FolderChunks
from jobs.kafka_chunks import KafkaChunks
from jobs.record_origin import FileOrigin, KafkaOrigin, RecordOrigin
from jobs.settings import Settings


def bus_chunks(settings: Settings, follow: bool) -> FolderChunks | KafkaChunks:
    """The source of chunks of the bus in `settings`."""
    chunk_bytes, lateness_ms = settings.chunk_kib << 10, int(settings.lateness_s * 1000)
    if settings.kafka_bus is None:
        return FolderChunks(settings.bus_folder, chunk_bytes, follow, lateness_ms)
    return KafkaChunks(
        settings.kafka_bus, chunk_bytes, settings.linger_ms, lateness_ms, follow,
        _millis(settings.bus_from), _millis(settings.bus_until),
    )  # fmt: skip


def chunk_bytes(chunk: Chunk) -> tuple[RecordOrigin, bytes]:
    """Where a chunk comes from, and its records."""
    if not chunk.body:
        return FileOrigin(chunk.path, chunk.start), read_chunk(chunk.path, chunk.start, chunk.end)
    block = MessageBlock.from_bytes(chunk.body)
    return KafkaOrigin(ranges_from_text(chunk.path)[0], block), block.raw


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
