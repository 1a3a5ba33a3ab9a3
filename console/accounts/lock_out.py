"""Lock-out: after some failures a name has to wait, twice as long after each further one."""

from console.accounts.user_file import UserFile

#: Failures that cost nothing, first wait and longest wait (ours). A name that nobody has is locked
#: alike, so that a lock tells nothing.
FREE, FIRST_MS, LONGEST_MS = 5, 30_000, 15 * 60_000
#: Failures are forgotten after so long (ours).
_MEMORY_MS = 24 * 3_600_000


def locked_ms(users: UserFile, name: str) -> int:
    """Return how long a name still has to wait, 0 if not."""
    found = users.rows("SELECT locked_until_ms FROM attempts WHERE name = ?", name)
    return max(0, found[0][0] - users.now_ms()) if found else 0


def note_failure(users: UserFile, name: str) -> None:
    """Count a wrong password or code."""
    now = users.now_ms()
    users.change("DELETE FROM attempts WHERE at_ms < ?", now - _MEMORY_MS)
    users.change("INSERT INTO attempts VALUES (?, 1, 0, ?) ON CONFLICT (name) DO UPDATE SET failures = failures + 1, "
                 "at_ms = excluded.at_ms", name, now)
    failures = users.rows("SELECT failures FROM attempts WHERE name = ?", name)[0][0]
    if failures >= FREE:
        wait = min(LONGEST_MS, FIRST_MS * 2 ** min(failures - FREE, 20))
        users.change("UPDATE attempts SET locked_until_ms = ? WHERE name = ?", now + wait, name)


def forget_failures(users: UserFile, name: str) -> None:
    users.change("DELETE FROM attempts WHERE name = ?", name)
