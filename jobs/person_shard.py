"""A shard of persons at work: calls and payments of a person, joined; warnings out."""

from dataclasses import dataclass

import numpy as np

from features.bounds import Bounds
from features.hashing import combine
from features.person_columns import JUDGED_ROW
from features.person_features import PersonFeatures
from features.person_rows import PERSON_ROW
from features.subbatch import SubBatch
from features.validate import ABSENT
from models.victims.victim_risk import victim_risk
from models.victims.victim_typologies import codes_of, reasons_of, targeted_reasons
from models.victims.warning_rules import WarningRules

#: What a stored warning was decided on, in the order of `feature_values`.
_COUNTED = ("calls", "payments", "unknown", "paid")
VALUES = tuple(name for name in JUDGED_ROW.names if JUDGED_ROW[name].kind == "f" or name in _COUNTED)
#: A warning of D304 gets this risk: nothing is lost yet (ours).
_TARGETED_RISK = 200.0


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


class PersonShard:
    """One shard of persons: sub-batches of PERSON_ROW in, warnings out; the same laws as a card shard.

    A warning is of one payment, or of a call where nothing was paid. It is given again, with a higher
    version, when a call or payment becomes known that changes it.
    """

    def __init__(self, rules: WarningRules, bounds: Bounds = Bounds()):
        self._rules = rules
        self._features = PersonFeatures(bounds)

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row that waits; the largest int64 when none does."""
        return self._features.order.held_from_ms

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return self._features.nbytes

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"person": len(self._features.table)}

    def push(self, payload: bytes) -> None:
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, PERSON_ROW))

    def push_batch(self, batch: SubBatch) -> None:
        self._features.push(batch.rows)

    def step(self, watermark_ms: int) -> list[WarningRow]:
        """Warnings of what the watermark lets out, each as it stands at the end of the step."""
        judged = self._features.advance(watermark_ms)
        found: dict[str, WarningRow] = {}
        for row in (*self._of_payments(judged[judged["paid"] == 1]), *self._of_calls(judged[judged["paid"] == 0])):
            found[row.warning_id] = row
        return list(found.values())

    def _of_payments(self, judged: np.ndarray) -> list[WarningRow]:
        rules = self._rules.values
        judged = judged[judged["talk_s"] >= rules["talk_s"]]
        if judged.size == 0:
            return []
        score = victim_risk(judged)
        rows = []
        for at in np.flatnonzero(score.risk >= rules["warn_from"]).tolist():
            one, risk = judged[at], float(score.risk[at])
            level = "red" if risk >= rules["urgent_from"] else "orange"
            rows.append(self._row(one, risk, level, codes_of(one, rules), reasons_of(one, score.parts[at])))
        return rows

    def _of_calls(self, judged: np.ndarray) -> list[WarningRow]:
        rules = self._rules.values
        chosen = (judged["caller_risk"] >= rules["targeted_risk"]) & (judged["talk_s"] >= rules["targeted_talk_s"])
        return [self._row(one, _TARGETED_RISK, "yellow", codes_of(one, rules), targeted_reasons(one))
                for one in judged[chosen]]

    def _row(self, one: np.void, risk: float, level: str, codes: list[str], reasons) -> WarningRow:
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
            rules_version=self._rules.version,
            version=int(one["version"]) if one["paid"] else int(one["calls"]),
        )

    def snapshot(self) -> bytes:
        return self._features.snapshot()

    def restore(self, blob: bytes) -> None:
        self._features.restore(blob)


def _name(kind: str, number: np.uint64, digits: np.uint8) -> str:
    return f"{kind}:{str(int(number)).zfill(int(digits))}" if digits else ""
