"""A registry with small models in it."""

from connectors.model_registry import ModelRegistry, RegistryEntry
from tests.models.learned.small_snapshots import snapshot


def stored(registry: ModelRegistry, *biases: float) -> list[RegistryEntry]:
    """Snapshots of these biases in a registry, in order."""
    made = [snapshot(bias) for bias in biases]
    return [registry.add(s.to_bytes(), s.version, "somebody") for s in made]
