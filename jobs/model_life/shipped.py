"""The model that comes with the release, and its place at the beginning of every registry."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from connectors.model_registry import ModelRegistry
from jobs.model_life.takeover import CHAMPION, FROM_START_MS, Takeover
from models.learned.model_snapshot import version_of

#: Who publishes it, in the registry's log; from then on people decide.
RELEASE = "release"
_WHY = "ships with the release; see docs/detection.md"


@lru_cache(maxsize=1)
def shipped_snapshot() -> bytes:
    """Bytes of the :class:`models.learned.model_snapshot.ModelSnapshot` that ships."""
    return files("jobs").joinpath("shipped/model.dkm").read_bytes()


def open_registry(folder: Path) -> ModelRegistry:
    """The registry of a folder; one that is still empty gets the shipped model as its champion.

    Raises
    ------
    connectors.errors.RegistryError
        The folder cannot be written.
    """
    registry = ModelRegistry(folder)
    if not registry.entries() and not registry.events():
        blob = shipped_snapshot()
        entry = registry.add(blob, version_of(blob), RELEASE, _WHY)
        registry.publish(entry.number, RELEASE, _WHY)
    return registry


def shipped_models() -> tuple[Takeover, ...]:
    """The shipped model as a replay takes it that has no registry."""
    blob = shipped_snapshot()
    return (Takeover(CHAMPION, FROM_START_MS, blob, 1, version_of(blob), 0),)
