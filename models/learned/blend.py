"""Several boosted ensembles as one: their log-odds, weighted, added up."""

from collections.abc import Sequence

import numpy as np

from models.learned.bad_model import BadModel
from models.learned.card_model import CardModel
from models.learned.tree_ensemble import LOG_ODDS, TreeEnsemble, read_ensemble


def blend(parts: Sequence[tuple[CardModel, float]]) -> CardModel:
    """One model whose log-odds are the weighted sum of the parts'.

    A sum of boosted trees is one more sum of boosted trees, so the blend costs what its parts cost,
    and its contributions are theirs.

    Parameters
    ----------
    parts : sequence of (CardModel, float)
        Boosted trees of the same kind of card, with their weights; calibrations are left aside, since
        the blend has to be calibrated anew.

    Raises
    ------
    BadModel
        No part, different kinds, or a predictor that is no sum of trees in log-odds.
    """
    kinds = {model.kind for model, _ in parts}
    if len(kinds) != 1:
        raise BadModel(f"a blend needs models of one kind of card, got {len(kinds)} kinds")
    for model, _ in parts:
        if not isinstance(model.predictor, TreeEnsemble) or model.predictor.link != LOG_ODDS:
            raise BadModel("only boosted trees can be blended")
    names = tuple(dict.fromkeys(name for model, _ in parts for name in model.features))
    arrays: dict[str, list[np.ndarray]] = {}
    base, nodes = 0.0, 0
    roots = [np.zeros(1, np.int32)]
    for model, weight in parts:
        trees = model.predictor
        place = np.array([names.index(name) for name in model.features], np.int32)
        base += weight * trees.base
        moved = {
            "feature": np.where(trees.left == np.arange(trees.left.size), 0, place[trees.feature]),
            "threshold": trees.threshold,
            "left": trees.left + np.int32(nodes),
            "missing_right": trees.missing_right,
            "value": trees.value * weight,
        }
        for name, array in moved.items():
            arrays.setdefault(name, []).append(array)
        roots.append(trees.roots[1:] + np.int32(nodes))
        nodes += trees.left.size
    joined = {name: np.concatenate(some) for name, some in arrays.items()}
    joined["feature"] = joined["feature"].astype(np.int32)
    joined["roots"] = np.concatenate(roots)
    return CardModel(kinds.pop(), names, read_ensemble(joined, {"base": float(base), "link": LOG_ODDS}, len(names)))
