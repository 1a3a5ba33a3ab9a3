"""Where the bytes of an INSERT wait until they are complete.

chdb has a streaming insert, but version 4.4 answers success when rows could be parsed and then not
written (a constraint, a full disk, a view that throws): rows would be acknowledged and lost. An
``INSERT … SELECT FROM file()`` reports every failure, and costs the copy into this spool.
"""

import os
import tempfile

from connectors.embedded.packets import ProtocolError

_TOO_LARGE = 241  # ClickHouse's code for a memory limit
#: Most that one INSERT may bring, bytes (ours).
LIMIT_BYTES = 1 << 30


class InsertSpool:
    """A file without a place on disk, or a temporary one where the system has no such thing."""

    def __init__(self):
        if hasattr(os, "memfd_create"):
            self._file = os.fdopen(os.memfd_create("insert"), "wb", 1 << 18)
            self.path = f"/proc/self/fd/{self._file.fileno()}"
        else:
            self._file = tempfile.NamedTemporaryFile("wb", 1 << 18)  # noqa: SIM115 (closed by __exit__)
            self.path = self._file.name
        self.size = 0

    def __enter__(self) -> "InsertSpool":
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def append(self, piece: memoryview) -> None:
        """Add bytes; too many of them are counted but not kept, see `flush`."""
        self.size += len(piece)
        if self.size <= LIMIT_BYTES:
            self._file.write(piece)

    def flush(self) -> None:
        """Make all bytes readable under `path`.

        Raises
        ------
        ProtocolError
            There were more than `LIMIT_BYTES`.
        """
        if self.size > LIMIT_BYTES:
            raise ProtocolError(_TOO_LARGE, f"an INSERT into the embedded store may bring {LIMIT_BYTES} bytes, "
                                            f"this one brought {self.size}; send it as several")
        self._file.flush()
