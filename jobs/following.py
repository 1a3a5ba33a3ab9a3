"""A command that follows the store: one round after the other until it is told to end."""

import logging
import signal
import threading
from collections.abc import Callable

from connectors.errors import StoreUnavailableError
from connectors.retry import RetryPolicy


def stop_by_signal() -> threading.Event:
    """Return what SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def patience(stop: threading.Event) -> RetryPolicy:
    """Return how to wait for the store so that waiting does not outlast a wish to end."""
    return RetryPolicy(attempts=4, sleep=lambda seconds: stop.wait(seconds) and None)


def follow(round_: Callable[[], object], stop: threading.Event, every_s: float, log: logging.Logger) -> None:
    """Make rounds until `stop` is set; a store that is away is waited for, and said once."""
    away = False
    while not stop.is_set():
        try:
            round_()
            if away:
                log.warning("the store answers again")
            away = False
        except StoreUnavailableError as error:
            if not away:
                log.warning("%s; trying again", error)
            away = True
        stop.wait(every_s)
