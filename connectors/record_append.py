"""Append single records to a topic of a bus: verdicts of officers, receipts to those who pushed leads."""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.errors import TopicError
from connectors.folder import SUFFIX, list_files

#: What goes back to whoever pushed a lead; docs/casework.md says its fields. No topic of the engine's.
RECEIPT_TOPIC = "receipt"
#: What a job says of victims, for whoever must act at once; docs/warnings.md. No topic of the engine's either.
WARNING_TOPIC = "warning"


def append_to_folder(directory: str | Path, topic: str, record: Mapping[str, Any]) -> None:
    """Add one record as a line to the last file of a folder's topic, on disk when this returns.

    Several processes may do so at once, each line stays whole.

    Raises
    ------
    TopicError
        The folder cannot be written.
    """
    folder = Path(directory) / topic
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = list_files(directory, topic)
        path = files[-1] if files else folder / f"000000{SUFFIX}"
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        with open(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            if end and os.pread(descriptor, 1, end - 1) != b"\n":
                line = b"\n" + line
            file.write(line)
            os.fsync(descriptor)
    except OSError as error:
        raise TopicError(f"the topic {topic} in {directory} cannot be written: {error.strerror}; check its "
                         "folder's rights and space") from error


def append_to_kafka(bus, topic: str, record: Mapping[str, Any]) -> None:
    """Send one record to a Kafka bus, acknowledged when this returns.

    Raises
    ------
    TopicError
        The bus cannot be reached, lacks the topic, or did not acknowledge.
    """
    # Imported late: loads librdkafka.
    from connectors.kafka.producer import BusProducer

    producer = BusProducer(bus, [topic])
    try:
        producer.send_line(topic, json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())
        if producer.flush():
            raise TopicError(f"the bus {bus} did not acknowledge a record of {topic}; try again")
    finally:
        producer.close()
