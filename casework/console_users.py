"""Acts on the console's users, for the case log: who let whom in, reset or shut out whom."""

from enum import StrEnum

from casework.event import Act
from casework.refusal import CaseRefused

#: Stands before a user's name where a person acts who is bound to no officer; no officer has a colon in theirs.
PREFIX = "user:"


class UserAct(StrEnum):
    """What can be done to a user; stored, hence public."""

    ADDED = "user_added"
    DISABLED = "user_disabled"
    RESET = "user_reset"


def act_on_user(what: UserAct, act: Act, name: str, duty: str, officer: str) -> list[Act]:
    """Return the act as it is written down.

    Raises
    ------
    CaseRefused
        Somebody would shut themselves out.
    """
    if what is not UserAct.ADDED and act.officer == f"{PREFIX}{name}":
        raise CaseRefused("own_user", "不能停用或重置本人账号；请另一名管理员办理",
                          "one cannot disable or reset one's own user; another administrator must")
    return [Act(what.value, act.officer, act.at_ms, act.reason, {"duty": duty, "officer": officer}, act.command_id)]
