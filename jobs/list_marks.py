"""Lists over scores: the floor under a risk, and the findings that a hit tells."""

from dataclasses import replace

import numpy as np

from features.card_watch import Marks
from features.roles import OUT
from features.watch_rows import LIST_CODES
from features.watch_texts import WatchTexts
from models.list_findings import PAYEE, PAYER, ListFinding, floors
from models.rules import Rules
from models.scorer import Scored


def lift(scored: Scored, kind: int, roles: np.ndarray, marks: Marks | None, rules: Rules) -> Scored:
    """Scores with the floors of what lists say; the very same where they say nothing.

    A card that is allowed keeps its fused risk; that it opens no hit is for the episodes.
    """
    if marks is None or not marks.any:
        return scored
    risk = np.maximum(scored.risk, _least(floors(rules, scored.learned), roles, marks))
    shadow_risk = scored.shadow_risk
    if scored.shadow is not None:
        learned = kind in scored.shadow.cards
        shadow_risk = np.maximum(shadow_risk, _least(floors(rules, learned), roles, marks))
    level = rules.level_of(risk, scored.learned)
    return replace(scored, risk=risk, level=level, shadow_risk=shadow_risk, marks=marks)


def _least(by_code: dict[str, float], roles: np.ndarray, marks: Marks) -> np.ndarray:
    own = np.array([0.0, *(by_code[code] for code in LIST_CODES)])[marks.own]
    other = np.where(roles == OUT, by_code[PAYEE], by_code[PAYER]) * marks.other
    return np.where(marks.allowed, 0.0, np.maximum(own, other))


def codes_of(marks: Marks, k: int, role: int) -> list[str]:
    """Codes of what lists say of one row."""
    own = [LIST_CODES[marks.own[k] - 1]] if marks.own[k] else []
    return own + [PAYEE if role == OUT else PAYER] * bool(marks.other[k])


def findings_of(
    scored: Scored, k: int, role: int, rules: Rules, texts: WatchTexts
) -> tuple[ListFinding, ...]:
    """What lists say of one row, in words."""
    marks = scored.marks
    if marks is None or marks.allowed[k]:
        return ()
    by_code = floors(rules, scored.learned)
    found = []
    for code in codes_of(marks, k, role):
        if code in (PAYEE, PAYER):
            found.append(ListFinding(code, texts.text(int(marks.other_lists[k])), 0, "", by_code[code]))
            continue
        name, reason = texts.text(int(marks.lists[k])), texts.text(int(marks.reasons[k]))
        found.append(ListFinding(code, name, int(marks.since_s[k]), reason, by_code[code]))
    return tuple(found)
