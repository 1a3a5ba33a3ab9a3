"""Cards put on shared lists and taken off: who may, and what is kept of it."""

from dataclasses import replace
from typing import Any

from casework.event import Act
from casework.officers import Officer, Role, acting
from casework.refusal import CaseRefused


def list_card(by: Officer | None, act: Act, area: str, word: dict[str, Any]) -> list[Act]:
    """Put one card on a list, or take it off.

    Parameters
    ----------
    area : str
        Where the card belongs; empty where nobody knows.
    word : dict
        The record of the topic ``watchlist``, with ``list``, ``card`` and ``action``, add or remove.

    Raises
    ------
    CaseRefused
    """
    _supervisor(by, act, area)
    action = "card_listed" if word["action"] == "add" else "card_unlisted"
    return [replace(act, action=action, payload={"list": word["list"], "card": word["card"], "word": word})]


def import_list(by: Officer | None, act: Act, name: str, entries: int, digest: str) -> list[Act]:
    """Put many cards on a list at once: the list's own event, with how many and the SHA-256 of what was handed in.

    Raises
    ------
    CaseRefused
    """
    _supervisor(by, act, None)
    return [replace(act, action="list_imported", payload={"list": name, "entries": entries, "sha256": digest})]


def _supervisor(by: Officer | None, act: Act, area: str | None) -> None:
    if acting(by, act.officer, area).role is not Role.SUPERVISOR:
        raise CaseRefused("not_supervisor", f"“{act.officer}”不是审批人，不能更改名单；请审批人办理",
                          f"{act.officer!r} is no supervisor and cannot change lists; ask one")
    if not act.reason.strip():
        raise CaseRefused("no_reason", "更改名单须写明理由", "a change of a list needs a reason")
