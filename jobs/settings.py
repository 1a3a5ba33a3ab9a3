"""Settings: defaults < TOML file < environment ``DUANKA_…`` < flag, validated once, then frozen."""

import difflib
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.errors import StoreError, TopicError
from connectors.kafka.bus_url import KafkaBus, parse_bus_url
from connectors.store_url import parse_store_url
from features.bounds import Bounds
from features.errors import DuankaError
from features.events import TOPICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.engine import EngineSettings
    from jobs.model_life.takeover import Takeover
    from models.rules import Rules

_PREFIX = "DUANKA_"
#: Variables with the prefix that are no settings: secrets, where the settings file is, the notebooks' own.
_OTHER_VARIABLES = (
    "OFFICER", "PURPOSE", "STORE_PASSWORD", "STORE_PASSWORD_FILE", "KAFKA_PASSWORD", "KAFKA_PASSWORD_FILE",
    "KAFKA_KEY_PASSWORD", "KAFKA_KEY_PASSWORD_FILE", "CONFIG",
    "OPENID_SECRET", "OPENID_SECRET_FILE",
    "WORKER_CACHE", "WORKER_PYTHON",
    "DATA", "NOTEBOOK_PEOPLE", "NOTEBOOK_DAYS", "NOTEBOOK_FOLDER",
)  # fmt: skip


class SettingsError(DuankaError, ValueError):
    """A setting is wrong; the message says which, what was given and what to do."""


class Settings(BaseModel):
    """What an operator decides. Times in the unit the name says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bus: str = Field("file://build/demo/bus", description="topics: file://FOLDER or kafka://host:9092/PREFIX")
    store: str = Field("embedded:build/demo/store", description="embedded:FOLDER or clickhouse://user@host:port/db")
    state: Path = Field(Path("build/demo/state"), description="folder of checkpoints, plan log and job log")
    rules: Path | None = Field(None, description="TOML file of typology parameters, levels and episode")
    models: Path = Field(Path("build/demo/models"), description="folder of the model registry")
    warning_topic: bool = Field(False, description="publish warnings of victims on the topic `warning` of the bus, too")
    casework: Path | None = Field(None, description="TOML file of case work: periods, and the office in notices")
    notices: Path | None = Field(None, description="TOML file of notices: channels, officers, quiet hours")
    console: Path | None = Field(None, description="TOML file of the console: sign-in by OpenID Connect")
    learned: bool = Field(True, description="score with the registry's champion; off: typologies and detectors alone")
    shards: int = Field(16, ge=1, le=4096, description="power of two; fixed for the life of the state")
    parallelism: int = Field(2, ge=1, le=4096)
    lateness_s: float = Field(10.0, ge=0, le=86_400, description="disorder that changes no hit")
    future_s: float = Field(86_400.0, ge=0, le=315_360_000, description="how far after now an event time may lie")
    chunk_kib: int = Field(16_384, ge=16, le=65_536, description="bytes decoded at once, KiB")
    checkpoint_s: float = Field(10.0, ge=0.5, le=3600)
    linger_ms: int = Field(200, ge=0, le=60_000, description="Kafka: how long a short chunk waits for more messages")
    bus_from: AwareDatetime | None = Field(None, description="Kafka: earliest message taken, by its Kafka timestamp")
    bus_until: AwareDatetime | None = Field(None, description="Kafka: messages from this timestamp on are not taken")
    idle_ms: int = Field(1000, ge=50, description="--follow: silence after which held events are let out")
    max_entities: int = Field(4_000_000, ge=1000, description="cards of a kind in one shard")
    silence_days: int = Field(400, ge=1, description="a card silent for longer is forgotten")
    store_events: bool = Field(True, description="keep calls and payments for the card view")
    store_scores: Literal["none", "all"] = Field("none", description="keep the score of every event")
    state_backend: Literal["heap", "rocksdb"] = Field("heap", description="where Flink keeps keyed state")
    heap_mib: int = Field(2048, ge=256, description="heap of the embedded Flink JVM")
    cluster: str = Field("http://127.0.0.1:8081", description="REST address of the Flink cluster that submit hands to")
    cluster_ca: Path | None = Field(None, description="PEM of the authority that signed the cluster's certificate")
    cluster_certificate: Path | None = Field(None, description="PEM of our certificate and key for the cluster")
    worker_archive: Path | None = Field(None, description="what make worker-archive made; none: workers run our Python")
    restart_backoff_s: float = Field(60.0, ge=1, le=3600, description="submit: longest pause before another attempt")
    flink: dict[str, str] = Field({}, description="submit: further options of Flink, by name; a table in TOML")
    log_format: Literal["text", "json"] = Field("text", description="form of a run's logs, Flink's own included")
    metrics_port: int = Field(0, ge=0, le=65_535, description="loopback port of the metrics for Prometheus; 0: none")

    @field_validator("shards")
    @classmethod
    def _power_of_two(cls, value: int) -> int:
        if value & (value - 1):
            raise ValueError(f"must be a power of two, such as {1 << value.bit_length()}")
        return value

    @model_validator(mode="after")
    def _workers_have_shards(self) -> "Settings":
        if self.parallelism > self.shards:
            raise ValueError(f"parallelism {self.parallelism} is more than there are shards ({self.shards})")
        return self

    @field_validator("bus")
    @classmethod
    def _bus_scheme(cls, value: str) -> str:
        if value.startswith("kafka:"):
            try:
                parse_bus_url(value)
            except TopicError as error:
                raise ValueError(str(error)) from error
        elif not value.startswith("file://") or not value.removeprefix("file://"):
            raise ValueError("must be file://FOLDER or kafka://host:9092/PREFIX")
        return value

    @field_validator("store")
    @classmethod
    def _store_url(cls, value: str) -> str:
        try:
            parse_store_url(value)
        except StoreError as error:
            raise ValueError(str(error)) from error
        return value

    @property
    def kafka_bus(self) -> KafkaBus | None:
        """The bus, if it is a Kafka one."""
        return parse_bus_url(self.bus) if self.bus.startswith("kafka:") else None

    @property
    def bus_folder(self) -> Path:
        """The folder of topics.

        Raises
        ------
        SettingsError
            The bus is no folder.
        """
        if self.kafka_bus:
            raise SettingsError(f"setting bus: this needs a folder of topics, got {self.kafka_bus}; give file://FOLDER")
        return Path(self.bus.removeprefix("file://")).expanduser().resolve()

    def require_bus(self) -> None:
        """Refuse a bus without any topic, or one that cannot be reached.

        Raises
        ------
        SettingsError
            The folder has no topic.
        TopicError
            What is wrong with a Kafka bus; after some 10 s at most.
        """
        if self.kafka_bus:
            # Imported late: loads librdkafka.
            from connectors.kafka.client import check_bus
            from connectors.record_append import WARNING_TOPIC

            check_bus(self.kafka_bus)
            if self.warning_topic:
                check_bus(self.kafka_bus, topics=(WARNING_TOPIC,))
            return
        if not any((self.bus_folder / topic).is_dir() for topic in TOPICS):
            raise SettingsError(
                f"setting bus: no topic folder ({', '.join(TOPICS)}) in {self.bus_folder}; "
                "make one with: duanka simulate --out FOLDER"
            )

    def load_rules(self) -> "Rules":
        """The rules in force.

        Raises
        ------
        SettingsError
            The file cannot be read or is not valid.
        """
        # Imported late: commands that only ask the store start without numpy and numba.
        from models.rules import BadRules, default_rules, parse_rules

        if self.rules is None:
            return default_rules()
        try:
            return parse_rules(self.rules.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"rules: {self.rules} cannot be read: {error.strerror}; give a TOML file") from error
        except (BadRules, UnicodeDecodeError) as error:
            raise SettingsError(f"rules: {self.rules}: {error}") from error

    def engine(self, now_ms: int, models: "Sequence[Takeover]" = ()) -> "EngineSettings":
        """What decides the hits.

        Parameters
        ----------
        now_ms : int
            The time from which the future is counted.
        models : sequence of Takeover
            For a replay; a Flink job takes its models from the registry by itself.
        """
        from jobs.engine import EngineSettings

        return EngineSettings(
            rules=self.load_rules(),
            shards=self.shards,
            lateness_ms=int(self.lateness_s * 1000),
            latest_ms=now_ms + int(self.future_s * 1000),
            bounds=Bounds(self.max_entities, self.silence_days),
            models=tuple(models),
        )

    def summary(self) -> dict[str, str]:
        """Effective settings as text; there is no secret among them, passwords come from elsewhere."""
        given = self.model_dump() | {"flink": mask_secrets(self.flink)}
        return {name: str(value) for name, value in given.items() if value not in (None, {})}

    def absolute(self) -> "Settings":
        """The same with whole paths, and without Flink's options: what travels to another machine's process."""
        given = {name: value.expanduser().resolve() for name, value in self if isinstance(value, Path)}
        if self.bus.startswith("file://"):
            given["bus"] = f"file://{self.bus_folder}"
        address = parse_store_url(self.store)
        if address.path is not None:
            given["store"] = f"embedded:{address.path.expanduser().resolve()}"
        return self.model_copy(update=given | {"flink": {}})


def mask_secrets(options: dict[str, str]) -> dict[str, str]:
    """Options of Flink with the values of those that name a secret hidden.

    >>> mask_secrets({"security.ssl.rest.key-password": "x", "parallelism.default": "2"})
    {'security.ssl.rest.key-password': '***', 'parallelism.default': '2'}
    """
    secret = ("password", "secret", "token", "credential", "jaas", "access.key", "access-key", "headers")
    return {name: "***" if any(word in name.lower() for word in secret) else v for name, v in options.items()}


def load_settings(config: Path | None = None, **flags: Any) -> Settings:
    """Build the settings.

    Parameters
    ----------
    config : Path, optional
        TOML file with settings by name; ``DUANKA_CONFIG`` names one otherwise.
    flags
        Settings given on the command line; None means not given.

    Raises
    ------
    SettingsError
    """
    values: dict[str, Any] = {}
    if config is None and (named := os.environ.get(f"{_PREFIX}CONFIG")):
        config = Path(named)
    if config is not None:
        values |= _from_file(config)
    values |= _from_environment()
    for name in flags:
        _check_name(name, "given as a flag")
    values |= {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise SettingsError(f"settings: {message}") from error
        name = ".".join(str(part) for part in first["loc"])
        # An address may hold a password by mistake; what is wrong with it is in the message.
        hide = name == "store" or (name == "bus" and bool(set("@?") & set(str(first["input"]))))
        got = "" if hide else f"; got {first['input']!r}"
        raise SettingsError(f"setting {name}: {message}{got}") from (None if hide else error)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"settings file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path} is not TOML: {error}") from error
    for name in given:
        _check_name(name, f"in {path}")
    return given


def _from_environment() -> dict[str, str]:
    given = {}
    for variable, value in os.environ.items():
        name = variable.removeprefix(_PREFIX)
        if name == variable or name in _OTHER_VARIABLES:
            continue
        _check_name(name.lower(), f"from the variable {variable}")
        given[name.lower()] = value
    return given


def _check_name(name: str, where: str) -> None:
    valid = list(Settings.model_fields)
    if name not in valid:
        near = difflib.get_close_matches(name, valid, 1, 0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(valid)}"
        raise SettingsError(f"unknown setting {name!r} {where}; {hint}")
