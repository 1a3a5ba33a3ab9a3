"""From the registry's bytes to a model that may be used."""

from connectors.errors import RegistryError
from connectors.model_registry import NO_MODEL, ModelRegistry, RegistryEntry
from features.errors import DuankaError
from jobs.model_life.takeover import CHAMPION, FROM_START_MS, SHADOW, Takeover
from models.learned.model_snapshot import BadModelSnapshot, ModelSnapshot


def load_entry(registry: ModelRegistry, entry: RegistryEntry) -> tuple[ModelSnapshot, bytes]:
    """The snapshot of an entry and its bytes, checked against the version in the file's name.

    Raises
    ------
    BadModelSnapshot, RegistryError
        Damaged, foreign, too new, replaced or gone; the message names the model.
    """
    blob = registry.read(entry)
    try:
        snapshot = ModelSnapshot.from_bytes(blob)
    except DuankaError as error:
        raise BadModelSnapshot(f"model {entry.number} ({entry.path.name}) is refused: {error}") from error
    if snapshot.version != entry.version:
        raise BadModelSnapshot(
            f"model {entry.number} ({entry.path.name}) is refused: its content is that of version "
            f"{snapshot.version}; put the right file back, or store the other one by: duanka models train"
        )
    return snapshot, blob


def load_number(registry: ModelRegistry, number: int, version: str) -> bytes:
    """Bytes of a model in a role, checked; empty for `NO_MODEL`.

    Raises
    ------
    BadModelSnapshot, RegistryError
    """
    if number == NO_MODEL:
        return b""
    entry = registry.find(number)
    if entry.version != version:
        raise RegistryError(f"model {number} was version {version} when it was chosen, the registry now has "
                            f"{entry.version}; its files must not be exchanged")
    return load_entry(registry, entry)[1]


def starting_models(registry: ModelRegistry) -> list[Takeover]:
    """The registry's champion and shadow as a run begins with them; none where a role is vacant.

    Raises
    ------
    BadModelSnapshot, RegistryError
    """
    roles = registry.roles()
    given = []
    for role, number, deed in ((CHAMPION, roles.champion, roles.champion_by), (SHADOW, roles.shadow, roles.shadow_by)):
        if number != NO_MODEL:
            version = registry.find(number).version
            blob = load_number(registry, number, version)
            given.append(Takeover(role, FROM_START_MS, blob, number, version, deed.seq))
    return given


def models_of_run(registry: ModelRegistry, run: str) -> list[Takeover]:
    """The models that a run took over, each from the event time recorded in the log.

    Parameters
    ----------
    run : str
        Its id, or ``latest``.

    Raises
    ------
    BadModelSnapshot, RegistryError
        No such run took a model.
    """
    taken = [event for event in registry.events() if event.action == "taken"]
    if run == "latest" and taken:
        run = taken[-1].by
    mine = [event for event in taken if event.by == run]
    if not mine:
        known = ", ".join(dict.fromkeys(event.by for event in taken)) or "none took any"
        raise RegistryError(f"run {run!r} took no model of the registry {registry.folder}; runs that did: {known}")
    return [
        Takeover(e.role, e.from_ms, load_number(registry, e.number, e.version), e.number, e.version, e.of)
        for e in mine
    ]
