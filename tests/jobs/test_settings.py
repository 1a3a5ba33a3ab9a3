"""Settings: who wins, what is refused, and what the message says."""

import os
from pathlib import Path

import pytest

from jobs.settings import Settings, SettingsError, load_settings
from models.rules import default_rules


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):


    for name in list(os.environ):
        if name.upper().startswith("DUANKA"):
            monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "duanka.toml"


def test_default_below_file_below_environment_below_flag(file, monkeypatch):
    assert load_settings().parallelism == Settings().parallelism
    file.write_text("parallelism = 3")
    assert load_settings(file).parallelism == 3
    monkeypatch.setenv("DUANKA_PARALLELISM", "4")
    assert load_settings(file).parallelism == 4
    assert load_settings(file, parallelism=5).parallelism == 5
    assert load_settings(file, parallelism=None).parallelism == 4


def test_each_source_sets_its_own_and_leaves_the_rest(file, monkeypatch):
    file.write_text("shards = 8\nlateness_s = 1.5")
    monkeypatch.setenv("DUANKA_LATENESS_S", "2.5")
    settings = load_settings(file, chunk_kib=64)
    assert (settings.shards, settings.lateness_s, settings.chunk_kib) == (8, 2.5, 64)
    assert settings.heap_mib == Settings().heap_mib


def test_the_environment_may_name_the_file(file, monkeypatch, tmp_path):
    file.write_text("shards = 8")
    monkeypatch.setenv("DUANKA_CONFIG", str(file))
    assert load_settings().shards == 8
    other = tmp_path / "other.toml"
    other.write_text("shards = 4")
    assert load_settings(other).shards == 4
    monkeypatch.setenv("DUANKA_CONFIG", str(tmp_path / "nowhere.toml"))
    with pytest.raises(SettingsError, match="nowhere.toml cannot be read"):
        load_settings()


def test_an_unknown_name_in_the_file_is_told_its_nearest_and_place(file):
    file.write_text("paralelism = 3")
    with pytest.raises(SettingsError, match=f"'paralelism' in {file}; did you mean 'parallelism'"):
        load_settings(file)


def test_an_unknown_variable_is_told_its_nearest(monkeypatch):
    monkeypatch.setenv("DUANKA_LATENES_S", "3")
    with pytest.raises(SettingsError, match="variable DUANKA_LATENES_S; did you mean 'lateness_s'"):
        load_settings()


def test_an_unknown_flag_is_told_its_nearest():
    with pytest.raises(SettingsError, match="did you mean 'parallelism'"):
        load_settings(paralelism=3)


def test_a_name_like_no_other_is_told_all_of_them(file):
    file.write_text("zzzzzz = 3")
    with pytest.raises(SettingsError, match="valid: bus, store, state"):
        load_settings(file)


def test_variables_that_are_no_settings_are_left_alone(monkeypatch):
    monkeypatch.setenv("DUANKA_STORE_PASSWORD", "secret")
    monkeypatch.setenv("DUANKA_STORE_PASSWORD_FILE", "/run/secret")
    assert "secret" not in str(load_settings().summary())


@pytest.mark.parametrize("text", ["shards = ", "[shards", "\x00"])
def test_a_file_that_is_no_toml(file, text):
    file.write_text(text)
    with pytest.raises(SettingsError, match=f"{file} is not TOML"):
        load_settings(file)


def test_a_file_that_is_no_text(file):
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not TOML"):
        load_settings(file)


#: Setting, bad value, and words that the message holds beside its name and the value.
BAD = [
    ("bus", "s3://bucket", "file://FOLDER or kafka://"),
    ("bus", "kafka://bro ker", "host:port"),
    ("bus", "file://", "file://FOLDER"),
    ("store", "mysql://host", "clickhouse://"),
    ("shards", 3, "power of two, such as 4"),
    ("shards", 0, "greater than or equal to 1"),
    ("shards", 8192, "less than or equal to 4096"),
    ("shards", "many", "valid integer"),
    ("shards", "", "valid integer"),
    ("parallelism", 0, "greater than"),
    ("parallelism", 1.5, "integer"),
    ("lateness_s", -1, "greater than"),
    ("lateness_s", float("nan"), "less than"),
    ("lateness_s", 90_000, "less than"),
    ("future_s", -0.1, "greater than"),
    ("chunk_kib", 1, "greater than"),
    ("chunk_kib", 10**6, "less than"),
    ("checkpoint_s", 0, "greater than"),
    ("idle_ms", 1, "greater than"),
    ("max_entities", 10, "greater than"),
    ("silence_days", 0, "greater than"),
    ("store_events", "maybe", "boolean"),
    ("store_scores", "some", "'none' or 'all'"),
    ("heap_mib", 10, "greater than"),
    ("state", 5, "path"),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD, ids=[f"{n}={v}" for n, v, _ in BAD])
def test_a_bad_value_is_refused_with_name_value_and_advice(name, value, words):
    with pytest.raises(SettingsError) as caught:
        load_settings(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"setting {name}: ") and words in message
    # A refused address is not repeated: it may hold a password.
    assert name == "store" or repr(value) in message
    assert "\n" not in message


def test_a_password_given_by_mistake_is_not_repeated():
    with pytest.raises(SettingsError) as caught:
        load_settings(store="clickhouse://user:hunter2@host:9000/duanka")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("bus", ["kafka://user:hunter2@host:9092", "kafka://h?password=hunter2", "kafak://u:hunter2@h"])
def test_neither_is_one_in_the_address_of_a_bus(bus):
    with pytest.raises(SettingsError, match="setting bus: ") as caught:
        load_settings(bus=bus)
    assert "hunter2" not in str(caught.value)


def test_a_kafka_bus_is_no_folder(monkeypatch):
    monkeypatch.setenv("DUANKA_KAFKA_PASSWORD", "hunter2")
    settings = load_settings(bus="kafka://host:9092/duanka.?security=SASL_SSL&user=job")
    assert settings.kafka_bus.topic("cdr") == "duanka.cdr" and settings.kafka_bus.user == "job"
    assert "hunter2" not in str(settings.summary())
    with pytest.raises(SettingsError, match="needs a folder of topics, got kafka://host:9092/duanka."):
        _ = settings.bus_folder
    assert load_settings().kafka_bus is None


@pytest.mark.parametrize("value", [float("inf"), "inf"])
def test_a_future_without_end_is_refused(value):
    with pytest.raises(SettingsError):
        load_settings(future_s=value).engine(0)


def test_true_is_no_number(file):
    file.write_text("shards = true")
    with pytest.raises(SettingsError):
        load_settings(file)


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().shards = 4


def test_what_the_engine_is_told(file, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text("[levels]\nred = 900")
    settings = load_settings(shards=4, lateness_s=2.5, future_s=60, max_entities=1000, silence_days=9, rules=rules)
    engine = settings.engine(1_000_000)
    assert (engine.shards, engine.lateness_ms, engine.latest_ms) == (4, 2500, 1_060_000)
    assert (engine.bounds.max_entities, engine.bounds.silence_days) == (1000, 9)
    assert engine.rules.levels["red"] == 900
    assert load_settings().engine(0).rules == default_rules()


@pytest.mark.parametrize("content", [None, b"[levls]", b"[levels]\nred = 2000", b"\xff"])
def test_bad_rules_are_refused_by_the_name_of_their_file(tmp_path, content):
    rules = tmp_path / "my-rules.toml"
    if content is not None:
        rules.write_bytes(content)
    with pytest.raises(SettingsError, match="my-rules.toml"):
        load_settings(rules=rules).engine(0)


def test_a_bus_without_topics_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=f"no topic folder.*{tmp_path}.*duanka simulate"):
        load_settings(bus=f"file://{tmp_path}").require_bus()
    (tmp_path / "cdr").mkdir()
    load_settings(bus=f"file://{tmp_path}").require_bus()


def test_the_summary_shows_every_setting_in_force():
    shown = load_settings(shards=4).summary()
    assert shown["shards"] == "4"
    unset = {name for name, field in Settings.model_fields.items() if field.default is None}
    assert set(Settings.model_fields) - set(shown) == unset | {"flink"}
