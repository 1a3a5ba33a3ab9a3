"""Users in the log of cases: who let them in, reset or shut them out."""

from casework.console_users import UserAct, act_on_user
from casework.event import Act
from console.accounts.duties import Duty
from console.accounts.user_file import User, UserFile
from jobs.casework.desk import Desk


def note_user(desk: Desk, what: UserAct, by: str, user: User) -> None:
    """Add an event to the user's chain; before the act is done, so that none happens which could not be written down.

    Raises
    ------
    CaseRefused
        Somebody would shut themselves out.
    StoreError
    """
    desk.carry_out(f"user:{user.name}", Act("", by, 0),
                   lambda before, act: act_on_user(what, act, user.name, str(user.duty), user.officer))


def add_user(desk: Desk, users: UserFile, by: str, name: str, duty: Duty, officer: str = "") -> str:
    """Add a user and say so in the log; returns the one-time password.

    Raises
    ------
    AccountError
        The name is no name, or taken.
    StoreError
    """
    password = users.add(name, duty, officer)
    try:
        note_user(desk, UserAct.ADDED, by, users.user(name))
    except Exception:
        # What is in no trail must not be: an account that nobody is said to have made.
        users.remove(name)
        raise
    return password
