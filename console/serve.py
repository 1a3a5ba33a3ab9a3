"""Serving the console: what it needs, and that it never sends a password in the clear over a network."""

import ipaddress
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from connectors.clickhouse import open_store
from connectors.masking import MaskedRecords
from connectors.queries.queue_pulse import queue_pulse
from connectors.retry import RetryPolicy
from connectors.schema import migrate
from console.accounts.user_file import UserFile
from console.app import create_app
from console.context import Context
from console.errors import UnsafeServing
from console.live.feed import Feed
from console.references import KEY_BYTES, References
from console.stores import Stores
from jobs.casework.policy_file import load_policy
from jobs.settings import Settings

#: A page rather says that the store is away than waits for it (ours).
STATEMENT_S = 10
_IMPATIENT = RetryPolicy(attempts=2, first_s=0.1)


@dataclass(frozen=True)
class Address:
    """Where the console listens.

    Attributes
    ----------
    certificate, key : Path or None
        PEM files; both or none.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    certificate: Path | None = None
    key: Path | None = None

    @property
    def secure(self) -> bool:
        return self.certificate is not None

    def __str__(self) -> str:
        return f"http{'s' if self.secure else ''}://{self.host}:{self.port}/"


def require_safe(address: Address) -> None:
    """Refuse to listen for a network without TLS.

    Raises
    ------
    UnsafeServing
    """
    if (address.certificate is None) != (address.key is None):
        raise UnsafeServing("TLS needs both a certificate and its key, got one of them; give --certificate and --key")
    for path in filter(None, (address.certificate, address.key)):
        if not path.is_file():
            raise UnsafeServing(f"there is no file {path}; give PEM files as --certificate and --key")
    if not address.secure and not _is_loopback(address.host):
        raise UnsafeServing(f"without TLS the console listens on this machine alone, got --host {address.host}; give "
                            "--certificate and --key, or leave --host out")


@contextmanager
def opened(settings: Settings, users: UserFile, secure: bool = False, demo: bool = False,
           now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> Iterator[Context]:
    """Everything the pages need, closed at the end."""
    policy, _ = load_policy(settings.casework)
    stores = Stores(lambda: open_store(settings.store, _IMPATIENT, STATEMENT_S))
    watched = open_store(settings.store, _IMPATIENT, STATEMENT_S)
    references = References(users.key("references", KEY_BYTES))
    try:
        yield Context(users, stores, policy, references, Feed(lambda: queue_pulse(watched)), now_ms, secure, demo,
                      settings.models)
    finally:
        watched.close()
        stores.close()


def serve(settings: Settings, users: UserFile, address: Address, demo: bool = False) -> None:
    """Serve until interrupted.

    Raises
    ------
    UnsafeServing, StoreError
    """
    require_safe(address)
    with open_store(settings.store) as store:
        migrate(store)
    for name in ("uvicorn", "uvicorn.error", "duanka.console"):
        logging.getLogger(name).addFilter(MaskedRecords())
    with opened(settings, users, address.secure, demo) as context:
        uvicorn.run(create_app(context), host=address.host, port=address.port, access_log=False, log_level="warning",
                    server_header=False, proxy_headers=False, timeout_graceful_shutdown=2,
                    h11_max_incomplete_event_size=32_768,
                    ssl_certfile=address.certificate, ssl_keyfile=address.key)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
