"""Copies of rules and models in the store: what a stored hit was decided with, for as long as it lives."""

import json
from dataclasses import asdict

from connectors.clickhouse import Store
from connectors.model_registry import ModelRegistry, RegistryEntry
from connectors.model_registry.mirror import mirror_registry
from features.errors import DuankaError
from jobs.model_life.load import load_entry
from models.rules import Rules, write_rules


def copy_rules(store: Store, rules: Rules) -> None:
    """Keep the rules word for word under their version; may be repeated."""
    store.insert("typology_versions", {"version": [rules.version], "rules": [write_rules(rules)]})


def copy_models(store: Store, registry: ModelRegistry) -> None:
    """Bring the store's copy of the registry up to date; damaged snapshots are left out."""

    def manifest_of(entry: RegistryEntry) -> tuple[str, bytes] | None:
        try:
            snapshot, blob = load_entry(registry, entry)
        except DuankaError:
            return None
        return json.dumps(asdict(snapshot.manifest), ensure_ascii=False), blob

    mirror_registry(store, registry, manifest_of)
