"""Addresses of stores: ``clickhouse://user@host:port/db?secure=1`` and ``embedded:PATH``."""

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.errors import StoreUrlError
from connectors.store_password import PASSWORD_FILE_VARIABLE, PASSWORD_VARIABLE, given_password

DEFAULT_DATABASE = "duanka"
DEFAULT_USER = "default"
_OPTIONS = ("secure",)
_SHAPES = "give clickhouse://user@host:port/database?secure=1 or embedded:PATH"


@dataclass(frozen=True)
class StoreUrl:
    """Where a store is.

    Attributes
    ----------
    path : Path or None
        Folder of an embedded store; host, port and user are then found by starting it.
    password : str or None
        From the environment. None: an embedded store's own, or no password.
    """

    database: str = DEFAULT_DATABASE
    user: str = DEFAULT_USER
    host: str = ""
    port: int = 0
    secure: bool = False
    path: Path | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The address, fit for a log line: it never had a password."""
        if self.path is not None:
            return f"embedded:{self.path}"
        return f"clickhouse://{self.user}@{self.host}:{self.port}/{self.database}" + "?secure=1" * self.secure


def parse_store_url(text: str) -> StoreUrl:
    """Return the address written in `text`, with the password that the environment gives.

    >>> str(parse_store_url("clickhouse://police@10.0.0.7"))
    'clickhouse://police@10.0.0.7:9000/duanka'

    Raises
    ------
    StoreUrlError
        What is wrong with it. A password in it is refused, since addresses end up in process
        lists and logs, and is not repeated in the message.
    StoreError
        The environment gives no usable password.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or scheme not in ("clickhouse", "embedded"):
        got = repr(scheme) if colon else "none"
        raise StoreUrlError(f"a store's address begins with clickhouse: or embedded:, got {got}; {_SHAPES}")
    if scheme == "embedded":
        if not rest or rest.startswith("//") and not rest[2:]:
            raise StoreUrlError(f"embedded: needs the folder of the store, got none; {_SHAPES}")
        return StoreUrl(path=Path(rest).expanduser().resolve(), password=given_password())
    return _parse_server(text)


def _parse_server(text: str) -> StoreUrl:
    parts = urlsplit(text)
    if ":" in parts.netloc.rpartition("@")[0]:
        raise StoreUrlError("a store's address must not hold a password; take it out, change it if it was logged, and "
                            f"give it as {PASSWORD_VARIABLE} or in the file that {PASSWORD_FILE_VARIABLE} names")
    try:
        port = parts.port
    except ValueError:
        raise StoreUrlError("the port of the store's address is not a number from 1 to 65535; " + _SHAPES) from None
    if not parts.hostname:
        raise StoreUrlError(f"the store's address has no host; {_SHAPES}")
    if parts.fragment:
        raise StoreUrlError(f"the store's address has a fragment, #{parts.fragment}; {_SHAPES}")
    database = unquote(parts.path.strip("/")) or DEFAULT_DATABASE
    if not re.fullmatch(r"[A-Za-z_]\w*", database):
        raise StoreUrlError(f"a database's name is letters, digits and _, got {database!r}")
    options = _parse_options(parts.query)
    secure = options.get("secure", "0")
    if secure not in ("0", "1"):
        raise StoreUrlError(f"secure is 0 or 1, got {secure!r}")
    default_port = 9440 if secure == "1" else 9000
    return StoreUrl(database, unquote(parts.username or DEFAULT_USER), parts.hostname, port or default_port,
                    secure == "1", password=given_password())


def _parse_options(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "password":
            raise StoreUrlError("a store's address must not hold a password; give it as "
                                f"{PASSWORD_VARIABLE} or in the file that {PASSWORD_FILE_VARIABLE} names")
        if name not in _OPTIONS:
            near = difflib.get_close_matches(name, _OPTIONS, 1) or _OPTIONS
            raise StoreUrlError(f"a store's address has no option {name!r}; did you mean {near[0]!r}?")
        if name in options:
            raise StoreUrlError(f"the option {name} is given twice in the store's address")
        options[name] = value
    return options
