"""Figures that the police count themselves: who may bring them, and what they add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from casework.event import Act
from casework.officers import Officer, Role, acting
from casework.refusal import CaseRefused

#: What happened on a day is added up over days.
COUNTED = ("cases", "solved", "arrests", "loss_fen")
#: How things stand at the end of a day: people who live there, and those of them whom prevention reached.
STANDING = ("people", "covered")
NAMES = COUNTED + STANDING


def import_figures(by: Officer | None, act: Act, rows: int, days: tuple[str, str], digest: str) -> list[Act]:
    """Return the event of an import: how many rows, of which days, and the SHA-256 of what was handed in.

    Raises
    ------
    CaseRefused
    """
    if acting(by, act.officer).role is not Role.SUPERVISOR:
        raise CaseRefused("not_supervisor", f"“{act.officer}”不是审批人，不能导入数据；请审批人办理",
                          f"{act.officer!r} is no supervisor and cannot import figures; ask one")
    if not act.reason.strip():
        raise CaseRefused("no_reason", "导入数据须写明来源", "figures need a reason that says where they come from")
    return [replace(act, action="figures_imported",
                    payload={"rows": rows, "since": days[0], "until": days[1], "sha256": digest})]


def summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up figures of areas.

    Parameters
    ----------
    rows : iterable of mapping
        area, figure, total, latest.

    Returns
    -------
    dict
        Each of `NAMES`, None where nobody gave one, and `coverage` within [0, 1], over the areas that gave both.

    Examples
    --------
    >>> found = summed([{"area": "510104", "figure": "cases", "total": 3, "latest": 1},
    ...                 {"area": "510104", "figure": "people", "total": 900, "latest": 300},
    ...                 {"area": "510104", "figure": "covered", "total": 500, "latest": 240}])
    >>> found["cases"], found["people"], found["coverage"], found["arrests"]
    (3, 300, 0.8, None)
    """
    found: dict[str, Any] = dict.fromkeys(NAMES)
    standing: dict[str, dict[str, int]] = {}
    for row in rows:
        name = row["figure"]
        value = row["total"] if name in COUNTED else row["latest"]
        found[name] = (found[name] or 0) + value
        if name in STANDING:
            standing.setdefault(row["area"], {})[name] = value
    both = [each for each in standing.values() if len(each) == len(STANDING)]
    people = sum(each["people"] for each in both)
    return found | {"coverage": sum(each["covered"] for each in both) / people if people else None}
