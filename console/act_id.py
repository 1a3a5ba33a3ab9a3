"""The one-time id of a form: sent twice, whatever the way, it is carried out once."""

import re
import secrets

from fastapi.datastructures import FormData

from casework.event import Act
from console.visitor import NotAllowed, field

_ACT_ID = re.compile(r"[\w-]{16,64}", re.ASCII)


def new_act_id() -> str:
    return secrets.token_urlsafe(12)


def act_id_of(form: FormData) -> str:
    """The id of a form that was sent.

    Raises
    ------
    NotAllowed
        The form is none of ours.
    """
    given = field(form, "act_id", 80)
    if not _ACT_ID.fullmatch(given):
        raise NotAllowed("refused.form", 422)
    return given


def command_of(officer: str, act_id: str) -> str:
    """The identity under which an officer's act is in the log; nobody else's form has the same."""
    return f"console/{officer}/{act_id}"


def act_of(form: FormData, officer: str, now_ms: int) -> Act:
    """The act that a form asks for.

    Raises
    ------
    NotAllowed
        The form is none of ours.
    """
    return Act("", officer, now_ms, field(form, "reason"), {}, command_of(officer, act_id_of(form)))
