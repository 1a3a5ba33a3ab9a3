"""Certificates for a broker on this machine, signed by an authority that is made for it alone."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from trustme import CA, LeafCert

#: Names under which a broker on this machine may be reached.
_HOSTS = ("127.0.0.1", "localhost", "::1")


def issue_certificates(folder: Path) -> None:
    """Fill `folder` with PEM files, unless it has them.

    ``ca.pem`` is what clients trust. ``broker.pem`` is the broker's key and certificate,
    ``client.pem`` and ``client.key`` are a client's. The authority's own key is forgotten, so
    nobody can sign anything with it later. For development only.
    """
    if (folder / "client.key").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    authority = CA(organization_name="Duanka development")
    broker = authority.issue_cert(*_HOSTS)
    client = authority.issue_cert("client@duanka.invalid", common_name="duanka")
    _write(folder / "ca.pem", authority.cert_pem.bytes())
    _write(folder / "broker.pem", _key(broker) + _chain(broker))
    _write(folder / "client.pem", _chain(client))
    _write(folder / "client.key", _key(client))


def _chain(leaf: LeafCert) -> bytes:
    return b"".join(part.bytes() for part in leaf.cert_chain_pems)


def _key(leaf: LeafCert) -> bytes:
    """The key as PKCS #8, the only form that Kafka reads."""
    key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
