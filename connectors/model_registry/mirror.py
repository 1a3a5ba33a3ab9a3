"""The registry's copy in the store, where reports and other machines find it."""

from collections.abc import Callable

from connectors.clickhouse import Store
from connectors.model_registry.folder import ModelRegistry, RegistryEntry

_KNOWN = "SELECT version FROM model_versions FINAL"
_LAST = "SELECT max(seq) AS seq FROM model_events"
_SNAPSHOT = "SELECT snapshot_hex FROM model_versions FINAL WHERE version = {version:String}"


def mirror_registry(
    store: Store, registry: ModelRegistry, manifest_of: Callable[[RegistryEntry], tuple[str, bytes] | None]
) -> None:
    """Bring the store's copy up to the registry; what is there already is left alone.

    Parameters
    ----------
    manifest_of : callable
        Gives the manifest as JSON and the bytes of a snapshot, None for one that is no good.
    """
    entries = registry.entries()
    events = registry.events()
    if not events:
        return
    known = {row["version"] for row in store.query(_KNOWN)}
    for entry in entries:
        if entry.version in known or (found := manifest_of(entry)) is None:
            continue
        manifest, blob = found
        row = {"version": entry.version, "number": entry.number, "manifest": manifest, "snapshot_hex": blob.hex()}
        store.insert("model_versions", {name: [value] for name, value in row.items()})
    last = store.query(_LAST)[0]["seq"]
    new = [event for event in events if event.seq > last]
    if new:
        store.insert(
            "model_events",
            {
                "seq": [e.seq for e in new],
                "at": [e.at_ms for e in new],
                "action": [str(e.action) for e in new],
                "number": [e.number for e in new],
                "version": [e.version for e in new],
                "officer": [e.by for e in new],
                "reason": [e.why for e in new],
                "effective_ms": [e.from_ms for e in new],
                "role": [e.role for e in new],
                "follows": [e.of for e in new],
            },
        )


def mirrored_snapshot(store: Store, version: str) -> bytes | None:
    """Bytes of a snapshot from the store's copy, None where it has none."""
    rows = store.query(_SNAPSHOT, {"version": version})
    return bytes.fromhex(rows[0]["snapshot_hex"]) if rows else None
