"""Where a Flink cluster is, and what it takes to be let in."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jobs.flink.errors import SettingError

#: Lines of ``Name: value`` that Flink's own client sends with every request, too.
HEADERS_VARIABLE = "FLINK_REST_CLIENT_HEADERS"


@dataclass(frozen=True)
class ClusterAddress:
    """Address of a cluster's REST interface.

    Attributes
    ----------
    host, port, is_secure
        Of ``http://host:port``, or ``https``.
    ca : Path or None
        PEM file of the authority that signed the server's certificate; the system's when None.
    certificate : Path or None
        PEM file of our own certificate and key, for a server that asks for one.
    """

    host: str
    port: int
    is_secure: bool = False
    ca: Path | None = None
    certificate: Path | None = None

    @property
    def url(self) -> str:
        """
        >>> parse_address("http://flink.example/").url
        'http://flink.example:8081'
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.is_secure else 'http'}://{host}:{self.port}"


def parse_address(text: str, ca: Path | None = None, certificate: Path | None = None) -> ClusterAddress:
    """The address written in `text`.

    Raises
    ------
    SettingError
        It is not of the form ``http://host:port``; a user or password in it is refused.
    """
    shape = "give http://HOST:PORT, or https"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise SettingError(f"setting cluster: port out of range; {shape}.") from None
    if "@" in parts.netloc:
        raise SettingError(f"setting cluster: no user and no password in an address; {shape}, and put headers "
                           f"into the variable {HEADERS_VARIABLE}.")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingError(f"setting cluster: got {text!r}; {shape}.")
    return ClusterAddress(parts.hostname, port or 8081, parts.scheme == "https", ca, certificate)


def request_headers() -> dict[str, str]:
    """Headers for every request, from the environment: how a proxy in front of Flink knows us."""
    headers = {}
    for line in os.environ.get(HEADERS_VARIABLE, "").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip()] = value.strip()
    return headers
