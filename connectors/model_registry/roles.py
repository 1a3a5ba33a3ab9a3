"""Which model is champion and which is shadow, read off the log alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from connectors.model_registry.events import Action, ModelEvent

#: Stands for no model: typologies and detectors alone.
NO_MODEL = 0


@dataclass(frozen=True)
class Roles:
    """Numbers of the models in their roles, and the deeds that put them there.

    Attributes
    ----------
    champion, shadow : int
        `NO_MODEL` where the role is vacant.
    champion_by, shadow_by : ModelEvent or None
    earlier : tuple of int
        Champions before, the latest last: where a rollback leads.
    """

    champion: int = NO_MODEL
    shadow: int = NO_MODEL
    champion_by: ModelEvent | None = None
    shadow_by: ModelEvent | None = None
    earlier: tuple[int, ...] = ()

    def after(self, event: ModelEvent) -> "Roles":
        """Roles once `event` has happened."""
        match event.action:
            case Action.PUBLISH | Action.PROMOTE:
                # A shadow that becomes champion leaves its place vacant.
                leaves = event.number == self.shadow
                shadow, shadow_by = (NO_MODEL, event) if leaves else (self.shadow, self.shadow_by)
                return Roles(event.number, shadow, event, shadow_by, (*self.earlier, self.champion))
            case Action.SHADOW:
                return Roles(self.champion, event.number, self.champion_by, event, self.earlier)
            case Action.ROLLBACK:
                return Roles(event.number, self.shadow, event, self.shadow_by, self.earlier[:-1])
        return self


def roles_after(events: Iterable[ModelEvent]) -> Roles:
    """Roles after all events of a log, in its order."""
    roles = Roles()
    for event in events:
        roles = roles.after(event)
    return roles
