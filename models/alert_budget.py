"""Levels from what people can work: the risk above which so many cards a day remain."""

from collections.abc import Mapping

import numpy as np

from features.errors import DuankaError
from models.levels import Level

#: Smallest step between two levels, points (ours).
_STEP = 1.0
_LABELS = tuple(level.label for level in Level if level)


class BadBudget(DuankaError, ValueError):
    """No levels follow from the budget; the message says why and what to do."""


def levels_from_budget(
    card_risk: np.ndarray, days: float, people: int, budget: Mapping[str, float]
) -> dict[str, float]:
    """Least risk of each level, so that on past data no more cards reach it than the budget allows.

    Parameters
    ----------
    card_risk : ndarray of float, shape (cards,), 0 to 1000
        Highest risk of each card in the period.
    days : float
        Length of the period.
    people : int
        Whom the cards belong to, roughly; the budget is per 10,000 of them.
    budget : mapping of level to alerts per 10,000 people and day
        Of all four levels, blue's the largest: red cards also count as orange, yellow and blue.

    Returns
    -------
    dict of str to float
        As ``[levels]`` of the rules, rising from blue to red.

    Raises
    ------
    BadBudget
        A level is missing, the budget does not fall from blue to red, or there are too few cards.
    """
    if set(budget) != set(_LABELS):
        raise BadBudget(f"want a budget for each of {', '.join(_LABELS)}, got {', '.join(budget) or 'none'}")
    wanted = [budget[label] for label in _LABELS]
    if any(b <= a for a, b in zip(wanted[1:], wanted)) or wanted[-1] <= 0:
        raise BadBudget(f"the budget must fall from blue to red and stay above 0, got {wanted}")
    falling = np.sort(card_risk)[::-1]
    levels: dict[str, float] = {}
    below = 0.0
    for label in _LABELS:
        count = int(budget[label] * people / 10_000 * days)
        if count >= falling.size:
            raise BadBudget(
                f"{label} allows {count} alerts but only {falling.size} cards were scored; "
                "lower the budget, or score more days"
            )
        # Just above the first card that is too many, so that ties stay out together; rounded up.
        least = (np.floor(falling[count] * 1000) + 1) / 1000
        below = levels[label] = float(max(least, below + _STEP))
    if levels[label] > 1000:
        raise BadBudget(f"more than {label}'s budget of cards share the highest risks; raise the budget")
    return levels
