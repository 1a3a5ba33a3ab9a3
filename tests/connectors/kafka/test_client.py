"""What librdkafka is told, and what is said when nobody answers; a real broker is in tests/kafka."""

import socket
import time

import pytest

from connectors.errors import BusUnavailableError, BusUrlError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.client import check_bus, client_config

_SASL = "kafka://127.0.0.1:1?security=SASL_PLAINTEXT&user=job"


@pytest.fixture(autouse=True)
def no_password_from_outside(monkeypatch):
    for name in ("", "_FILE"):
        monkeypatch.delenv(f"DUANKA_KAFKA_PASSWORD{name}", raising=False)


def test_the_password_comes_from_the_environment_or_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("DUANKA_KAFKA_PASSWORD", "hush")
    assert client_config(parse_bus_url(_SASL))["sasl.password"] == "hush"
    monkeypatch.delenv("DUANKA_KAFKA_PASSWORD")
    (tmp_path / "password").write_text("filed\n")
    monkeypatch.setenv("DUANKA_KAFKA_PASSWORD_FILE", str(tmp_path / "password"))
    assert client_config(parse_bus_url(_SASL))["sasl.password"] == "filed"
    monkeypatch.setenv("DUANKA_KAFKA_PASSWORD", "hush")
    with pytest.raises(BusUrlError, match="both DUANKA_KAFKA_PASSWORD and"):
        client_config(parse_bus_url(_SASL))


def test_a_missing_password_or_file_is_said_before_anything_is_connected():
    with pytest.raises(BusUrlError, match="needs a password; give it as DUANKA_KAFKA_PASSWORD"):
        client_config(parse_bus_url(_SASL))
    with pytest.raises(BusUrlError, match="/nowhere/ca.pem of ca .* cannot be read"):
        client_config(parse_bus_url("kafka://h?security=SSL&ca=/nowhere/ca.pem"))


def test_a_plain_bus_needs_no_password():
    config = client_config(parse_bus_url("kafka://h"))
    assert config["security.protocol"] == "PLAINTEXT" and not [name for name in config if "sasl" in name]


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid:9092"])
def test_nobody_there(host, capfd):
    started = time.monotonic()
    with pytest.raises(BusUnavailableError, match=f"no broker of the bus kafka://{host} answers: .*check that it runs"):
        check_bus(parse_bus_url(f"kafka://{host}"), timeout_s=2)
    assert time.monotonic() - started < 60
    said = capfd.readouterr()
    assert not said.out and not said.err


def test_somebody_who_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with pytest.raises(BusUnavailableError, match="no broker"):
            check_bus(parse_bus_url(f"kafka://127.0.0.1:{port}"), timeout_s=2)
