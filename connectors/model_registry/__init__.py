"""The model registry: a folder of numbered snapshots, and the log of what was done with them."""

from connectors.model_registry.events import Action, ModelEvent
from connectors.model_registry.folder import ModelRegistry, RegistryEntry
from connectors.model_registry.roles import NO_MODEL, Roles, roles_after

__all__ = ["NO_MODEL", "Action", "ModelEvent", "ModelRegistry", "RegistryEntry", "Roles", "roles_after"]
