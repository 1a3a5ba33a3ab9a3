"""The tables of the store: numbered migrations and retention.

``0001_events.sql`` follows from :data:`features.events.TOPICS`; the others are written by hand
and lean on the names of its columns.
"""

from connectors.schema.migrations import migrate
from connectors.schema.retention import RETENTION_DAYS

__all__ = ["RETENTION_DAYS", "migrate"]
