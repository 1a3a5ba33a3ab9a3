"""What a warning is about: D301 to D304, and its reasons in words."""

from collections.abc import Mapping

import numpy as np

from models.reasons import Reason
from models.victims.victim_risk import PIECES

#: Codes and their names.
NAMES = {
    "D301": ("受诱导转账", "talked into paying"),
    "D302": ("连续转空", "draining"),
    "D303": ("筹款转出", "gathering to pay out"),
    "D304": ("已被盯上，尚未付款", "already targeted, nothing paid yet"),
}


def codes_of(judged: np.void, rules: Mapping[str, float]) -> list[str]:
    """Typologies that a judged payment shows, or a call.

    Parameters
    ----------
    judged : JUDGED_ROW
    rules : mapping
        See :data:`models.victims.warning_rules.DEFAULTS`.
    """
    if not judged["paid"]:
        return ["D304"]
    codes = ["D301"]
    left = judged["balance_yuan"]
    drained = np.isfinite(left) and judged["yuan"] >= rules["drained_share"] * (judged["yuan"] + left)
    growing = judged["payments"] >= rules["growing_payments"] and 0 < judged["before_yuan"] < judged["yuan"]
    if judged["payments"] >= 2 and (drained or growing):
        codes.append("D302")
    if judged["gathered_yuan"] >= rules["gathered_share"] * judged["yuan"]:
        codes.append("D303")
    return codes


def reasons_of(judged: np.void, parts: np.ndarray) -> list[Reason]:
    """Reasons with their points in log-odds, the weightiest first; pieces that say nothing are left out.

    Parameters
    ----------
    judged : JUDGED_ROW
    parts : ndarray of float64, shape (len(PIECES),)
        As of :class:`models.victims.victim_risk.VictimRisk`.
    """
    shares = dict(zip(PIECES, parts.tolist()))
    told = [
        (shares["talk"] + shares["again"], "CALL", *_call(judged)),
        (shares["hour"] + shares["day"], "SINCE", *_since(judged)),
        (shares["caller"], "CALLER", f"来电号码风险 {judged['caller_risk']:.0f}/1000",
         f"the caller's risk: {judged['caller_risk']:.0f} of 1000"),
        (shares["payee"], "PAYEE", f"收款账户风险 {judged['payee_risk']:.0f}/1000",
         f"the payee's risk: {judged['payee_risk']:.0f} of 1000"),
        (shares["grew"], "PAYMENT", *_payment(judged)),
        (shares["shared"], "SHARED", *_shared(judged)),
    ]
    made = [Reason(code, round(points, 3), zh, en) for points, code, zh, en in told
            if abs(points) >= 0.05 or code == "PAYMENT"]
    return sorted(made, key=lambda reason: -reason.points)


def targeted_reasons(judged: np.void) -> list[Reason]:
    """Reasons of D304: a talk with a suspect, and nothing paid yet."""
    caller = Reason("CALLER", float(judged["caller_risk"]), f"来电号码风险 {judged['caller_risk']:.0f}/1000",
                    f"the caller's risk: {judged['caller_risk']:.0f} of 1000")
    return [caller, Reason("CALL", 0.0, *_call(judged))]


def _call(judged: np.void) -> tuple[str, str]:
    calls, minutes = int(judged["calls"]), judged["talk_s"] / 60.0
    who_zh, who_en = ("陌生来电", "an unknown number") if judged["unknown"] else ("可疑来电", "a suspicious number")
    return (f"三天内与{who_zh}通话 {calls} 次，共 {minutes:.0f} 分钟",
            f"{calls} call{'s' * (calls > 1)} with {who_en} within three days, {minutes:.0f} minutes in all")


def _since(judged: np.void) -> tuple[str, str]:
    minutes = judged["since_min"]
    if minutes <= 0:
        return "通话尚未结束即转账", "paid while the call was going on"
    return f"挂断后 {minutes:.0f} 分钟转账", f"paid {minutes:.0f} minutes after the call"


def _shared(judged: np.void) -> tuple[str, str]:
    others, payers = int(judged["together"]) - 1, int(judged["payers"]) - 1
    return (f"向该账户有可疑付款的另外 {payers} 人中，{others} 人也与同一来电通过话",
            f"of {payers} others with a remarkable payment to this account, {others} had talked with the same number")


def _payment(judged: np.void) -> tuple[str, str]:
    zh, en = f"向新收款人转账 {judged['yuan']:,.2f} 元", f"{judged['yuan']:,.2f} yuan to a new payee"
    if judged["before_yuan"] > 0:
        zh += f"，上一笔 {judged['before_yuan']:,.2f} 元"
        en += f", {judged['before_yuan']:,.2f} the time before"
    if np.isfinite(judged["balance_yuan"]):
        zh += f"，余额 {judged['balance_yuan']:,.2f} 元"
        en += f"; {judged['balance_yuan']:,.2f} are left"
    return zh, en
