"""Tokens of the REST interface: a program acts with one in its user's name. The file holds only their hashes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from console.accounts.scopes import Scope, scopes_of
from console.accounts.user_file import User, UserFile
from console.errors import AccountError

DAY_MS = 86_400_000
#: Longest life, tokens of one user at once, and longest name (ours).
LONGEST_DAYS, MOST, LONGEST_NAME = 90, 20, 64
#: By which scanners of secrets find one that was left lying about.
PREFIX = "duanka_"
#: How stale the time of the last use may be, which saves a write per request.
_USED_MS = 20_000
_COLUMNS = "token_id, user, name, scopes, created_ms, expires_ms, used_ms"


@dataclass(frozen=True)
class Token:
    """A token, without the secret that it is shown by; `used_ms` is 0 before its first use."""

    token_id: str
    user: str
    name: str
    scopes: tuple[Scope, ...]
    created_ms: int
    expires_ms: int
    used_ms: int


def make_token(users: UserFile, user: User, name: str, scopes: Sequence[str], days: int) -> tuple[Token, str]:
    """Make a token, and return it with the secret, which nobody can show again.

    Raises
    ------
    AccountError
        The user is disabled, the name or life is not good, the user's duty does not open a scope, or there are
        too many.
    """
    if not user.active:
        raise AccountError(f"the user {user.name!r} is disabled; duanka console user reset {user.name} lets them in")
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise AccountError(f"a token has a name of up to {LONGEST_NAME} printable characters, got {name!r}")
    if not 1 <= days <= LONGEST_DAYS:
        raise AccountError(f"a token lives 1 to {LONGEST_DAYS} days, got {days}")
    may = scopes_of(user.duty)
    wrong = [scope for scope in scopes if scope not in may]
    if wrong or not scopes:
        raise AccountError(f"a token of the duty {user.duty} has one or more of {', '.join(may) or 'no scope at all'}; "
                           f"got {', '.join(map(str, scopes)) or 'none'}")
    now = users.now_ms()
    users.change("DELETE FROM tokens WHERE expires_ms < ?", now - LONGEST_DAYS * DAY_MS)
    if sum(token.expires_ms > now for token in tokens_of(users, user.name)) >= MOST:
        raise AccountError(f"a user has at most {MOST} tokens; revoke one first")
    secret = PREFIX + secrets.token_urlsafe(32)
    chosen = tuple(scope for scope in Scope if scope in scopes)
    token = Token(secrets.token_hex(6), user.name, name.strip(), chosen, now, now + days * DAY_MS, 0)
    users.change(f"INSERT INTO tokens ({_COLUMNS}, secret_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", token.token_id,
                 token.user, token.name, " ".join(chosen), token.created_ms, token.expires_ms, 0, _hash(secret))
    return token, secret


def tokens_of(users: UserFile, user: str = "") -> list[Token]:
    """The tokens of a user, or all, the latest first; those that are over as well, for a while."""
    return [_token(row) for row in users.rows(
        f"SELECT {_COLUMNS} FROM tokens WHERE ? = '' OR user = ? ORDER BY created_ms DESC, token_id", user, user)]


def revoke_token(users: UserFile, token_id: str, user: str = "") -> Token | None:
    """End a token at once, and return what it was; None if there is none such, or it is another user's."""
    found = [token for token in tokens_of(users, user) if token.token_id == token_id]
    return found[0] if found and users.change("DELETE FROM tokens WHERE token_id = ?", token_id) else None


def token_of(users: UserFile, secret: str) -> tuple[Token, User] | None:
    """Return token and user of a secret; None if it is unknown or over, or its user is not let in any longer.

    The scopes are those that the user's duty still opens.
    """
    found = users.rows(f"SELECT {_COLUMNS} FROM tokens WHERE secret_hash = ?", _hash(secret))
    if not found:
        return None
    token, now = _token(found[0]), users.now_ms()
    user = users.user(token.user)
    if user is None or not user.active or now >= token.expires_ms:
        return None
    if now - token.used_ms > _USED_MS:
        users.change("UPDATE tokens SET used_ms = ? WHERE token_id = ?", now, token.token_id)
    may = scopes_of(user.duty)
    return Token(**vars(token) | {"scopes": tuple(scope for scope in token.scopes if scope in may)}), user


def _token(row: tuple) -> Token:
    token_id, user, name, scopes, created_ms, expires_ms, used_ms = row
    known = tuple(scope for scope in Scope if scope in scopes.split())
    return Token(token_id, user, name, known, created_ms, expires_ms, used_ms)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
