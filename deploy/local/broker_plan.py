"""What a Kafka broker on this machine looks like: folders, ports, and Kafka's options for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
#: The user of the listeners with SASL, and in the client's certificate.
USER = "duanka"
#: Listeners beside the open one. ``MTLS`` is TLS that also asks clients for a certificate.
SECURED = ("SASL_PLAINTEXT", "SSL", "MTLS", "SASL_SSL")
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


@dataclass(frozen=True)
class BrokerPlan:
    """One process that is broker and controller, reachable from nowhere but this machine.

    Attributes
    ----------
    folder : Path
        Data, configuration, logs, certificates and the record of the process.
    port : int
        Without password and encryption.
    controller_port : int
        For the broker's talk with itself.
    secured : mapping of str to int
        Port of each further listener, see `SECURED`. The broker itself talks over the open port,
        so this shows how clients get in; it guards nothing.
    heap_mib : int
    """

    folder: Path
    port: int = 9092
    controller_port: int = 9093
    secured: Mapping[str, int] = field(default_factory=dict)
    heap_mib: int = 512

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def url(self, listener: str = "PLAINTEXT", prefix: str = "") -> str:
        """The bus as Duanka takes it, by one of the listeners."""
        port = self.port if listener == "PLAINTEXT" else self.secured[listener]
        options = [] if listener == "PLAINTEXT" else [f"security={listener.replace('MTLS', 'SSL')}"]
        if "SASL" in listener:
            options.append(f"user={USER}")
        if _is_tls(listener):
            options.append(f"ca={self.certificates / 'ca.pem'}")
        if listener == "MTLS":
            options.append(f"certificate={self.certificates / 'client.pem'}&key={self.certificates / 'client.key'}")
        query = f"?{'&'.join(options)}" if options else ""
        return f"kafka://{LOOPBACK}:{port}{'/' * bool(prefix)}{prefix}{query}"

    def properties(self) -> dict[str, str]:
        """Kafka's ``server.properties``."""
        ports = {"PLAINTEXT": self.port, **self.secured}
        open_to = ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in ports.items())
        options = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{LOOPBACK}:{self.controller_port}",
            "listeners": f"{open_to},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": open_to,
            "listener.security.protocol.map": ",".join(
                ["CONTROLLER:PLAINTEXT", *(f"{name}:{name.replace('MTLS', 'SSL')}" for name in ports)]
            ),
            "inter.broker.listener.name": "PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.folder / "data"),
            # A topic that is not there must be noticed, not made by a reader's mistake.
            "auto.create.topics.enable": "false",
            "num.partitions": "1",
            "default.replication.factor": "1",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # Whoever comes by the open port may do all, and so may our user; others what rules of access allow.
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:ANONYMOUS;User:{USER}",
            # The user of a certificate is the name in it.
            "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/,DEFAULT",
            # Kafka's defaults are for servers: a quarter of our heap would go to the cleaner.
            "log.cleaner.dedupe.buffer.size": str(8 << 20),
            "num.network.threads": "2",
            "num.io.threads": "4",
            "log.segment.bytes": str(128 << 20),
        }
        for name in self.secured:
            lower = f"listener.name.{name.lower()}"
            if "SASL" in name:
                options |= {f"{lower}.sasl.enabled.mechanisms": "SCRAM-SHA-512",
                            f"{lower}.scram-sha-512.sasl.jaas.config": _SCRAM}
            if _is_tls(name):
                options |= {f"{lower}.ssl.keystore.type": "PEM", f"{lower}.ssl.truststore.type": "PEM",
                            f"{lower}.ssl.keystore.location": str(self.certificates / "broker.pem"),
                            f"{lower}.ssl.truststore.location": str(self.certificates / "ca.pem"),
                            f"{lower}.ssl.client.auth": "required" if name == "MTLS" else "none"}
        return options

    @property
    def tls(self) -> bool:
        return any(map(_is_tls, self.secured))


def _is_tls(listener: str) -> bool:
    return listener in ("SSL", "MTLS", "SASL_SSL")
