"""Passwords of a bus's users, where the brokers keep them (SCRAM)."""

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import client_config, translate

#: Rounds of hashing; Kafka's default and least.
_ITERATIONS = 4096


def set_password(bus: KafkaBus, user: str, password: str, timeout_s: float = 10.0) -> None:
    """Give a user a password for SCRAM-SHA-512; a new one takes the place of an old one.

    The brokers get its salted hash only. Needs a bus over which users may be altered.

    Raises
    ------
    TopicError
        The bus cannot be reached or does not allow it.
    """
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
    change = UserScramCredentialUpsertion(user, info, password.encode())
    admin = AdminClient(client_config(bus))
    try:
        for answer in admin.alter_user_scram_credentials([change], request_timeout=timeout_s).values():
            answer.result()
    except KafkaException as error:
        raise translate(bus, error.args[0]) from None
