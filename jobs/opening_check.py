"""Answering at the counter: what the store knows about a question, the decision, and its record."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from connectors.clickhouse import Store
from connectors.queries.opening_state import last_card_of_branch, opening_state
from features.decay import DAY_MS
from features.openings.holdings import CLOSE, Holding, holdings_from
from features.openings.institutions import institution_of
from features.openings.rows import area_code
from features.openings.shared_values import SHARED
from features.roles import ACCOUNT, PHONE
from models.opening_decision import OpeningAnswer, OpeningFacts, OpeningQuestion, decide
from models.opening_rules import OpeningRules

#: Names of the kinds of card, at the places of PHONE and ACCOUNT.
KINDS = ("phone", "account")
_ACTIONS = ("open", "close", "transfer")


class OpeningDesk:
    """Answers questions from the store; remembers whose branch is whose, which does not change.

    Parameters
    ----------
    store : Store
    rules : OpeningRules
    """

    def __init__(self, store: Store, rules: OpeningRules):
        self._store = store
        self._rules = rules
        self._branches: dict[tuple[str, int], str] = {}

    def institution(self, question: OpeningQuestion) -> str:
        """The bank or operator: as given, else that of the card of this kind which the branch opened last."""
        if question.institution or not question.branch:
            return question.institution
        key = (question.branch, question.kind)
        if key not in self._branches:
            card = last_card_of_branch(self._store, question.branch, KINDS[question.kind], question.at_ms)
            if not card:
                return ""
            self._branches[key] = institution_of(card, self._rules.issuers)
        return self._branches[key]

    def facts(self, question: OpeningQuestion) -> OpeningFacts:
        """What the store knows; two reads."""
        rules, at_ms = self._rules, question.at_ms
        state = opening_state(
            self._store, question.holder, at_ms, {name: getattr(question, name) for name in SHARED},
            {name: at_ms - days * DAY_MS for name, days in zip(SHARED, rules.window_days)},
            rules.whole("hit_level"), at_ms - rules.whole("hit_days") * DAY_MS)
        holdings = holdings_from((self._event(event) for event in state.events), question.holder)
        held = {h.card for h in holdings if h.held}
        confirmed = {card for card, verdict in state.verdicts.items() if verdict == "confirmed"}
        return OpeningFacts(
            holdings, state.identities, state.phone_holder not in ("", question.holder),
            tuple(sorted(confirmed)), tuple(sorted(state.blocked & held)), tuple(sorted(state.hit & held)))

    def _event(self, event: dict) -> tuple[int, Holding, str]:
        card = event["card"]
        kind = PHONE if card.startswith("phone:") else ACCOUNT
        holding = Holding(card, kind, institution_of(card, self._rules.issuers), event["time_ms"],
                          area_code(event["area"]), True, event["corporate"] == 1)
        return _ACTIONS.index(event["word"]) if event["word"] else CLOSE, holding, event["holder"]

    def answer(self, question: OpeningQuestion) -> tuple[OpeningQuestion, OpeningAnswer]:
        """Answer a question; give it back with the bank or operator that it was answered for."""
        known = replace(question, institution=self.institution(question))
        return known, decide(known, self.facts(known), self._rules)

    def record(self, answered: Sequence[tuple[OpeningQuestion, OpeningAnswer]]) -> None:
        """Store answers; the same answer to the same question is stored once."""
        if answered:
            self._store.insert("opening_answers", answer_columns(answered))


def answer_id(question: OpeningQuestion, answer: OpeningAnswer) -> str:
    """Identity of an answer: the question, and what it was answered by which rules.

    The same question later is another one, as its moment differs.
    """
    text = repr((question, answer.advice, [(r.code, r.value) for r in answer.reasons], answer.rules_version))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def answer_columns(answered: Sequence[tuple[OpeningQuestion, OpeningAnswer]]) -> dict[str, list]:
    """Columns of ``opening_answers``."""
    texts = ("holder", "institution", "branch", "clerk", "agent", "address", "linked_phone")
    columns = {name: [getattr(question, name) for question, _ in answered] for name in texts}
    lists = {"codes": "code", "reasons": "zh", "reasons_en": "en", "legal_bases": "basis_zh", "counted": "value",
             "thresholds": "limit"}
    columns |= {name: [[getattr(reason, field) for reason in answer.reasons] for _, answer in answered]
                for name, field in lists.items()}
    return columns | {
        "answer_id": [answer_id(question, answer) for question, answer in answered],
        "at": [question.at_ms for question, _ in answered],
        "kind": [question.kind for question, _ in answered],
        "area": [f"{question.area:06d}" if question.area else "" for question, _ in answered],
        "corporate": [int(question.corporate) for question, _ in answered],
        "answer": [answer.advice for _, answer in answered],
        "rules_version": [answer.rules_version for _, answer in answered],
    }
