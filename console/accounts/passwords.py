"""Passwords: Argon2id, a one-time password for the beginning, and what a new one must be."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: RFC 9106's second choice, 64 MiB and three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
#: Hashings at once; each takes the memory above, and nobody shall fill a machine by guessing (ours).
_GATE = threading.Semaphore(2)
#: Letters and digits that nobody confuses.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SHORTEST, LONGEST = 12, 128


def one_time_password() -> str:
    """Return 20 characters in groups of five: 99 bits."""
    letters = [secrets.choice(_ALPHABET) for _ in range(20)]
    return "-".join("".join(letters[i:i + 5]) for i in range(0, 20, 5))


def hash_password(password: str) -> str:
    with _GATE:
        return _HASHER.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one. Takes as long where there is no user, so that time tells nothing."""
    with _GATE:
        try:
            return _HASHER.verify(stored or _nobodys(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_good(password: str, user: str) -> bool:
    """Whether a person may choose it: long enough, not one character repeated, not their name."""
    return (SHORTEST <= len(password) <= LONGEST and len(set(password)) >= 5
            and user.casefold() not in password.casefold())


_nobody: list[str] = []


def _nobodys() -> str:
    if not _nobody:
        _nobody.append(_HASHER.hash(secrets.token_hex(16)))
    return _nobody[0]
