"""The models that the store knows of: their manifests, and the log of who did what with them."""

import json
from typing import Any

from connectors.clickhouse import Store
from connectors.model_registry.events import Action, ModelEvent

_VERSIONS = """
SELECT version, number, manifest, length(snapshot_hex) / 2 AS bytes FROM model_versions FINAL ORDER BY number
"""
_SHA = """
SELECT lower(hex(SHA256(unhex(snapshot_hex)))) AS sha256 FROM model_versions FINAL WHERE version = {version:String}
"""
_EVENTS = """
SELECT seq, toUnixTimestamp64Milli(model_events.at) AS at_ms, action, number, version, officer AS by, reason AS why,
    effective_ms AS from_ms, role, follows AS of
FROM model_events FINAL ORDER BY seq
"""
_RULES = """
SELECT version, toUnixTimestamp64Milli(stored_at) AS stored_ms FROM typology_versions FINAL
ORDER BY typology_versions.stored_at DESC LIMIT {limit:UInt32}
"""


def model_versions(store: Store) -> list[dict[str, Any]]:
    """Return the stored models by number: version, number, manifest (a dict), bytes."""
    return [row | {"manifest": json.loads(row["manifest"])} for row in store.query(_VERSIONS)]


def snapshot_sha256(store: Store, version: str) -> str:
    """Return the SHA-256 of a snapshot's bytes as they are stored, empty where there are none."""
    rows = store.query(_SHA, {"version": version})
    return rows[0]["sha256"] if rows else ""


def model_events(store: Store) -> list[ModelEvent]:
    """Return the log of the registry, as far as it was copied, in its order."""
    return [ModelEvent(**(row | {"action": Action(row["action"])})) for row in store.query(_EVENTS)]


def rules_versions(store: Store, limit: int = 1) -> list[dict[str, Any]]:
    """Return the versions of the rules that runs used last: version, stored_ms."""
    return store.query(_RULES, {"limit": limit})
