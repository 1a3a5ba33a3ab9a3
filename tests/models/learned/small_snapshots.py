"""Small models made by hand, told apart by one number."""

import numpy as np

from features import account, phone
from features.roles import ACCOUNT, PHONE
from models.learned.card_model import CardModel
from models.learned.linear import build_linear
from models.learned.model_snapshot import Manifest, ModelSnapshot, Training

_NAMES = {PHONE: phone.FEATURES, ACCOUNT: account.FEATURES}


def card_model(kind: int, bias: float) -> CardModel:
    """Reads all features of a kind; weights are seeded, the bias sets how strict it is."""
    names = _NAMES[kind]
    rng = np.random.default_rng(kind)
    weights = rng.normal(0, 0.3, len(names))
    return CardModel(kind, names, build_linear(weights, bias, transform=np.ones(len(names), np.uint8)))


def snapshot(bias: float = 0.0, kinds: tuple[int, ...] = (PHONE, ACCOUNT), **manifest) -> ModelSnapshot:
    training = {"phone": Training("by hand", 1, 2, 3, {"bad": 4, "good": 5}, {"auc": 0.9})}
    return ModelSnapshot(Manifest(1_772_420_400_000, "somebody", **({"training": training} | manifest)),
                         {kind: card_model(kind, bias) for kind in kinds})
