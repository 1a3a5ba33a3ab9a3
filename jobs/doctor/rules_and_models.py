"""The rules, and the models in the registry."""

from collections.abc import Iterator

from jobs.doctor.finding import Finding, ok
from jobs.settings import Settings


def rules(settings: Settings) -> Iterator[Finding]:
    yield ok("rules", f"version {settings.load_rules().version}")


def models(settings: Settings) -> Iterator[Finding]:
    """Whether a run could begin with what the registry names; loads the models as a run would."""
    from connectors.model_registry import ModelRegistry
    from jobs.model_life.load import starting_models

    if not settings.learned:
        yield ok("models", "not used: setting learned is off")
        return
    registry = ModelRegistry(settings.models)
    entries = registry.entries()
    if not entries and not registry.events():
        yield ok("models", f"{settings.models}: none yet, a run begins with the one that ships")
        return
    roles = ", ".join(f"{m.role} {m.number} ({m.version})" for m in starting_models(registry))
    yield ok("models", f"{settings.models}: {len(entries)} stored; {roles or 'none in force'}")
