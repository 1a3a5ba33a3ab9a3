"""The file that says who is told by which channel, and when."""

import difflib
import os
import tomllib
from datetime import time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from casework.notices.plan import AddressBook
from casework.notices.quiet_hours import QuietHours
from jobs.notices.errors import BadNotices


class ChannelAddress(BaseModel):
    """Where a channel's address stands: here, in a file, or in a variable. It is a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str = Field("", repr=False)
    file: Path | None = None
    env: str = ""
    plain: bool = Field(False, description="without TLS although it leaves this machine")

    @model_validator(mode="after")
    def _one_place(self) -> "ChannelAddress":
        if sum(map(bool, (self.url, self.file, self.env))) != 1:
            raise ValueError("give one of url, file and env")
        return self

    def read(self, name: str) -> str:
        """Return the address.

        Raises
        ------
        BadNotices
        """
        if self.url:
            return self.url
        if self.env:
            if not os.environ.get(self.env):
                raise BadNotices(f"notices: channel {name}: the variable {self.env} is not set; set it to the address")
            return os.environ[self.env].strip()
        try:
            return self.file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no UTF-8"
            raise BadNotices(f"notices: channel {name}: {self.file} cannot be read: {why}; give a file that holds the "
                             "address") from None


class NoticeSettings(BaseModel):
    """What an operator decides about notices. Names are those of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    poll_s: float = Field(3.0, ge=0.2, le=60)
    window_s: int = Field(300, ge=0, le=86_400)
    quiet_from: time = time(22)
    quiet_until: time = time(7)
    time_zone: str = "Asia/Shanghai"
    hit_level: Literal["blue", "yellow", "orange", "red"] = "red"
    warning_level: Literal["yellow", "orange", "red"] = "yellow"
    max_age_h: int = Field(24, ge=12, le=168)
    attempts: int = Field(5, ge=1, le=20)
    first_wait_s: float = Field(2.0, ge=0.01, le=60)
    longest_wait_s: float = Field(60.0, ge=0.01, le=600)
    channels: dict[str, ChannelAddress]
    officers: dict[str, list[str]] = {}
    fallback: dict[str, list[str]]

    @field_validator("channels", mode="before")
    @classmethod
    def _bare_url(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {name: {"url": value} if isinstance(value, str) else value for name, value in given.items()}

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            raise ValueError(f"want a name such as Asia/Shanghai, got {name!r}") from None
        return name

    @model_validator(mode="after")
    def _all_channels_known(self) -> "NoticeSettings":
        if not self.fallback.get("*"):
            raise ValueError('fallback: want "*" = [CHANNEL, …], the last resort of whoever has no channel')
        for part, table in (("officers", self.officers), ("fallback", self.fallback)):
            for name, channels in table.items():
                for channel in channels:
                    if channel not in self.channels:
                        near = difflib.get_close_matches(channel, self.channels, 1, 0.4)
                        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self.channels)}"
                        raise ValueError(f"{part}.{name}: no channel is called {channel!r}; {hint}")
        return self

    @property
    def book(self) -> AddressBook:
        return AddressBook(self.officers, self.fallback)

    @property
    def quiet(self) -> QuietHours:
        return QuietHours(self.quiet_from, self.quiet_until, self.time_zone)


def load_notices(path: Path | None) -> NoticeSettings:
    """Return the settings of notices.

    Raises
    ------
    BadNotices
        No file is named, it cannot be read, or something in it is wrong. Values are not repeated, since they
        may be secrets.
    """
    if path is None:
        raise BadNotices("notices: no file is named; set notices (DUANKA_NOTICES) to a TOML file with the tables "
                         "channels, officers and fallback, see docs/notices.md")
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadNotices(f"notices: {path} cannot be read: {error.strerror}; give a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadNotices(f"notices: {path} is not TOML; look for a missing quote or bracket") from None
    try:
        return NoticeSettings(**given)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(where, NoticeSettings.model_fields, 1, 0.4)
            said = "unknown name; " + (f"did you mean {near[0]!r}?" if near else
                                       f"valid: {', '.join(NoticeSettings.model_fields)}")
        raise BadNotices(f"notices: {path}: {f'{where}: ' if where else ''}{said}") from None
