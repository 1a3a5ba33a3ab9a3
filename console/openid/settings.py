"""The table ``[openid]`` of the console's settings file."""

import difflib
import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from connectors.given_password import password_from
from console.accounts.duties import BOUND, Duty
from console.errors import BadConsoleSettings

#: The client's secret, or a file with it.
SECRET_VARIABLE = "DUANKA_OPENID_SECRET"
#: Where the provider sends the browser back to.
CALLBACK = "/sign-in/openid/callback"
_TABLES = ("openid",)


class OpenIdSettings(BaseModel):
    """A provider.

    Attributes
    ----------
    issuer : str
        Its address, as it stands in its tokens.
    redirect_url : str
        Our own address with `CALLBACK`, as the provider knows it.
    claim : str
        The claim that holds the name of one of our users.
    acr, amr : tuple of str
        Values of these claims, one of which shows a second factor; without, our own code is asked for.
    create_duty : Duty or None
        Users that nobody knows are made with it; never, if not given.
    ca : Path or None
        PEM of the authority that signed the provider's certificate.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    client_id: Annotated[str, Field(min_length=1)]
    redirect_url: str
    claim: Annotated[str, Field(min_length=1)] = "preferred_username"
    scope: str = "openid profile"
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ("mfa", "otp", "hwk")
    create_duty: Duty | None = None
    ca: Path | None = None
    timeout_s: Annotated[float, Field(ge=1, le=60)] = 10.0
    secret: SecretStr | None = None

    @field_validator("issuer", "redirect_url")
    @classmethod
    def _by_tls(cls, value: str) -> str:
        if urlsplit(value).query:
            raise ValueError("must be without ?")
        return by_tls(value)

    @field_validator("redirect_url")
    @classmethod
    def _ends_at_callback(cls, value: str) -> str:
        if not value.endswith(CALLBACK):
            raise ValueError(f"must end with {CALLBACK}")
        return value

    @field_validator("scope")
    @classmethod
    def _has_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must name openid among the scopes")
        return value

    @field_validator("create_duty")
    @classmethod
    def _acts_on_no_case(cls, value: Duty | None) -> Duty | None:
        if value in BOUND:
            raise ValueError(f"users with the duty {value} act in an officer's name and are made by people")
        return value

    @field_validator("ca")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("there is no such file; give a PEM file")
        return value


def by_tls(value: str) -> str:
    """Return an address by which secrets may go.

    Raises
    ------
    ValueError
    """
    address = urlsplit(value)
    if address.scheme != "https" and not (address.scheme == "http" and _is_loopback(address.hostname or "")):
        raise ValueError("must begin with https://; http:// only on this machine")
    if not address.hostname or address.fragment or address.username:
        raise ValueError("must be an address with a host, without user and #")
    return value


def load_openid(path: Path | None) -> OpenIdSettings | None:
    """Return the provider that the file names, None without one.

    Raises
    ------
    BadConsoleSettings
        The file cannot be read, or something in it is wrong.
    """
    if path is None:
        return None
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConsoleSettings(f"console: {path} cannot be read: {error.strerror}; give a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConsoleSettings(f"console: {path} is not TOML: {error}") from error
    for name in given:
        if name not in _TABLES:
            raise BadConsoleSettings(f"console: {path}: unknown table {name!r}; {_near(name, _TABLES)}")
    if "openid" not in given:
        return None
    if not isinstance(given["openid"], dict):
        raise BadConsoleSettings(f"console: {path}: openid is a table, got {given['openid']!r}")
    return _openid(path, given["openid"])


def _openid(path: Path, given: dict[str, Any]) -> OpenIdSettings:
    known = [name for name in OpenIdSettings.model_fields if name != "secret"]
    for name in given:
        if name == "secret" or name == "client_secret":
            raise BadConsoleSettings(f"console: {path}: the secret does not stand in this file; give it as "
                                     f"{SECRET_VARIABLE}, or name its file as {SECRET_VARIABLE}_FILE")
        if name not in known:
            raise BadConsoleSettings(f"console: {path}: unknown setting openid.{name}; {_near(name, known)}")
    try:
        return OpenIdSettings(**given, secret=password_from(SECRET_VARIABLE, BadConsoleSettings))
    except ValidationError as error:
        first = error.errors()[0]
        name, message = ".".join(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")
        got = "" if first["type"] == "missing" else f"; got {first['input']!r}"
        raise BadConsoleSettings(f"console: {path}: openid.{name}: {message}{got}") from error


def _near(name: str, known) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.4)
    return f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(known)}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
