"""A model that can be published: learned models, how they are fused, and where they come from.

Data, never code: named arrays and JSON in one blob with a checksum (:mod:`features.snapshot`). Its
version is a hash of the blob, so two snapshots of one version are the same to the last bit.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

import numpy as np

from features import account, phone
from features.errors import DuankaError
from features.roles import ACCOUNT, PHONE
from features.snapshot import BadSnapshot, pack, unpack
from models.fusion import Stack
from models.learned.card_model import CardModel
from models.scoring_model import ScoringModel

#: Version of the layout of a snapshot.
FORMAT = 1
#: Version of what the features mean. Raise it when a feature changes under the same name: models
#: trained before are refused from then on.
FEATURE_SET = 1
#: Largest snapshot taken, bytes (ours). Every shard keeps the models in force in its state, so 128
#: shards with a champion and a shadow of this size add 1 GiB to a checkpoint.
MAX_BYTES = 4 << 20

_CONTAINER = "model-snapshot"
_KINDS = MappingProxyType({"phone": PHONE, "account": ACCOUNT})
_FEATURES = MappingProxyType({PHONE: phone.FEATURES, ACCOUNT: account.FEATURES})
_STACK = ("bias", "rules", "model")


class BadModelSnapshot(DuankaError, ValueError):
    """The bytes are no model that this release can use; the message says why and what to do."""


@dataclass(frozen=True)
class Training:
    """Where the model of one kind of card comes from.

    Attributes
    ----------
    family : str
        What was fitted, such as ``HistGradientBoostingClassifier``.
    from_ms, to_ms : int
        Event times learned from, ``[from_ms, to_ms)``, UTC ms.
    tested_to_ms : int
        Metrics are of ``[to_ms, tested_to_ms)``.
    labels : mapping of str to int
        Rows learned from: ``bad``, ``good``.
    metrics : mapping of str to float
    features : tuple of str
        Filled from the model itself.
    """

    family: str = ""
    from_ms: int = 0
    to_ms: int = 0
    tested_to_ms: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What a person should know before publishing a snapshot.

    Attributes
    ----------
    created_ms : int
        UTC ms.
    author, note : str
    feature_set : int
        :data:`FEATURE_SET` of the release that trained it.
    training : mapping of ``phone`` or ``account`` to Training
    """

    created_ms: int
    author: str = ""
    note: str = ""
    feature_set: int = FEATURE_SET
    training: Mapping[str, Training] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelSnapshot:
    """Models of cards and weights of fusion, ready to be published.

    Attributes
    ----------
    manifest : Manifest
    cards : mapping of PHONE or ACCOUNT to CardModel
        A kind without one is scored by typologies and detectors alone.
    fusion : mapping of str to ndarray of float64
        Optional. ``phone.stack`` and ``account.stack``, shape (3,), are bias and weights of rules
        and model (:class:`models.fusion.Stack`). Other names are kept for those who know them.
    """

    manifest: Manifest
    cards: Mapping[int, CardModel]
    fusion: Mapping[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """16 hexadecimal digits, a hash of :meth:`to_bytes`."""
        return version_of(self.to_bytes())

    @cached_property
    def scoring_model(self) -> ScoringModel:
        """What the scorer uses of it."""
        stacks = {
            kind: Stack(*(float(v) for v in self.fusion[f"{name}.stack"]))
            for name, kind in _KINDS.items()
            if f"{name}.stack" in self.fusion
        }
        return ScoringModel(self.version, self.cards, stacks)

    def to_bytes(self) -> bytes:
        """One blob, the same for equal snapshots.

        Raises
        ------
        BadModelSnapshot
            It holds no model, or more than :data:`MAX_BYTES`.
        """
        if not self.cards:
            raise BadModelSnapshot("a model snapshot holds a model of phones or of accounts, got neither")
        arrays, parts, training = {}, {}, {}
        for name, kind in _KINDS.items():
            if kind not in self.cards:
                continue
            model = self.cards[kind]
            mine, parts[name] = model.to_arrays()
            arrays |= {f"{name}/{key}": array for key, array in mine.items()}
            known = asdict(self.manifest.training.get(name, Training()))
            training[name] = known | {"features": list(model.features)}
        arrays |= {f"fusion/{key}": np.asarray(self.fusion[key], np.float64) for key in sorted(self.fusion)}
        manifest = asdict(self.manifest) | {"training": training}
        blob = pack(_CONTAINER, FORMAT, arrays, {"manifest": manifest, "parts": parts})
        if len(blob) > MAX_BYTES:
            raise BadModelSnapshot(f"a snapshot has at most {MAX_BYTES} bytes, got {len(blob)}; fit a smaller model")
        return blob

    @staticmethod
    def from_bytes(blob: bytes) -> "ModelSnapshot":
        """Read what :meth:`to_bytes` wrote; shards of one process share the result.

        Raises
        ------
        BadModelSnapshot
            Foreign, damaged, of a later release, or trained on features that this release lacks.
        """
        return _shared(bytes(blob))


def version_of(blob: bytes) -> str:
    """The version of a snapshot's bytes: equal bytes, equal version."""
    return hashlib.blake2b(blob, digest_size=8).hexdigest()


@lru_cache(maxsize=8)
def _shared(blob: bytes) -> ModelSnapshot:
    if len(blob) > MAX_BYTES:
        raise BadModelSnapshot(f"a snapshot has at most {MAX_BYTES} bytes, got {len(blob)}")
    try:
        arrays, meta = unpack(blob, _CONTAINER, FORMAT)
    except BadSnapshot as error:
        raise BadModelSnapshot(_in_other_words(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadModelSnapshot(f"the model snapshot was not written by Duanka: {error}") from error
    try:
        snapshot = _read(arrays, meta)
    except DuankaError as error:
        raise BadModelSnapshot(f"the model snapshot cannot be used: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadModelSnapshot(f"the model snapshot is incomplete: {error!r}; train and store it again") from error
    # Told once from the bytes at hand: a later release may write the same content differently.
    snapshot.__dict__["version"] = version_of(blob)
    return snapshot


def _read(arrays: dict[str, np.ndarray], meta: dict) -> ModelSnapshot:
    known = dict(meta["manifest"])
    if known["feature_set"] != FEATURE_SET:
        raise BadModelSnapshot(
            f"trained on feature set {known['feature_set']}, this release computes {FEATURE_SET}; "
            + ("train it again" if known["feature_set"] < FEATURE_SET else "use the release that trained it")
        )
    parts: dict[str, dict[str, np.ndarray]] = {name: {} for name in (*_KINDS, "fusion")}
    for name, array in arrays.items():
        part, _, rest = name.partition("/")
        if part not in parts:
            raise BadModelSnapshot(f"unknown part {part!r}; known: {', '.join(parts)}")
        parts[part][rest] = array
    cards = {}
    for name, about in meta["parts"].items():
        if name not in _KINDS:
            raise BadModelSnapshot(f"a model of an unknown kind of card, {name!r}; known: {', '.join(_KINDS)}")
        model = CardModel.from_arrays(parts[name], about)
        _check_names(name, model)
        cards[_KINDS[name]] = model
    if not cards:
        raise BadModelSnapshot("it holds no model")
    _check_fusion(parts["fusion"])
    training = {
        name: Training(**(fields | {"features": tuple(fields["features"])}))
        for name, fields in known.pop("training").items()
    }
    return ModelSnapshot(Manifest(**known, training=training), cards, parts["fusion"])


def _check_names(name: str, model: CardModel) -> None:
    if model.kind != _KINDS[name]:
        raise BadModelSnapshot(f"the model of {name} cards says that it is of kind {model.kind}")
    missing = [feature for feature in model.features if feature not in _FEATURES[model.kind]]
    if missing:
        raise BadModelSnapshot(
            f"trained on the {name} feature {missing[0]!r}, which this release does not compute; train it again"
        )


def _check_fusion(arrays: dict[str, np.ndarray]) -> None:
    for name, array in arrays.items():
        if array.dtype != np.float64 or not np.isfinite(array).all():
            raise BadModelSnapshot(f"fusion/{name} must be finite float64 numbers, got {array.dtype}")
        if name.endswith(".stack") and array.shape != (len(_STACK),):
            raise BadModelSnapshot(f"fusion/{name} must be {', '.join(_STACK)}, got shape {array.shape}")


def _in_other_words(error: BadSnapshot) -> str:
    text = str(error)
    if "damaged" in text:
        return "the model snapshot is damaged (checksum); copy the file again, or train it again"
    if "begin" in text:
        return text.replace("a Duanka snapshot", "a Duanka model snapshot")
    return text.partition(";")[0] + "; use the release that wrote it, or train it again"


def stack_array(stack: Stack) -> np.ndarray:
    """A stack as the fusion part of a snapshot keeps it, float64, shape (3,)."""
    values = np.array([getattr(stack, name) for name in _STACK], np.float64)
    if not all(math.isfinite(v) for v in values.tolist()):
        raise BadModelSnapshot(f"weights of fusion must be finite, got {values.tolist()}")
    return values
