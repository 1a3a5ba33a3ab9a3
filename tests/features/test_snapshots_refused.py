"""Snapshots of another kind, version or release, and damaged ones, are refused with a clear message."""

import json
import random

import numpy as np
import pytest

from features import card_features, device_features
from features.card_features import CardFeatures
from features.device_features import DeviceFeatures
from features.snapshot import BadSnapshot, pack, unpack
from tests.features.laws import in_parts, ordered, run
from tests.features.subjects import Cards, Devices, random_rows

KINDS = {"cards": CardFeatures, "devices": DeviceFeatures}
VERSIONS = {"cards": card_features.STATE_VERSION, "devices": device_features.STATE_VERSION}


@pytest.fixture(scope="module")
def blobs() -> dict[str, bytes]:
    cards, devices, names = random_rows(1, 200, 10)
    states = {"cards": run(Cards(names=names), in_parts(ordered(cards), [50])[:-1])[1]}
    states["devices"] = run(Devices(), in_parts(ordered(devices), [50])[:-1])[1]
    return {kind: state.snapshot() for kind, state in states.items()}


def body_from(blob: bytes) -> int:
    """Where the head ends and the arrays begin."""
    return 24 + int.from_bytes(blob[4:8], "little")


@pytest.mark.parametrize(("kind", "other"), [("cards", "devices"), ("devices", "cards")])
def test_another_kind(blobs, kind, other):
    with pytest.raises(BadSnapshot, match=f"want {kind} state.* got {other}"):
        KINDS[kind]().restore(blobs[other])


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("version", [0, 999])
def test_another_version(blobs, kind, version):
    arrays, meta = unpack(blobs[kind], kind, VERSIONS[kind])
    with pytest.raises(BadSnapshot, match=f"version {version}.*docs/operations"):
        KINDS[kind]().restore(pack(kind, version, arrays, meta))


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("blob", [b"", b"DKS1", b"\x80\x04.", b"PK" + b"x" * 99])
def test_foreign_bytes(kind, blob):
    with pytest.raises(BadSnapshot, match="want a Duanka snapshot"):
        KINDS[kind]().restore(blob)


@pytest.mark.parametrize("kind", list(KINDS))
def test_truncated_anywhere(blobs, kind):
    rng, blob = random.Random(1), blobs[kind]
    for size in [body_from(blob) - 1, len(blob) - 1, *(rng.randrange(8, len(blob)) for _ in range(50))]:
        with pytest.raises(BadSnapshot, match="damaged"):
            KINDS[kind]().restore(blob[:size])


def flipped(blob: bytes, at: int, bit: int) -> bytes:
    return blob[:at] + bytes([blob[at] ^ 1 << bit]) + blob[at + 1 :]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_flipped_bit_in_the_arrays(blobs, kind):
    rng, blob = random.Random(2), blobs[kind]
    for _ in range(50):
        with pytest.raises(BadSnapshot, match="damaged"):
            KINDS[kind]().restore(flipped(blob, rng.randrange(body_from(blob), len(blob)), rng.randrange(8)))


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_flipped_bit_in_the_head(blobs, kind):
    rng, blob = random.Random(3), blobs[kind]
    for _ in range(200):
        with pytest.raises(BadSnapshot):
            KINDS[kind]().restore(flipped(blob, rng.randrange(body_from(blob)), rng.randrange(8)))


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_refused_snapshot_changes_nothing(blobs, kind):
    shard = KINDS[kind]()
    shard.restore(blobs[kind])
    with pytest.raises(BadSnapshot):
        shard.restore(blobs[kind][:-1])
    assert shard.snapshot() == blobs[kind]


def test_arrays_of_any_shape_come_back():
    arrays = {"a": np.arange(6, dtype=np.uint16).reshape(2, 3)[:, ::2], "none": np.zeros((0, 4))}
    arrays["one"] = np.float32([1.5])
    meta = {"names": {"1": "钱包"}, "list": [1, None]}
    found, found_meta = unpack(pack("k", 3, arrays, meta), "k", 3)
    assert found_meta == json.loads(json.dumps(meta))
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype and np.array_equal(found[name], array)
        assert not found[name].flags.writeable
