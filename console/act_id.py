"""The one-time id of a form: sent twice, whatever the way, it is carried out once."""

import re
import secrets

from fastapi.datastructures import FormData

from casework.event import Act
from console.visitor import NotAllowed, field

_ACT_ID = re.compile(r"[\w-]{16,64}", re.ASCII)


def new_act_id() -> str:
    return secrets.token_urlsafe(12)


def act_of(form: FormData, officer: str, now_ms: int) -> Act:
    """The act that a form asks for, under an identity that nobody else's form has.

    Raises
    ------
    NotAllowed
        The form is none of ours.
    """
    given = field(form, "act_id", 80)
    if not _ACT_ID.fullmatch(given):
        raise NotAllowed("refused.form", 422)
    return Act("", officer, now_ms, field(form, "reason"), {}, f"console/{officer}/{given}")
