"""Where the bytes of a chunk come from, so that every record of it can be pointed at."""

from typing import Protocol

import numpy as np

from connectors.kafka.message_block import MessageBlock
from connectors.kafka.record_place import partition_source


class RecordOrigin(Protocol):
    """A file, or the partitions of a Kafka topic."""

    #: What positions count in.
    sources: tuple[str, ...]

    def locate(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Source and position of all records of the chunk.

        Parameters
        ----------
        starts : ndarray of int64, shape (m,)
            First byte of every record in the chunk, in any order.

        Returns
        -------
        source : ndarray of uint32, shape (m,)
            Index in `sources`.
        position : ndarray of int64, shape (m,)
        """


class FileOrigin:
    """Bytes of a file from `start` on; a position is a byte of the file."""

    def __init__(self, path: str, start: int):
        self.sources = (path,)
        self._start = start

    def locate(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros(starts.size, np.uint32), starts + self._start


class KafkaOrigin:
    """Messages of a Kafka topic; see :mod:`connectors.kafka.record_place` for positions."""

    def __init__(self, kafka_topic: str, block: MessageBlock):
        self._block = block
        self._partitions = np.unique(block.messages["partition"])
        self.sources = tuple(partition_source(kafka_topic, p) for p in self._partitions.tolist())

    def locate(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rising = np.argsort(starts, kind="stable")
        partition, position = self._block.locate(starts[rising])
        back = np.empty_like(rising)
        back[rising] = np.arange(rising.size)
        return np.searchsorted(self._partitions, partition[back]).astype(np.uint32), position[back]
