"""A shard of persons at work: calls and payments of a person, joined; remarkable payments and warnings out."""

from dataclasses import dataclass

import numpy as np

from features.bounds import Bounds
from features.payee_rows import PAYEE_ROW, payee_rows
from features.person_features import PersonFeatures
from features.person_rows import PERSON_ROW
from jobs.feature_shard import FeatureShard
from jobs.warning_row import WarningRow, newest, warning_row
from models.victims.victim_risk import TOLD_FROM, victim_risk
from models.victims.victim_typologies import codes_of, targeted_reasons
from models.victims.warning_rules import WarningRules

#: A warning of D304 gets this risk: nothing is lost yet (ours).
_TARGETED_RISK = 200.0


@dataclass(frozen=True)
class PersonOutcome:
    """What a step found: warnings of D304, and payments that the payees' shards look at further (PAYEE_ROW)."""

    warnings: list[WarningRow]
    payments: np.ndarray


class PersonShard(FeatureShard):
    """One shard of persons: sub-batches of PERSON_ROW in; the same laws as a card shard."""

    def __init__(self, rules: WarningRules, bounds: Bounds = Bounds()):
        super().__init__(PersonFeatures(bounds), PERSON_ROW)
        self._rules = rules

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"person": len(self._features.table)}

    def step(self, watermark_ms: int) -> PersonOutcome:
        """What the watermark lets out; of a warning that changed in this step its highest version."""
        judged = self._features.advance(watermark_ms)
        calls = newest(self._of_calls(judged[judged["paid"] == 0]))
        return PersonOutcome(calls, self._of_payments(judged[judged["paid"] == 1]))

    def _of_payments(self, judged: np.ndarray) -> np.ndarray:
        judged = judged[judged["talk_s"] >= self._rules.values["talk_s"]]
        if judged.size == 0:
            return np.empty(0, PAYEE_ROW)
        least = min(TOLD_FROM, self._rules.values["warn_from"])
        return payee_rows(judged[victim_risk(judged).risk >= least])

    def _of_calls(self, judged: np.ndarray) -> list[WarningRow]:
        rules = self._rules.values
        chosen = (judged["caller_risk"] >= rules["targeted_risk"]) & (judged["talk_s"] >= rules["targeted_talk_s"])
        return [warning_row(one, _TARGETED_RISK, "yellow", codes_of(one, rules), targeted_reasons(one),
                            self._rules.version) for one in judged[chosen]]
