"""The demonstration: one user for each duty over simulated data, with passwords made anew at each start."""

from pathlib import Path

from casework.event import Act
from casework.officers import Role, add_officer
from connectors.clickhouse import open_store
from connectors.store_url import parse_store_url
from console.accounts.duties import BOUND, Duty
from console.accounts.user_file import UserFile
from console.errors import UnsafeServing
from jobs.casework.desk import Desk
from jobs.casework.policy_file import load_policy
from jobs.settings import Settings

#: Users by duty; those who act on cases are named as the officers they are.
DEMO_USERS = {Duty.SUPERVISOR: "wang-fang", Duty.OFFICER: "li-wei", Duty.AUDITOR: "zhou-yi", Duty.ANALYST: "analyst",
              Duty.OPERATOR: "operator", Duty.ADMINISTRATOR: "admin"}


def require_simulated(settings: Settings) -> None:
    """Refuse a store that may hold real data.

    Raises
    ------
    UnsafeServing
    """
    if parse_store_url(settings.store).path is None:
        raise UnsafeServing(f"--demo is for simulated data in an embedded store, got {settings.store}; leave --demo "
                            "out")


def demo_users(settings: Settings, path: Path) -> tuple[UserFile, dict[str, tuple[Duty, str]]]:
    """Make the file of users anew, and register their officers where they are not.

    Returns
    -------
    users : UserFile
    given : dict
        Duty and password by user.
    """
    path.unlink(missing_ok=True)
    users, given = UserFile(path), {}
    policy, _ = load_policy(settings.casework)
    with open_store(settings.store) as store:
        desk = Desk(store, policy)
        there = {officer.name: officer for officer in desk.officers() if officer.active}
        boss = next((o.name for o in there.values() if o.role is Role.SUPERVISOR), DEMO_USERS[Duty.SUPERVISOR])
        for duty, name in DEMO_USERS.items():
            if duty in BOUND and name not in there:
                role = Role.SUPERVISOR if duty is Duty.SUPERVISOR else Role.HANDLER
                desk.on_officer(name, Act("", boss, 0), add_officer, role=role, territories=("*",))
            given[name] = duty, users.add(name, duty, name if duty in BOUND else "")
            users.set_password(name, given[name][1])
    return users, given
