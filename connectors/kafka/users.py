"""Passwords of a bus's users, where the brokers keep them (SCRAM)."""

import time

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import client_config, translate

#: Rounds of hashing; Kafka's default and least.
_ITERATIONS = 4096


def set_password(bus: KafkaBus, user: str, password: str, timeout_s: float = 10.0) -> None:
    """Give a user a password for SCRAM-SHA-512; a new one takes the place of an old one.

    The brokers get its salted hash only. Needs a bus over which users may be altered. A new user
    is known when this returns; of a new password the brokers hear within moments.

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
        deadline = time.monotonic() + timeout_s
        while not _is_known(admin, user, timeout_s) and time.monotonic() < deadline:
            time.sleep(0.05)
    except KafkaException as error:
        raise translate(bus, error.args[0]) from None


def _is_known(admin: AdminClient, user: str, timeout_s: float) -> bool:
    try:
        admin.describe_user_scram_credentials([user], request_timeout=timeout_s)[user].result()
        return True
    except KafkaException as error:
        if error.args[0].code() != KafkaError.RESOURCE_NOT_FOUND:
            raise
        return False
