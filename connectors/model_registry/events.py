"""One line of the registry's log: who did what with which model, when and why."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from connectors.errors import RegistryError


class Action(StrEnum):
    """What can happen to a model. The first five are deeds of people, the last two of jobs."""

    STORE = "store"
    PUBLISH = "publish"
    SHADOW = "shadow"
    PROMOTE = "promote"
    ROLLBACK = "rollback"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True)
class ModelEvent:
    """An event of the log; events are never changed or removed.

    Attributes
    ----------
    seq : int
        1, 2, 3 … in the order of the log.
    at_ms : int
        When, UTC ms.
    action : Action
    number, version : int, str
        The model concerned; 0 and empty for none at all, as after the rollback of the first one.
    by : str
        Officer, or the run of a job.
    why : str
    from_ms : int or None
        PUBLISH, SHADOW, PROMOTE, ROLLBACK: wanted event time, None for as soon as possible.
        TAKEN: rows from this event time on are scored with it.
    role : str
        TAKEN, REFUSED: ``champion`` or ``shadow``.
    of : int
        TAKEN, REFUSED: `seq` of the deed that is followed.
    """

    seq: int
    at_ms: int
    action: Action
    number: int
    version: str
    by: str
    why: str = ""
    from_ms: int | None = None
    role: str = ""
    of: int = 0

    def to_line(self) -> str:
        """One line of JSON with the time as people read it; what is not set is left out."""
        at = datetime.fromtimestamp(self.at_ms / 1000, UTC).isoformat(timespec="milliseconds")
        fields = {"seq": self.seq, "at": at} | {k: v for k, v in asdict(self).items() if k not in ("seq", "at_ms")}
        kept = {k: v for k, v in fields.items() if k in ("seq", "number") or v not in (None, "", 0)}
        if self.from_ms is not None:
            kept["from_ms"] = self.from_ms
        return json.dumps(kept, ensure_ascii=False) + "\n"

    @staticmethod
    def from_line(line: str) -> "ModelEvent":
        """Read what :meth:`to_line` wrote.

        Raises
        ------
        RegistryError
        """
        try:
            fields = json.loads(line)
            at_ms = round(datetime.fromisoformat(fields.pop("at")).timestamp() * 1000)
            action = Action(fields.pop("action"))
            return ModelEvent(**({"version": "", "by": ""} | fields), at_ms=at_ms, action=action)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RegistryError(
                f"the registry's log has a line that is no event: {error}; restore it from a copy, "
                "its lines are only ever added to"
            ) from error
