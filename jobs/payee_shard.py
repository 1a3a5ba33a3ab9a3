"""A shard of payees at work: remarkable payments held against each other; warnings out."""

import numpy as np

from features.bounds import Bounds
from features.payee_features import PayeeFeatures
from features.payee_rows import PAYEE_ROW
from jobs.feature_shard import FeatureShard
from jobs.warning_row import WarningRow, newest, warning_row
from models.victims.victim_risk import victim_risk
from models.victims.victim_typologies import codes_of, reasons_of
from models.victims.warning_rules import WarningRules


class PayeeShard(FeatureShard):
    """One shard of payees: sub-batches of PAYEE_ROW in, warnings out; the same laws as a card shard.

    A warning is of one payment. It is given again, with a higher version, when a call or payment becomes known that
    changes it, be it another person's.
    """

    def __init__(self, rules: WarningRules, bounds: Bounds = Bounds()):
        super().__init__(PayeeFeatures(bounds), PAYEE_ROW)
        self._rules = rules

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"payee": len(self._features)}

    def step(self, watermark_ms: int) -> list[WarningRow]:
        """Warnings of what the watermark lets out; of one that changed in this step its highest version."""
        judged = self._features.advance(watermark_ms)
        if judged.size == 0:
            return []
        rules, score = self._rules.values, victim_risk(judged)
        found = []
        for at in np.flatnonzero(score.risk >= rules["warn_from"]).tolist():
            one, risk = judged[at], float(score.risk[at])
            level = "red" if risk >= rules["urgent_from"] else "orange"
            reasons = reasons_of(one, score.parts[at])
            found.append(warning_row(one, risk, level, codes_of(one, rules), reasons, self._rules.version))
        return newest(found)
