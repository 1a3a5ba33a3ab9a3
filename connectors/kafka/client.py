"""librdkafka's configuration for a bus, and the question whether the bus is well."""

import logging
import os
import socket
import time
from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata

from connectors.errors import BusDeniedError, BusUnavailableError, BusUrlError, MissingTopicError, TopicError
from connectors.given_password import password_from
from connectors.kafka.bus_url import PASSWORD_VARIABLE, KafkaBus
from features.events import TOPICS

#: Opens a client's private key, where it is encrypted.
KEY_PASSWORD_VARIABLE = "DUANKA_KAFKA_KEY_PASSWORD"

#: librdkafka's own words go here, never to standard error; a job that wants them adds a handler.
log = logging.getLogger("duanka.kafka")
log.addHandler(logging.NullHandler())
log.propagate = False

_ALL_AWAY = (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT, KafkaError._RESOLVE, KafkaError._TIMED_OUT,
             KafkaError._MSG_TIMED_OUT)
_NOT_LET_IN = (
    KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED, KafkaError.UNSUPPORTED_SASL_MECHANISM,
    KafkaError.ILLEGAL_SASL_STATE,
)  # fmt: skip
_NOT_ALLOWED = (
    KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
)  # fmt: skip


def client_config(bus: KafkaBus) -> dict:
    """What every client of `bus` is configured with; consumers and producers add their own.

    Errors of a connection go to the logger ``duanka.kafka``: librdkafka mends them by itself, and
    those that matter come back from calls. A caller may replace ``error_cb``.

    Raises
    ------
    BusUrlError
        A file that the address names cannot be read, or the password is missing or given twice.
    """
    config = {
        "bootstrap.servers": bus.bootstrap,
        "security.protocol": bus.security,
        "client.id": f"duanka-{socket.gethostname()}-{os.getpid()}",
        "logger": log,
        "error_cb": _note_error,
        # A broker that hangs is noticed in seconds, one that restarts is found again within one (ours).
        "socket.connection.setup.timeout.ms": 5_000,
        "socket.timeout.ms": 20_000,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 1_000,
        "socket.keepalive.enable": True,
    }
    if bus.sasl:
        password = password_from(PASSWORD_VARIABLE, BusUrlError)
        if password is None:
            raise BusUrlError(f"the bus {bus} needs a password; give it as {PASSWORD_VARIABLE} or in the file that "
                              f"{PASSWORD_VARIABLE}_FILE names")
        config |= {"sasl.mechanism": bus.mechanism, "sasl.username": bus.user, "sasl.password": password}
    if bus.tls:
        given = {"ssl.ca.location": bus.ca, "ssl.certificate.location": bus.certificate, "ssl.key.location": bus.key}
        config |= {name: _readable(name, path) for name, path in given.items() if path}
        key_password = password_from(KEY_PASSWORD_VARIABLE, BusUrlError)
        if bus.key and key_password is not None:
            config["ssl.key.password"] = key_password
    return config


def check_bus(bus: KafkaBus, timeout_s: float = 10.0, topics: Sequence[str] = ()) -> dict[str, int]:
    """Return the topics of events that the bus has, each with its number of partitions.

    Parameters
    ----------
    timeout_s : float
        How long a broker may take to answer, also to come back from a restart.
    topics : sequence of str
        Names of topics (as in `features.events.TOPICS`) that must be there. None named: one of
        them, whichever.

    Raises
    ------
    BusUrlError
        See `client_config`.
    BusUnavailableError
        No broker answered in time, or TLS failed.
    BusDeniedError
        User, password or certificate refused. At once, as is a TLS failure.
    MissingTopicError
    """
    found = reach_bus(bus, timeout_s).topics
    # Asked for may also be a topic that only leaves us, such as receipt.
    present = {name: len(found[bus.topic(name)].partitions) for name in dict.fromkeys((*TOPICS, *topics))
               if bus.topic(name) in found}
    missing = [name for name in topics if name not in present]
    if missing or not present:
        raise missing_topics(bus, missing or list(TOPICS))
    return present


def reach_bus(bus: KafkaBus, timeout_s: float) -> ClusterMetadata:
    """Return what the bus says of its brokers and topics; errors as in `check_bus`."""
    errors: list[KafkaError] = []
    try:
        admin = AdminClient(client_config(bus) | {"error_cb": errors.append})
    except KafkaException as error:
        raise BusUrlError(f"the bus {bus} cannot be used: {error.args[0].str()}; check the files in its "
                          "address") from None
    deadline = time.monotonic() + timeout_s
    while True:
        left_s = deadline - time.monotonic()
        try:
            return admin.list_topics(timeout=max(0.1, min(1.0, left_s)))
        except KafkaException as error:
            admin.poll(0)
            refusal = next((e for e in errors if e.code() in (*_NOT_LET_IN, *_NOT_ALLOWED, KafkaError._SSL)), None)
            if refusal is not None or left_s <= 1.0:
                raise translate(bus, refusal or _telling(errors) or error.args[0]) from None


def translate(bus: KafkaBus, error: KafkaError) -> TopicError:
    """Return the error of our own tree for an error of librdkafka."""
    words = " ".join(error.str().split())[:300]
    if error.code() in _NOT_LET_IN:
        return BusDeniedError(f"the bus {bus} refused the user {bus.user!r} or the password: {words}; check user and "
                              f"mechanism in the address, and {PASSWORD_VARIABLE}")
    if error.code() in _NOT_ALLOWED:
        who = f"the user {bus.user!r}" if bus.sasl else "this client"
        return BusDeniedError(f"the bus {bus} does not allow {who} what was asked: {words}; have the rights given, see "
                              "docs/kafka.md")
    if error.code() == KafkaError._SSL:
        return BusUnavailableError(f"no TLS connection to the bus {bus}: {words}; check ca (who signed the brokers' "
                                   "certificates), the host names, and that this port speaks TLS")
    if error.code() in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC):
        return MissingTopicError(f"the bus {bus} lacks a topic: {words}; make the topics with: duanka topics create "
                                 f"--bus '{bus}'")
    if error.code() in _ALL_AWAY:
        return BusUnavailableError(f"no broker of the bus {bus} answers: {words}; check that it runs, can be reached "
                                   "from here, and that security in the address is what this port speaks")
    return TopicError(f"the bus {bus} failed: {words} ({error.name()})")


def missing_topics(bus: KafkaBus, names: Sequence[str]) -> MissingTopicError:
    """The error for topics of events that the bus does not have."""
    hidden = " (or does not show it to this user)" if bus.sasl or bus.certificate else ""
    return MissingTopicError(f"the bus {bus} has no topic {', '.join(map(bus.topic, names))}{hidden}; check the prefix "
                             f"in the address, or make the topics with: duanka topics create --bus '{bus}'")


def _telling(errors: Sequence[KafkaError]) -> KafkaError | None:
    """The first error that says why, rather than that all brokers are down."""
    return next((e for e in errors if e.code() != KafkaError._ALL_BROKERS_DOWN), None)


def _note_error(error: KafkaError) -> None:
    log.warning("%s: %s", error.name(), error.str())


def _readable(name: str, path: str) -> str:
    try:
        with open(path, "rb"):
            return path
    except OSError as error:
        raise BusUrlError(f"the file {path} of {name.split('.')[1]} in the address of the bus cannot be read: "
                          f"{error.strerror}; name a PEM file") from None
