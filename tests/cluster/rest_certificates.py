"""Certificates with which a cluster's REST interface and its clients know each other."""

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate
from trustme import CA, KeyType, LeafCert

from jobs.flink.cluster_address import ClusterAddress, parse_address

_PASSWORD = "only-of-this-test"


@dataclass(frozen=True)
class RestCertificates:
    """Files below `folder`; ``ca.pem`` and ``client.pem`` are for Python, the stores for Java."""

    folder: Path

    def issue(self) -> "RestCertificates":
        authority = CA(organization_name="Duanka tests")
        (self.folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
        trusted = pkcs12.PKCS12Certificate(load_pem_x509_certificate(authority.cert_pem.bytes()), b"authority")
        secret = BestAvailableEncryption(_PASSWORD.encode())
        (self.folder / "trust.p12").write_bytes(pkcs12.serialize_java_truststore([trusted], secret))
        for name, host in (("server", "127.0.0.1"), ("client", "duanka")):
            # RSA: the ciphers that Flink allows by default are for such keys.
            self._write(name, authority.issue_cert(host, key_type=KeyType.RSA), secret)
        return self

    def options(self, name: str) -> dict[str, str]:
        """Options of Flink for the owner of a certificate; both sides must show one."""
        told = {"enabled": "true", "authentication-enabled": "true",
                "keystore": str(self.folder / f"{name}.p12"), "keystore-password": _PASSWORD, "key-password": _PASSWORD,
                "truststore": str(self.folder / "trust.p12"), "truststore-password": _PASSWORD}
        return {f"security.ssl.rest.{key}": value for key, value in told.items()}

    def address(self, url: str) -> ClusterAddress:
        return parse_address(url, self.folder / "ca.pem", self.folder / "client.pem")

    def settings_file(self) -> Path:
        """What an operator's settings file says about the cluster's certificates."""
        lines = [f'cluster_ca = "{self.folder}/ca.pem"', f'cluster_certificate = "{self.folder}/client.pem"', "[flink]"]
        lines += [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in self.options("client").items()]
        path = self.folder / "duanka.toml"
        path.write_text("\n".join(lines), "utf-8")
        return path

    def _write(self, name: str, leaf: LeafCert, secret: BestAvailableEncryption) -> None:
        (self.folder / f"{name}.pem").write_bytes(leaf.private_key_and_cert_chain_pem.bytes())
        key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
        certificate = load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
        store = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, secret)
        (self.folder / f"{name}.p12").write_bytes(store)
