"""Tokens in the log of cases: who made one, who ended it."""

from casework.event import Act
from console.accounts.tokens import Token
from console.accounts.user_file import User
from jobs.casework.desk import Desk

MADE, REVOKED = "token_made", "token_revoked"


def note_token(desk: Desk, action: str, by: str, token: Token) -> None:
    """Add an event to the token's chain.

    Raises
    ------
    StoreError
    """
    payload = {"user": token.user, "name": token.name, "scopes": list(token.scopes), "expires_ms": token.expires_ms}
    desk.carry_out(f"token:{token.token_id}", Act(action, by, 0, "", payload if action == MADE else {}),
                   lambda before, act: [act])


def name_of(user: User) -> str:
    """How a user stands in the log: as their officer; otherwise by a name that no officer can have."""
    return user.officer or f"user:{user.name}"
