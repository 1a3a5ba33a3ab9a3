"""Addresses of stores, and where passwords may come from."""

import pytest

from connectors.errors import StoreError, StoreUrlError
from connectors.store_url import parse_store_url


def test_a_server_address_with_everything(monkeypatch):
    monkeypatch.setenv("DUANKA_STORE_PASSWORD", "s3cret")
    url = parse_store_url("clickhouse://police@db.example:9441/cases?secure=1")
    assert (url.user, url.host, url.port, url.database, url.secure) == ("police", "db.example", 9441, "cases", True)
    assert url.password == "s3cret"
    assert "s3cret" not in repr(url) and "s3cret" not in str(url)
    assert str(url) == "clickhouse://police@db.example:9441/cases?secure=1"


def test_what_is_left_out_has_a_default():
    url = parse_store_url("clickhouse://localhost")
    assert (url.user, url.port, url.database, url.secure, url.password) == ("default", 9000, "duanka", False, None)
    assert parse_store_url("clickhouse://localhost?secure=1").port == 9440


def test_an_embedded_address_names_a_folder(tmp_path):
    assert parse_store_url(f"embedded:{tmp_path}").path == tmp_path
    assert parse_store_url("embedded:data").path.is_absolute()


@pytest.mark.parametrize(("text", "part"), [
    ("http://localhost", "begins with clickhouse: or embedded:"), ("localhost", "got none"),
    ("embedded:", "needs the folder"), ("clickhouse://", "no host"), ("clickhouse://h:99999", "port"),
    ("clickhouse://h/a-b", "letters, digits"), ("clickhouse://h?secur=1", "did you mean 'secure'"),
    ("clickhouse://h?secure=yes", "0 or 1"), ("clickhouse://h?secure=1&secure=0", "twice"),
])
def test_a_wrong_address_says_what_is_wrong(text, part):
    with pytest.raises(StoreUrlError, match=part):
        parse_store_url(text)


@pytest.mark.parametrize("text", ["clickhouse://u:hush@h", "clickhouse://h?password=hush", "clickhouse://:hush@h"])
def test_a_password_in_the_address_is_refused_and_not_repeated(text):
    with pytest.raises(StoreUrlError, match="DUANKA_STORE_PASSWORD") as caught:
        parse_store_url(text)
    assert "hush" not in str(caught.value)


def test_the_password_comes_from_one_place(tmp_path, monkeypatch):
    path = tmp_path / "password"
    path.write_text("filed\n")
    monkeypatch.setenv("DUANKA_STORE_PASSWORD_FILE", str(path))
    assert parse_store_url("clickhouse://h").password == "filed"
    monkeypatch.setenv("DUANKA_STORE_PASSWORD", "x")
    with pytest.raises(StoreError, match="both"):
        parse_store_url("clickhouse://h")
    monkeypatch.delenv("DUANKA_STORE_PASSWORD")
    monkeypatch.setenv("DUANKA_STORE_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(StoreError, match="cannot be read"):
        parse_store_url("clickhouse://h")
