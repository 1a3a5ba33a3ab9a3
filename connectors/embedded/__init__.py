"""The embedded store: ClickHouse's engine in a process of its own, behind the native port.

chdb lets one process at a time open a data folder. So a small server owns the folder and answers
ordinary clients on a loopback port, and no other code can tell it from a ClickHouse server.
:func:`start` finds or starts the server of a folder; ``python -m connectors.embedded DATA_DIR``
runs it in the foreground.
"""

from connectors.embedded.launch import EmbeddedStore, start, stop

__all__ = ["EmbeddedStore", "start", "stop"]
