"""Trying again after an error of the connection, with back-off."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from clickhouse_driver import errors as driver_errors

from connectors.errors import StoreDeniedError, StoreQueryError, StoreUnavailableError
from connectors.masking import mask_numbers

Result = TypeVar("Result")
_log = logging.getLogger("duanka.store")

#: Server errors that pass: too many queries, time-out and break of the network, too many parts,
#: memory short, table read-only while a replica recovers, disk full, Keeper away.
TRANSIENT_CODES = frozenset((202, 209, 210, 252, 241, 242, 243, 279, 999))
DENIED_CODES = frozenset((192, 193, 194, 516))
#: The user is known and may not do this: it is read-only, or a grant is missing.
FORBIDDEN_CODES = frozenset((164, 497))
#: A broken connection; the driver lets some of the socket's own errors through.
CONNECTION_ERRORS = (driver_errors.NetworkError, driver_errors.SocketTimeoutError, EOFError, OSError)
# The driver warns of each failed attempt with a stack trace; what matters comes back as an error.
logging.getLogger("clickhouse_driver").addHandler(logging.NullHandler())
logging.getLogger("clickhouse_driver").propagate = False


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how patiently to try.

    The defaults wait 0.1, 0.2, 0.4, ... at most 5 s, about 20 s in all (ours): long enough for
    a ClickHouse server to restart, short enough that a job's checkpoint does not time out.
    `on_retry` is called before each repetition, in the thread that waits.
    """

    attempts: int = 10
    first_s: float = 0.1
    longest_s: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    on_retry: Callable[[], None] | None = None

    def delays_s(self) -> Iterator[float]:
        """Yield the wait before each attempt but the first."""
        for attempt in range(self.attempts - 1):
            yield min(self.first_s * 2**attempt, self.longest_s)


def is_transient(error: Exception) -> bool:
    """Whether the same statement may succeed when it is sent again."""
    if isinstance(error, driver_errors.ServerException):
        return error.code in TRANSIENT_CODES
    return isinstance(error, CONNECTION_ERRORS)


def call(action: Callable[[], Result], again: Callable[[], None], policy: RetryPolicy, where: str) -> Result:
    """Return what `action` returns, calling it again after errors that pass.

    Parameters
    ----------
    action : callable
        Must be safe to repeat: its first call may have taken effect though its answer was lost.
    again : callable
        Called before each repetition, for instance to drop a connection.
    where : str
        The store's address, for messages.

    Raises
    ------
    StoreUnavailableError
        The last attempt failed as well; its error is the cause.
    StoreDeniedError, StoreQueryError
        At once: the server refused user or password, the user lacks a right, or the statement is
        wrong.
    """
    delays = policy.delays_s()
    while True:
        try:
            return action()
        except (driver_errors.Error, *CONNECTION_ERRORS) as error:
            if not is_transient(error):
                raise translate(error, where) from error
            failed, delay = error, next(delays, None)
            if delay is None:
                raise StoreUnavailableError(
                    f"the store {where} did not answer {policy.attempts} times, the last time with: "
                    f"{first_line(error)}; check that it runs and can be reached") from error
        _log.warning("the store %s did not answer, again in %.1f s: %s", where, delay, first_line(failed))
        if policy.on_retry is not None:
            policy.on_retry()
        policy.sleep(delay)
        again()


def translate(error: Exception, where: str) -> Exception:
    """Return the error of our own tree for an error of the driver that does not pass."""
    code = getattr(error, "code", 0) or 0
    if code in DENIED_CODES:
        return StoreDeniedError(f"the store {where} refused the user or password: {first_line(error)}; "
                                "check DUANKA_STORE_PASSWORD and the user in the address")
    if code in FORBIDDEN_CODES:
        return StoreDeniedError(f"the store {where} does not let this user do that: {first_line(error)}; grant it, or "
                                "take a user that may")
    return StoreQueryError(f"the store {where} refused a statement: {first_line(error)}", code)


def first_line(error: Exception) -> str:
    """Return an error's text without a server's stack trace and without card numbers.

    >>> first_line(ValueError("cannot parse 'phone:13812345678'"))
    "cannot parse 'phone:138********'"
    """
    text = " ".join(str(error).split("Stack trace:")[0].split())
    return mask_numbers(text)[:500] or type(error).__name__
