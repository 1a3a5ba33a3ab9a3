"""What the shadow said beside the champion, as rows; nothing is done upon it."""

import numpy as np

from features.card_features import CardFeatures
from features.roles import OUT, pick
from jobs.outcome import StepOutcome
from models.levels import Level
from models.rules import Rules
from models.scorer import BUILT_IN

_LEVELS = tuple(level.label for level in Level)


def shadow_rows(cards: CardFeatures, outcome: StepOutcome, rules: Rules, every: bool) -> list[dict[str, list]]:
    """Columns of the table ``shadow_scores``, one dict for each part of a step with a shadow.

    Rows that neither model puts at a level are left out: for the comparison of alerts they say
    nothing, and they are nearly all.

    Parameters
    ----------
    every : bool
        Keep them all the same.
    """
    tables = []
    for features, scored in outcome.scored:
        if scored.shadow is None:
            continue
        shadow_level = rules.level_of(scored.shadow_risk, features.kind in scored.shadow.cards)
        told = (scored.level > 0) | (shadow_level > 0) | every
        kept = np.flatnonzero(told & (features.rows["role"] >= OUT))
        if kept.size == 0:
            continue
        rows = pick(features.rows, kept)
        tables.append(
            {
                "uid": rows["uid"].tolist(),
                "event_time": rows["time"].tolist(),
                "card": cards.card_names(rows),
                "score": (scored.risk[kept] / 1000.0).tolist(),
                "level": [_LEVELS[level] for level in scored.level[kept].tolist()],
                "model_version": [scored.model.version if scored.model else BUILT_IN] * kept.size,
                "shadow_score": (scored.shadow_risk[kept] / 1000.0).tolist(),
                "shadow_level": [_LEVELS[level] for level in shadow_level[kept].tolist()],
                "shadow_version": [scored.shadow.version] * kept.size,
            }
        )
    return tables
