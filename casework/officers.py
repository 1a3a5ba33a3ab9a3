"""The officers: who they are, what they may do, and where."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.event import Act, Event
from casework.refusal import CaseRefused

_NAME = re.compile(r"[^\s:/]{1,64}")
_TERRITORY = re.compile(r"\d{2,6}|\*")


class Role(StrEnum):
    """A handler works leads and proposes measures; a supervisor may do that and approve others' measures."""

    HANDLER = "handler"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Officer:
    """A named person.

    Attributes
    ----------
    territories : tuple of str
        Beginnings of six-digit area codes (GB/T 2260), or ``*`` for everywhere.
    """

    name: str
    role: Role = Role.HANDLER
    territories: tuple[str, ...] = ("*",)
    active: bool = True

    def covers(self, area: str) -> bool:
        """Whether a card of this area is theirs; one whose area nobody knows is everybody's."""
        return not area or any(t == "*" or area.startswith(t) for t in self.territories)


def officer_from(events: Sequence[Event]) -> Officer | None:
    """Return how an officer stands after their events, None without any."""
    officer = None
    for event in events:
        act = event.act
        if act.action == "officer_added":
            officer = Officer(event.subject.partition(":")[2], Role(act.payload["role"]),
                              tuple(act.payload["territories"]))
        elif act.action == "officer_retired" and officer is not None:
            officer = Officer(officer.name, officer.role, officer.territories, active=False)
    return officer


def acting(officer: Officer | None, name: str, area: str | None = None) -> Officer:
    """Return the officer if they may act, in an area if one is named.

    Raises
    ------
    CaseRefused
    """
    if officer is None:
        raise CaseRefused("unknown_officer", f"没有名为“{name}”的民警；先用 duanka officer add 登记",
                          f"no officer is called {name!r}; register them with duanka officer add")
    if not officer.active:
        raise CaseRefused("inactive_officer", f"民警“{name}”已停用，不能办理；换一名在岗民警",
                          f"the officer {name!r} is retired and cannot act; name an active one")
    if area is not None and not officer.covers(area):
        raise CaseRefused(
            "outside_territory",
            f"该卡属地 {area} 不在“{name}”的辖区（{'、'.join(officer.territories)}）内；转给属地民警",
            f"the card belongs to area {area}, outside the territory of {name!r} ({', '.join(officer.territories)}); "
            "hand it to an officer of that area")
    return officer


def add_officer(existing: Officer | None, by: Officer | None, act: Act, name: str, role: Role,
                territories: Iterable[str], is_first: bool) -> list[Act]:
    """Register a person; the very first is a supervisor and registers themselves.

    Raises
    ------
    CaseRefused
    """
    territories = tuple(territories)
    if not _NAME.fullmatch(name) or not name.isprintable() or len(name.encode()) > 64:
        raise CaseRefused("bad_name", f"姓名不超过 64 字节，不含空格、冒号和斜线，得到“{name}”",
                          f"an officer is named by up to 64 bytes without space, ':' or '/', got {name!r}")
    if not territories or any(not _TERRITORY.fullmatch(t) for t in territories):
        raise CaseRefused("bad_territory", f"辖区为行政区划代码前 2 至 6 位，或 *，得到 {territories}",
                          f"a territory is the first 2 to 6 digits of an area code, or *, got {territories}")
    if is_first:
        if role is not Role.SUPERVISOR:
            raise CaseRefused("first_is_supervisor", "登记的第一人须为审批人（--role supervisor）",
                              "the first officer registered must be a supervisor (--role supervisor)")
    else:
        _supervisor(by, act.officer)
    if existing is not None and existing.active:
        raise CaseRefused("known_officer", f"民警“{name}”已登记；先停用再重新登记",
                          f"the officer {name!r} is registered already; retire them before registering them anew")
    payload = {"role": str(role), "territories": list(territories)}
    return [Act("officer_added", act.officer, act.at_ms, act.reason, payload, act.command_id)]


def retire_officer(existing: Officer | None, by: Officer | None, act: Act, name: str) -> list[Act]:
    """Take the right to act from a person; what they did stays.

    Raises
    ------
    CaseRefused
    """
    _supervisor(by, act.officer)
    acting(existing, name)
    return [Act("officer_retired", act.officer, act.at_ms, act.reason, {}, act.command_id)]


def _supervisor(by: Officer | None, name: str) -> None:
    if acting(by, name).role is not Role.SUPERVISOR:
        raise CaseRefused("not_supervisor", f"“{name}”不是审批人，不能登记或停用民警",
                          f"{name!r} is no supervisor and cannot register or retire officers")
