"""Commands on one card, as tests type them."""

from casework.appeals import decide_appeal, file_appeal
from casework.card_case import card_case
from casework.measures import (
    CardFacts,
    approve_measure,
    give_verdict,
    issue_notice,
    lift_measure,
    propose_measure,
    refuse_measure,
    review_measure,
)
from tests.casework.people import POLICY, Memory

CARD = "phone:13800000001"
FACTS = CardFacts("510104", "red", "h1", ())


class Card(Memory):
    """A card's case in memory; facts may be changed between commands."""

    facts = FACTS

    @property
    def case(self):
        return card_case(CARD, self.events[f"card:{CARD}"])

    def _do(self, officer, reason, decide, command_id=""):
        fold = decide
        return self.do(f"card:{CARD}", list, lambda before, by, act: fold(card_case(CARD, before), by, act), officer,
                       reason, command_id)

    def verdict(self, officer, verdict="confirmed", note="供述"):
        return self._do(officer, note, lambda c, by, a: give_verdict(c, self.facts, by, verdict, {}, a))

    def propose(self, officer, step, reason="群呼", skip="", command_id=""):
        made = self._do(officer, reason, lambda c, by, a: propose_measure(c, self.facts, by, step, skip, a), command_id)
        return made[0].act.payload["measure"] if made else None

    def approve(self, officer, measure):
        return self._do(officer, "", lambda c, by, a: approve_measure(c, self.facts, by, measure, POLICY, a))

    def refuse(self, officer, measure, reason="证据不足"):
        return self._do(officer, reason, lambda c, by, a: refuse_measure(c, self.facts, by, measure, a))

    def notice(self, officer, measure):
        return self._do(officer, "", lambda c, by, a: issue_notice(c, self.facts, by, measure, ("告知", "notice"), a))

    def review(self, officer, measure, reason="仍在使用"):
        return self._do(officer, reason, lambda c, by, a: review_measure(c, self.facts, by, measure, POLICY, a))

    def lift(self, officer, measure, reason="已核实"):
        return self._do(officer, reason, lambda c, by, a: lift_measure(c, self.facts, by, measure, a))

    def appeal(self, officer, measure, reason="本人使用"):
        made = self._do(officer, reason, lambda c, by, a: file_appeal(c, by, measure, "holder", POLICY, a))
        return made[0].act.payload["appeal"]

    def decide(self, officer, appeal, decision, reason="理由成立"):
        return self._do(officer, reason, lambda c, by, a: decide_appeal(c, self.facts, by, appeal, decision, a))
