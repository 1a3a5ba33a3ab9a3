"""Connectors move bytes between Duanka and its topics and stores; they never score.

The store half: :mod:`connectors.store_url` names a store, :mod:`connectors.clickhouse` talks to
it, :mod:`connectors.embedded` serves one from a folder, :mod:`connectors.schema` lays out its
tables and :mod:`connectors.queries` reads them. :mod:`connectors.folder` plans and reads topics
that are folders of ``.ndjson`` files.
"""

import os

# The driver fills a table of 146,000 dates when imported, 0.15 s of every command, unless told not to.
os.environ.setdefault("CLICKHOUSE_DRIVER_LASY_DATE_LUT", "lazy")
