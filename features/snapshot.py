"""State as data: named arrays with a version and a checksum, readable without running any code."""

import hashlib
import json
import struct
from collections.abc import Iterable

import numpy as np

from features.errors import DuankaError

#: Magic, size of the JSON text, checksum of that text and of the arrays behind it.
_HEAD = struct.Struct("<4sI16s")
_MAGIC = b"DKS1"


class BadSnapshot(DuankaError, ValueError):
    """The bytes are no snapshot that this release can read; the message says why and what to do."""


def pack(kind: str, version: int, arrays: dict[str, np.ndarray], meta: dict | None = None) -> bytes:
    """Write arrays of plain numbers as one blob.

    Parameters
    ----------
    kind, version
        What the arrays are, and the version of their layout; :func:`unpack` asks for both.
    meta : dict
        Anything JSON can hold.
    """
    table = []
    parts = []
    for name, array in arrays.items():
        array = np.ascontiguousarray(array)
        table.append([name, array.dtype.str, array.shape])
        # As plain bytes and uncopied: state is large, and each copy of it meets fresh memory.
        parts.append(array.reshape(-1).view(np.uint8) if array.nbytes else b"")
    head = {
        "kind": kind,
        "version": version,
        "arrays": table,
        "meta": meta or {},
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    return b"".join([_HEAD.pack(_MAGIC, len(text), _checksum(text, parts)), text, *parts])


def _checksum(text: bytes, parts: Iterable[bytes | memoryview | np.ndarray]) -> bytes:
    # The size goes in, too: it says where the one ends and the other begins.
    check = hashlib.blake2b(len(text).to_bytes(4, "little") + text, digest_size=16)
    for part in parts:
        check.update(part)
    return check.digest()


def unpack(blob: bytes, kind: str, version: int) -> tuple[dict[str, np.ndarray], dict]:
    """Read what :func:`pack` wrote.

    Returns
    -------
    arrays : dict of name to ndarray
        Read-only views of `blob`.
    meta : dict

    Raises
    ------
    BadSnapshot
        Foreign, damaged, or of another kind or version.
    """
    if len(blob) < _HEAD.size or blob[:4] != _MAGIC:
        raise BadSnapshot(f"want a Duanka snapshot, got bytes that begin {blob[:4]!r}")
    _, size, check = _HEAD.unpack_from(blob)
    start = _HEAD.size + size
    body = memoryview(blob)[start:]
    if start > len(blob) or _checksum(blob[_HEAD.size : start], [body]) != check:
        raise BadSnapshot("the snapshot is damaged (checksum); start the run anew, without --resume")
    head = json.loads(blob[_HEAD.size : start])
    if (head["kind"], head["version"]) != (kind, version):
        raise BadSnapshot(
            f"want {kind} state of version {version}, got {head['kind']} of version "
            f"{head['version']}; see 'State versions' in docs/operations.md"
        )
    arrays = {}
    at = 0
    for name, dtype, shape in head["arrays"]:
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(body, np.dtype(dtype), count, at).reshape(shape)
        at += arrays[name].nbytes
    return arrays, head["meta"]
