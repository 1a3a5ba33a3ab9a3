"""Addresses of Kafka buses."""

import pytest

from connectors.errors import BusUrlError
from connectors.kafka.bus_url import KafkaBus, parse_bus_url


def test_an_address_with_everything():
    text = ("kafka://a.example:9093,[::1]:9094/police.?security=SASL_SSL&user=o%27neill&mechanism=SCRAM-SHA-256"
            "&ca=/etc/ca.pem&certificate=/etc/c.pem&key=/etc/k.pem")
    bus = parse_bus_url(text)
    assert bus == KafkaBus("a.example:9093,[::1]:9094", "police.", "SASL_SSL", "o'neill", "SCRAM-SHA-256",
                           "/etc/ca.pem", "/etc/c.pem", "/etc/k.pem")
    assert bus.sasl and bus.tls and bus.topic("cdr") == "police.cdr"
    assert parse_bus_url(str(bus)) == bus


@pytest.mark.parametrize("text", ["kafka://h", "kafka://h/", "kafka://h:9092", "kafka://h?security=plaintext"])
def test_what_is_left_out_has_a_default(text):
    bus = parse_bus_url(text)
    assert bus == KafkaBus("h:9092") and bus.topic("txn") == "txn" and not bus.sasl and not bus.tls
    assert str(bus) == "kafka://h:9092"


def test_sasl_takes_the_strongest_mechanism_by_default():
    assert parse_bus_url("kafka://h?security=SASL_PLAINTEXT&user=u").mechanism == "SCRAM-SHA-512"


@pytest.mark.parametrize(("text", "part"), [
    ("kafka:h", "begins with kafka://"), ("http://h", "begins with kafka://, got 'http'"),
    ("kafka://", "got none"), ("kafka://a,,b", "got none"), ("kafka://h:0", "'h:0'"), ("kafka://h:99999", "'h:99999'"),
    ("kafka://h:x", "'h:x'"), ("kafka://a b", "'a b'"), ("kafka://h/a/b", "prefix.*'a/b'"),
    ("kafka://u@h", r"\?user=NAME"), ("kafka://h?secruity=SSL", "'secruity'; did you mean 'security'"),
    ("kafka://h?zzz=1", "valid: security, user"), ("kafka://h?security=TLS", "one of PLAINTEXT, SSL.*'TLS'"),
    ("kafka://h?security=SASL_SSL&user=u&mechanism=GSSAPI", "one of SCRAM.*'GSSAPI'"),
    ("kafka://h?security=SSL&security=SSL", "twice"), ("kafka://h?security=", "empty"),
    ("kafka://h?security=SASL_SSL", "needs a user"), ("kafka://h?user=u", "user is for SASL"),
    ("kafka://h?security=SSL&mechanism=PLAIN", "mechanism is for SASL"), ("kafka://h?ca=/x", "ca is for TLS"),
    ("kafka://h?security=SSL&key=/k", "needs its key"),
    ("kafka://h?security=SASL_PLAINTEXT&user=u&mechanism=PLAIN", "readable"),
])
def test_a_wrong_address_says_what_is_wrong(text, part):
    with pytest.raises(BusUrlError, match=part) as caught:
        parse_bus_url(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [
    "kafka://u:hush@h", "kafka://:hush@h", "kafka://h?password=hush", "kafka://h?sasl.password=hush",
    "kafka://h?security=SASL_SSL&user=u&pass=hush", "kafka://u:hu@sh:9092@h",
])
def test_a_password_in_the_address_is_refused_and_not_repeated(text):
    with pytest.raises(BusUrlError, match="DUANKA_KAFKA_PASSWORD") as caught:
        parse_bus_url(text)
    assert "hush" not in str(caught.value) and "sh:9092" not in str(caught.value)
