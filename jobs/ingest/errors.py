"""What can go wrong when a bus is filled, besides the bus."""

from features.errors import DuankaError


class IngestError(DuankaError):
    """There is nothing to send, or it is not clear where to begin."""
