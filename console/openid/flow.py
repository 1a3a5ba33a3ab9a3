"""What we remember between sending a browser to the provider and its coming back: once, for one browser."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from console.accounts.user_file import UserFile
from console.errors import OpenIdRefused

#: How long somebody may take at the provider (ours).
LONGEST_MS = 10 * 60_000


@dataclass(frozen=True)
class Flow:
    """A sign-in that has begun; `after` is the page that was asked for."""

    state: str
    nonce: str
    verifier: str
    browser: str
    after: str


def begin_flow(users: UserFile, after: str) -> Flow:
    """Remember a new one: state and browser as hashes only."""
    flow = Flow(*(secrets.token_urlsafe(32) for _ in range(2)), secrets.token_urlsafe(48), secrets.token_urlsafe(32),
                after)
    now = users.now_ms()
    users.change("DELETE FROM openid_flows WHERE at_ms < ?", now - LONGEST_MS)
    users.change("INSERT INTO openid_flows VALUES (?, ?, ?, ?, ?, ?)", _hash(flow.state), _hash(flow.browser),
                 flow.nonce, flow.verifier, after, now)
    return flow


def take_flow(users: UserFile, state: str, browser: str) -> Flow:
    """Return the sign-in that a state belongs to, and forget it: it is good once.

    Raises
    ------
    OpenIdRefused
        Nobody began it, it came back already, it took too long, or another browser began it.
    """
    found = users.rows("SELECT browser_hash, nonce, verifier, after, at_ms FROM openid_flows WHERE state_hash = ?",
                       _hash(state))
    taken = users.change("DELETE FROM openid_flows WHERE state_hash = ?", _hash(state))
    if not found or not taken:
        raise OpenIdRefused("the state is unknown or was used")
    browser_hash, nonce, verifier, after, at_ms = found[0]
    if users.now_ms() - at_ms > LONGEST_MS:
        raise OpenIdRefused("the sign-in took too long")
    if not hmac.compare_digest(browser_hash, _hash(browser)):
        raise OpenIdRefused("the sign-in was begun by another browser")
    return Flow(state, nonce, verifier, browser, after)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
