"""Whatever officers try, in whatever order: no case ever reaches a forbidden state."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casework.card_case import Decision, Status, card_case
from casework.chain import check_chain
from casework.clocks import DAY_MS
from casework.ladder import Step, skipped
from casework.lead_case import Lead, Outcome, assign_lead, close_lead, dispatch_lead, lead_case, receipt_lead, take_lead
from casework.refusal import CaseRefused
from features.events import VERDICTS
from tests.casework.cards import CARD, FACTS, Card
from tests.casework.people import MONDAY_MS, PEOPLE, Memory

# Mostly who may and what is right, or hardly any case would come far enough for the rules to matter.
names = st.sampled_from(["wang-fang", "chen-jie"] * 3 + [*PEOPLE, "nobody"])
reasons = st.sampled_from(["理由"] * 5 + ["", " "])
steps = st.sampled_from([Step.VERIFY] * 3 + list(Step))
which = st.integers(0, 3)


class AnyOrder(RuleBasedStateMachine):
    """Tries commands at random; a refusal changes nothing, an accepted one is judged by its outcome."""

    def __init__(self):
        super().__init__()
        self.card = Card()

    def tried(self, how, *args, **kwargs):
        before = list(self.card.events[f"card:{CARD}"])
        try:
            getattr(self.card, how)(*args, **kwargs)
            assert not self.card.facts.warnings or how not in ("propose", "approve", "review")
        except CaseRefused as error:
            assert error.zh and error.en
            assert self.card.events[f"card:{CARD}"] == before

    def measure(self, number):
        known = list(self.card.case.measures)[::-1] or ["M0"]
        return known[number % len(known)]

    @initialize(by=st.sampled_from(["li-wei", "li-wei", "wang-fang"]),
                state=st.sampled_from(["proposed", "approved", "appealed", "appealed"]))
    def begin(self, by, state):
        """With a proposal, perhaps in force, perhaps with an appeal against it."""
        self.tried("propose", by, Step.VERIFY, "理由")
        if state != "proposed":
            self.tried("approve", "chen-jie" if by == "wang-fang" else "wang-fang", self.measure(0))
        if state == "appealed":
            self.tried("appeal", "li-wei", self.measure(0))

    @rule(who=names, verdict=st.sampled_from(["confirmed"] * 3 + ["cleared"]), why=reasons)
    def verdict(self, who, verdict, why):
        self.tried("verdict", who, verdict, why)

    @rule(who=names, step=steps, why=reasons, skip=st.sampled_from(["", "", "理由"]))
    def propose(self, who, step, why, skip):
        self.tried("propose", who, step, why, skip)

    @rule(how=st.sampled_from(["approve", "refuse", "notice", "review", "lift", "appeal"]), who=names, number=which)
    def act(self, how, who, number):
        self.tried(how, who, self.measure(number))

    @rule(who=names, number=which, decision=st.sampled_from(Decision), why=reasons)
    def decide(self, who, number, decision, why):
        known = list(self.card.case.appeals)[::-1] or ["A0"]
        self.tried("decide", who, known[number % len(known)], decision, why)

    @rule(warned=st.sampled_from([False, False, True]))
    def warn(self, warned):
        self.card.facts = replace(FACTS, warnings=("w1",) if warned else ())

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.card.now_ms += days * DAY_MS

    @invariant()
    def nobody_approved_their_own_and_everyone_who_acted_might(self):
        for measure in self.card.case.measures.values():
            if measure.approved_by:
                assert measure.approved_by != measure.proposed_by
                assert PEOPLE[measure.approved_by].role == "supervisor"
        for event in self.card.events[f"card:{CARD}"]:
            officer = PEOPLE[event.act.officer]
            assert officer.active
            assert officer.covers("510104") or event.act.action == "appeal_filed"

    @invariant()
    def a_measure_is_decided_once_and_refused_by_another_person_too(self):
        decided = [e.act.payload["measure"] for e in self.card.events[f"card:{CARD}"]
                   if e.act.action in ("measure_approved", "measure_refused")]
        assert len(decided) == len(set(decided))
        for event in self.card.events[f"card:{CARD}"]:
            if event.act.action == "measure_refused":
                measure = self.card.case.measures[event.act.payload["measure"]]
                assert measure.proposed_by != event.act.officer and PEOPLE[event.act.officer].role == "supervisor"

    @invariant()
    def every_restriction_has_a_reason_and_every_skip_another(self):
        events = self.card.events[f"card:{CARD}"]
        for number, event in enumerate(events):
            if event.act.action == "measure_proposed":
                assert event.act.reason.strip()
                before = card_case(CARD, events[:number])
                missing = skipped(Step(event.act.payload["step"]), before.done)
                assert event.act.payload["skipped"] == [str(s) for s in missing]
                assert bool(missing) == bool(event.act.payload["skip_reason"])
                assert before.verdict != "cleared"
            elif event.act.action == "measure_lifted":
                assert event.act.reason.strip()

    @invariant()
    def a_granted_appeal_left_nothing_in_force(self):
        case = self.card.case
        for appeal in case.appeals.values():
            measure = case.measures[appeal.measure]
            if appeal.decision is Decision.GRANTED:
                assert measure.status is Status.LIFTED
            if appeal.decision is not None:
                assert appeal.decided_by not in (measure.proposed_by, measure.approved_by)

    @invariant()
    def at_most_one_proposal_stands_and_the_chain_holds(self):
        standing = [m for m in self.card.case.measures.values() if m.status is Status.PROPOSED]
        assert len(standing) <= 1
        assert check_chain(self.card.events[f"card:{CARD}"]) == []


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)


class VictimsAreLeftAlone(AnyOrder):
    """A card whose holder is warned from the beginning never has a measure."""

    def __init__(self):
        super().__init__()
        self.card.facts = replace(FACTS, warnings=("w1",))

    @rule(warned=st.booleans())
    def warn(self, warned):
        """The warning stays."""

    @invariant()
    def no_measure_is_there(self):
        assert not self.card.case.measures


TestVictimsAreLeftAlone = VictimsAreLeftAlone.TestCase
TestVictimsAreLeftAlone.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)


LEAD = Lead("L1", "phone:13800000001", "provincial-center", MONDAY_MS, MONDAY_MS + DAY_MS, "510104")


class LeadInAnyOrder(RuleBasedStateMachine):
    """The same for a lead."""

    def __init__(self):
        super().__init__()
        self.desk = Memory()

    def tried(self, who, why, how, *given):
        def decide(before, by, act):
            case = lead_case(before)
            return how(case, LEAD, *given, act) if how is dispatch_lead else how(case, LEAD, by, *given, act)

        before = list(self.desk.events["lead:L1"])
        try:
            self.desk.do("lead:L1", list, decide, who, why)
        except CaseRefused as error:
            assert error.zh and error.en
            assert self.desk.events["lead:L1"] == before

    @rule(to=st.sampled_from([o for o in PEOPLE.values() if o.active and o.covers("510104")]))
    def dispatch(self, to):
        self.tried("", "", dispatch_lead, to)

    @rule(who=names, to=names, why=reasons)
    def assign(self, who, to, why):
        self.tried(who, why, assign_lead, PEOPLE.get(to), to)

    @rule(who=names)
    def take(self, who):
        self.tried(who, "", take_lead)

    @rule(who=names)
    def receipt(self, who):
        self.tried(who, "", receipt_lead)

    @rule(who=names, outcome=st.sampled_from(Outcome), verdict=st.sampled_from([None, *VERDICTS]), why=reasons)
    def close(self, who, outcome, verdict, why):
        known = len(self.desk.events["lead:L1"])
        self.tried(who, why, close_lead, outcome, verdict)
        for event in self.desk.events["lead:L1"][known:]:
            assert event.act.payload["outcome"] in ("undecided", verdict)

    @invariant()
    def whoever_had_it_was_allowed_to_and_nothing_follows_its_end(self):
        events = self.desk.events["lead:L1"]
        actions = [event.act.action for event in events]
        assert "lead_closed" not in actions[:-1] and actions.count("lead_receipt") <= 1
        handler = ""
        for event in events:
            act = event.act
            if act.action in ("lead_assigned", "lead_taken"):
                if handler and handler != act.payload["handler"]:
                    assert act.action == "lead_assigned" and act.reason.strip()
                    assert PEOPLE[act.officer].role == "supervisor"
                handler = act.payload["handler"]
                assert PEOPLE[handler].active and PEOPLE[handler].covers("510104")
            else:
                assert act.officer == handler
            if act.action == "lead_closed" and act.payload["outcome"] == "undecided":
                assert act.reason.strip()
        assert check_chain(events) == []


TestLeadInAnyOrder = LeadInAnyOrder.TestCase
TestLeadInAnyOrder.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
