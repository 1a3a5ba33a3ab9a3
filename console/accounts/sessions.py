"""Sessions on the server: the browser holds a random id, the file only its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from console.accounts.user_file import UserFile

#: A session ends after so long without a request, and after so long in any case (ours: a tea break, a shift).
IDLE_MS, LONGEST_MS = 30 * 60_000, 10 * 3_600_000
#: Steps before the last are short.
_STEP_MS = 10 * 60_000
#: How stale the time of the last request may be, which saves a write per request.
_SEEN_MS = 20_000


class Stage(StrEnum):
    """How far somebody has come; only `FULL` opens pages."""

    CHANGE = "change"
    ENROL = "enrol"
    CODE = "code"
    FULL = "full"


@dataclass(frozen=True)
class Session:
    """A session.

    Attributes
    ----------
    form_token : str
        Every form of the session carries it.
    pending : str
        A secret of a second factor that is being set up.
    """

    id_hash: str
    user: str
    stage: Stage
    form_token: str
    pending: str
    created_ms: int
    seen_ms: int


def begin(users: UserFile, user: str, stage: Stage, pending: str = "") -> str:
    """Begin a session, and return the id for the cookie."""
    given, now = secrets.token_urlsafe(32), users.now_ms()
    users.change("DELETE FROM sessions WHERE seen_ms < ? OR created_ms < ?", now - IDLE_MS, now - LONGEST_MS)
    users.change("DELETE FROM purposes WHERE id_hash NOT IN (SELECT id_hash FROM sessions)")
    users.change("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", _hash(given), user, stage.value,
                 secrets.token_urlsafe(32), pending, now, now)
    return given


def session_of(users: UserFile, given: str | None, is_act: bool = True) -> Session | None:
    """Return the session of a cookie, None if there is none or it has ended.

    Parameters
    ----------
    is_act : bool
        Whether a person did something; what a page does by itself keeps no session alive.
    """
    if not given:
        return None
    found = users.rows("SELECT id_hash, user, stage, form_token, pending, created_ms, seen_ms FROM sessions "
                       "WHERE id_hash = ?", _hash(given))
    if not found:
        return None
    id_hash, user, stage, form_token, pending, created_ms, seen_ms = found[0]
    session = Session(id_hash, user, Stage(stage), form_token, pending, created_ms, seen_ms)
    now = users.now_ms()
    longest = LONGEST_MS if session.stage is Stage.FULL else _STEP_MS
    if now - session.seen_ms > IDLE_MS or now - session.created_ms > longest:
        end(users, session)
        return None
    if is_act and now - session.seen_ms > _SEEN_MS:
        users.change("UPDATE sessions SET seen_ms = ? WHERE id_hash = ?", now, session.id_hash)
    return session


def end(users: UserFile, session: Session) -> None:
    users.change("DELETE FROM purposes WHERE id_hash = ?", session.id_hash)
    users.change("DELETE FROM sessions WHERE id_hash = ?", session.id_hash)


def state_purpose(users: UserFile, session: Session, subject: str, purpose: str) -> None:
    """Remember what a subject is looked up for, as long as the session lasts."""
    users.change("INSERT OR REPLACE INTO purposes VALUES (?, ?, ?)", session.id_hash, _hash(subject), purpose)


def stated_purpose(users: UserFile, session: Session, subject: str) -> str:
    """What the session said a subject is looked up for, empty if it did not."""
    found = users.rows("SELECT purpose FROM purposes WHERE id_hash = ? AND subject = ?", session.id_hash,
                       _hash(subject))
    return found[0][0] if found else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
