"""Passwords and certificates against a real broker: the right ones get in, wrong ones get a sentence."""

import time

import pytest

from connectors.errors import BusDeniedError, BusUnavailableError, BusUrlError, MissingTopicError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.client import check_bus, reach_bus
from connectors.kafka.users import set_password
from deploy.local.broker_plan import SECURED
from deploy.local.development_ca import issue_certificates


@pytest.fixture(scope="session")
def foreign(tmp_path_factory):
    """Certificates of an authority that the broker has never heard of."""
    folder = tmp_path_factory.mktemp("foreign")
    issue_certificates(folder)
    return folder


@pytest.mark.parametrize("security", ("PLAINTEXT", *SECURED))
def test_the_right_password_and_authority_get_in(topics, password, security):
    bus = parse_bus_url(topics.url(security))
    assert check_bus(bus) == dict.fromkeys(("card", "cdr", "txn", "lead", "verdict", "watchlist"), 3)
    assert password not in str(bus) and password not in repr(bus)


@pytest.mark.parametrize("security", ["SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("wrong", ["password", "user"])
def test_a_wrong_password_or_user_is_refused_at_once(topics, password, monkeypatch, security, wrong):
    url = topics.url(security)
    if wrong == "user":
        url = url.replace("user=duanka", "user=nobody")
    else:
        monkeypatch.delenv("DUANKA_KAFKA_PASSWORD_FILE")
        monkeypatch.setenv("DUANKA_KAFKA_PASSWORD", "not-this-one")
    with pytest.raises(BusDeniedError, match="refused the user '(duanka|nobody)' or the password: .*KAFKA_PASSWORD"):
        check_bus(parse_bus_url(url), timeout_s=60)


def test_an_unknown_mechanism_is_named(topics, password):
    with pytest.raises(BusDeniedError, match="supported mechanisms: SCRAM-SHA-512"):
        check_bus(parse_bus_url(topics.url("SASL_SSL") + "&mechanism=SCRAM-SHA-256"))


@pytest.mark.parametrize("security", ["SSL", "SASL_SSL"])
def test_a_broker_that_another_authority_signed_is_not_believed(topics, password, foreign, security):
    own = str(topics.broker.plan.certificates / "ca.pem")
    url = topics.url(security).replace(own, str(foreign / "ca.pem"))
    with pytest.raises(BusUnavailableError, match="no TLS connection .*certificate verify failed.*check ca"):
        check_bus(parse_bus_url(url), timeout_s=60)


def test_without_a_ca_only_whom_the_system_trusts_is_believed(topics):
    with pytest.raises(BusUnavailableError, match="certificate"):
        check_bus(parse_bus_url(topics.url("SSL").partition("&ca=")[0]), timeout_s=60)


def test_a_broker_may_ask_for_a_certificate_of_the_client(topics, foreign):
    own = topics.broker.plan.certificates
    url = topics.url("MTLS")
    assert check_bus(parse_bus_url(url))
    for wrong in (url.partition("&certificate=")[0], url.replace(f"{own}/client", f"{foreign}/client")):
        with pytest.raises(BusUnavailableError):
            check_bus(parse_bus_url(wrong), timeout_s=5)
    with pytest.raises(BusUrlError, match="cannot be used"):
        check_bus(parse_bus_url(url.replace(f"{own}/client.key", f"{foreign}/client.key")))


@pytest.mark.parametrize("port", ["SSL", "SASL_PLAINTEXT"])
def test_a_port_that_speaks_otherwise_is_not_waited_for_without_end(topics, port):
    number = topics.broker.plan.secured[port]
    with pytest.raises(BusUnavailableError, match="what this port speaks"):
        check_bus(parse_bus_url(f"kafka://127.0.0.1:{number}"), timeout_s=2)


def test_topics_that_are_missing_are_named(make_topics, topics):
    none = make_topics(0)
    with pytest.raises(MissingTopicError, match=f"{none.prefix}card, {none.prefix}cdr, .*duanka topics create"):
        check_bus(none.bus)
    assert check_bus(topics.bus, topics=("cdr", "txn"))["cdr"] == 3


def test_a_new_password_takes_the_place_of_the_old(topics, monkeypatch):
    bus = parse_bus_url(topics.url("SASL_PLAINTEXT").replace("user=duanka", "user=officer"))

    def gets_in(password: str) -> bool:
        monkeypatch.setenv("DUANKA_KAFKA_PASSWORD", password)
        try:
            return bool(reach_bus(bus, 60).brokers)
        except BusDeniedError:
            return False

    set_password(topics.bus, "officer", "first")
    assert gets_in("first") and not gets_in("second")
    set_password(topics.bus, "officer", "second")
    deadline = time.monotonic() + 60
    while gets_in("first") and time.monotonic() < deadline:  # brokers hear of it within moments
        time.sleep(0.1)
    assert not gets_in("first") and gets_in("second")
