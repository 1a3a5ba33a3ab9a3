"""A warning of a victim as it is stored and sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from features.hashing import combine
from features.person_columns import JUDGED_ROW
from features.validate import ABSENT
from models.reasons import Reason

#: What a stored warning was decided on, in the order of `feature_values`.
_COUNTED = ("calls", "payments", "together", "payers", "unknown", "paid")
VALUES = tuple(name for name in JUDGED_ROW.names if JUDGED_ROW[name].kind == "f" or name in _COUNTED)


@dataclass(frozen=True)
class WarningRow:
    """A warning as it is stored; field names are the columns of the table ``warnings``.

    For the victim's sake: whoever reads it reaches the person. It names no measure, and none may be
    taken against the person's cards for it.
    """

    warning_id: str
    person: str
    account: str
    typologies: list[str]
    level: str
    risk: int
    event_time: int
    transfer_uid: int
    payee: str
    amount_fen: int
    balance_after_fen: int | None
    payee_risk: float
    caller: str
    call_time: int | None
    talk_s: int
    calls: int
    caller_risk: float
    reasons_zh: list[str]
    reasons_en: list[str]
    reason_codes: list[str]
    reason_points: list[float]
    feature_names: list[str]
    feature_values: list[float]
    rules_version: str
    version: int


def warning_row(
    one: np.void, risk: float, level: str, codes: list[str], reasons: Sequence[Reason], rules_version: str
) -> WarningRow:
    """The warning of a judged payment or call (JUDGED_ROW)."""
    # Of a call there is one warning for each caller and person: the calls add up.
    about = one["uid"] if one["paid"] else np.uint64(one["caller"])
    balance = int(one["balance_fen"])
    return WarningRow(
        warning_id=f"{int(combine(np.uint64(one['entity']), np.uint64(about))):016x}",
        person=_name("phone", one["number"], one["digits"]),
        account=_name("account", one["account"], one["account_digits"]),
        typologies=codes,
        level=level,
        risk=round(risk),
        event_time=int(one["time"]),
        transfer_uid=int(one["uid"]) if one["paid"] else 0,
        payee=_name("account", one["payee"], one["payee_digits"]),
        amount_fen=int(one["fen"]),
        balance_after_fen=balance if balance != ABSENT else None,
        payee_risk=round(float(one["payee_risk"]), 1),
        caller=_name("phone", one["caller"], one["caller_digits"]),
        call_time=int(one["call_time"]) if one["calls"] else None,
        talk_s=int(one["talk_s"]),
        calls=int(one["calls"]),
        caller_risk=round(float(one["caller_risk"]), 1),
        reasons_zh=[reason.zh for reason in reasons],
        reasons_en=[reason.en for reason in reasons],
        reason_codes=[reason.code for reason in reasons],
        reason_points=[reason.points for reason in reasons],
        feature_names=list(VALUES),
        feature_values=[float(one[name]) if np.isfinite(one[name]) else -1.0 for name in VALUES],
        rules_version=rules_version,
        version=int(one["version"]) if one["paid"] else int(one["calls"]),
    )


def newest(rows: Iterable[WarningRow]) -> list[WarningRow]:
    """Each warning once, with its highest version, of equal ones the last: what the store keeps of them.

    Not simply the last: a caller's calls leave the window again, and their number is the version. Were the last of
    a step told, it would depend on where steps end.
    """
    kept: dict[str, WarningRow] = {}
    for row in rows:
        known = kept.get(row.warning_id)
        if known is None or row.version >= known.version:
            kept[row.warning_id] = row
    return list(kept.values())


def _name(kind: str, number: np.uint64, digits: np.uint8) -> str:
    return f"{kind}:{str(int(number)).zfill(int(digits))}" if digits else ""
