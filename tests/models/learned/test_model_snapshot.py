"""A snapshot comes back as it was; anything else is refused with the reason, never a stack trace."""

from dataclasses import replace

import numpy as np
import pytest

from features import phone
from features.roles import ACCOUNT, PHONE
from features.snapshot import pack, unpack
from models.fusion import Stack
from models.learned import model_snapshot
from models.learned.model_snapshot import BadModelSnapshot, ModelSnapshot, stack_array, version_of
from tests.models.learned.small_snapshots import snapshot


@pytest.fixture(scope="module")
def blob() -> bytes:
    return snapshot().to_bytes()


def parts(blob: bytes) -> tuple[dict, dict]:
    return unpack(blob, "model-snapshot", 1)


def test_it_comes_back_with_its_manifest_models_and_version(blob):
    made = snapshot()
    read = ModelSnapshot.from_bytes(blob)
    assert read.version == made.version == version_of(blob)
    assert read.manifest.training["phone"].features == phone.FEATURES
    assert replace(read.manifest, training={}) == replace(made.manifest, training={})
    matrix = np.random.default_rng(1).random((50, len(phone.FEATURES))).astype(np.float32) * 9
    ours, theirs = (s.scoring_model.cards[PHONE].probability(matrix, phone.FEATURES) for s in (made, read))
    assert ours.tobytes() == theirs.tobytes() and ours.std() > 0
    assert read.to_bytes() == blob


def test_another_model_is_another_version(blob):
    assert len({version_of(blob), snapshot(0.1).version, snapshot(kinds=(ACCOUNT,)).version}) == 3
    assert snapshot(note="x").version != snapshot(note="y").version


def test_shards_of_a_process_share_it(blob):
    assert ModelSnapshot.from_bytes(bytes(bytearray(blob))) is ModelSnapshot.from_bytes(blob)


def test_weights_of_fusion_travel_with_it():
    stack = Stack(-1.25, 0.5, 2.0)
    made = replace(snapshot(), fusion={"phone.stack": stack_array(stack), "levels": np.array([450.0, 600.0])})
    read = ModelSnapshot.from_bytes(made.to_bytes())
    assert read.scoring_model.stack(PHONE) == stack
    assert read.scoring_model.stack(ACCOUNT) == Stack.unfitted()
    assert read.fusion["levels"].tolist() == [450.0, 600.0]


def test_every_damaged_byte_is_noticed(blob):
    for at in range(0, len(blob), max(1, len(blob) // 60)):
        bad = bytearray(blob)
        bad[at] ^= 1
        with pytest.raises(BadModelSnapshot):
            ModelSnapshot.from_bytes(bytes(bad))


@pytest.mark.parametrize("bad", [b"", b"PK\x03\x04", b"\x80\x04pickle", b"DKS1", b"DKS1" + b"\0" * 20])
def test_foreign_bytes_are_refused(bad):
    with pytest.raises(BadModelSnapshot, match="want a Duanka model snapshot|damaged"):
        ModelSnapshot.from_bytes(bad)


def test_state_of_a_shard_is_no_model(blob):
    arrays, meta = parts(blob)
    with pytest.raises(BadModelSnapshot, match="want model-snapshot state of version 1, got cards of version 2"):
        ModelSnapshot.from_bytes(pack("cards", 2, arrays, meta))


def test_one_of_a_later_release_is_refused(blob):
    arrays, meta = parts(blob)
    with pytest.raises(BadModelSnapshot, match="got model-snapshot of version 2; use the release"):
        ModelSnapshot.from_bytes(pack("model-snapshot", 2, arrays, meta))


@pytest.mark.parametrize(("feature_set", "what"), [(0, "train it again"), (99, "use the release that trained it")])
def test_one_of_other_features_is_refused(feature_set, what):
    with pytest.raises(BadModelSnapshot, match=what):
        ModelSnapshot.from_bytes(snapshot(feature_set=feature_set).to_bytes())


def test_a_feature_that_is_not_computed_is_named(blob):
    arrays, meta = parts(blob)
    meta["parts"]["phone"]["features"][3] = "horoscope"
    with pytest.raises(BadModelSnapshot, match="phone feature 'horoscope', which this release does not compute"):
        ModelSnapshot.from_bytes(pack("model-snapshot", 1, arrays, meta))


def test_a_model_of_the_wrong_kind_is_refused(blob):
    arrays, meta = parts(blob)
    meta["parts"]["phone"]["kind"] = "account"
    with pytest.raises(BadModelSnapshot, match="cannot be used"):
        ModelSnapshot.from_bytes(pack("model-snapshot", 1, arrays, meta))


@pytest.mark.parametrize("what", ["manifest", "parts", "training", "created_ms"])
def test_an_incomplete_one_is_refused(blob, what):
    arrays, meta = parts(blob)
    owner = meta if what in meta else meta["manifest"]
    del owner[what]
    with pytest.raises(BadModelSnapshot, match="incomplete"):
        ModelSnapshot.from_bytes(pack("model-snapshot", 1, arrays, meta))


@pytest.mark.parametrize("meta", [None, {"manifest": 5}, {"manifest": {}, "parts": []}])
def test_meta_of_another_shape_is_refused(blob, meta):
    with pytest.raises(BadModelSnapshot):
        ModelSnapshot.from_bytes(pack("model-snapshot", 1, parts(blob)[0], meta))


@pytest.mark.parametrize("stack", [np.zeros(2), np.array([1.0, np.nan, 1.0]), np.array(["a", "b", "c"])])
def test_weights_without_meaning_are_refused(blob, stack):
    arrays, meta = parts(blob)
    with pytest.raises(BadModelSnapshot, match="fusion/phone.stack must be"):
        ModelSnapshot.from_bytes(pack("model-snapshot", 1, arrays | {"fusion/phone.stack": stack}, meta))


def test_an_empty_one_is_not_written():
    with pytest.raises(BadModelSnapshot, match="got neither"):
        snapshot(kinds=()).to_bytes()


def test_size_is_bounded(blob, monkeypatch):
    monkeypatch.setattr(model_snapshot, "MAX_BYTES", len(blob) - 1)
    with pytest.raises(BadModelSnapshot, match="at most"):
        snapshot().to_bytes()
    with pytest.raises(BadModelSnapshot, match="at most"):
        ModelSnapshot.from_bytes(blob + b"x")
