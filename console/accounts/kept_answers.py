"""First answers to acts of programs, so that one that is sent twice is carried out once."""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from console.accounts.user_file import UserFile

#: How long an answer is kept; how long an act may take before another may try in its place (ours).
KEPT_MS, RUNNING_MS = 24 * 3_600_000, 60_000
_KEY_BYTES = 32


class Claim(StrEnum):
    """What stands under a key."""

    MINE = "mine"
    RUNNING = "running"
    OTHER = "other"
    DONE = "done"


@dataclass(frozen=True)
class Kept:
    """What `claim_key` found; `answer` is empty but for `Claim.DONE`."""

    claim: Claim
    answer: str = ""


def claim_key(users: UserFile, token_id: str, key: str, asked: str) -> Kept:
    """Take a key for an act, or return what stands there. Of two at once one gets it.

    Parameters
    ----------
    key : str
        As the program chose it; it counts for its token alone.
    asked : str
        All that the act depends on. Kept as a keyed hash only, since it may hold a number.
    """
    now, wanted = users.now_ms(), _fingerprint(users, asked)
    users.change("DELETE FROM kept_answers WHERE at_ms < ? OR (answer = '' AND at_ms < ?)", now - KEPT_MS,
                 now - RUNNING_MS)
    if users.change("INSERT OR IGNORE INTO kept_answers VALUES (?, ?, ?, '', ?)", token_id, key, wanted, now):
        return Kept(Claim.MINE)
    found = users.rows("SELECT asked, answer FROM kept_answers WHERE token_id = ? AND key = ?", token_id, key)
    if not found:
        return Kept(Claim.RUNNING)  # given up between the two statements: as good as running
    asked_before, answer = found[0]
    if not hmac.compare_digest(asked_before, wanted):
        return Kept(Claim.OTHER)
    return Kept(Claim.DONE, answer) if answer else Kept(Claim.RUNNING)


def keep_answer(users: UserFile, token_id: str, key: str, answer: str) -> None:
    users.change("UPDATE kept_answers SET answer = ? WHERE token_id = ? AND key = ?", answer, token_id, key)


def give_up_key(users: UserFile, token_id: str, key: str) -> None:
    """Nothing came of the act: the key is free again."""
    users.change("DELETE FROM kept_answers WHERE token_id = ? AND key = ? AND answer = ''", token_id, key)


def _fingerprint(users: UserFile, asked: str) -> str:
    return hmac.new(users.key("fingerprints", _KEY_BYTES), asked.encode(), hashlib.sha256).hexdigest()
