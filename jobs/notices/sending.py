"""Sending by threads, one for each channel, so that one that is down keeps no other waiting."""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from tenacity import Retrying, stop_after_attempt, stop_any, stop_when_event_set, wait_exponential_jitter
from tenacity.nap import sleep_using_event

from casework.notices.plan import Notice
from jobs.notices.channels import Channel
from jobs.notices.errors import BadNotices


@dataclass(frozen=True)
class Outcome:
    """How it ended; `error` is empty if it was taken, and `unfinished` if it was broken off to end."""

    notice: Notice
    attempts: int
    error: str
    unfinished: bool = False


class Sending:
    """Takes notices, tries each a few times with back-off, and lays down how it ended.

    Parameters
    ----------
    channels : mapping of str to Channel
    attempts : int
    first_s, longest_s : float
        Wait before the second attempt, and at most; it doubles, and a random part is added.
    """

    def __init__(self, channels: Mapping[str, Channel], attempts: int, first_s: float, longest_s: float):
        self.ended: queue.Queue[Outcome] = queue.Queue()
        self._stop = threading.Event()
        self._waiting = {name: queue.Queue() for name in channels}
        self._retry = (attempts, first_s, longest_s)
        self._threads = [threading.Thread(target=self._work, args=(channel,), name=f"notices-{name}", daemon=True)
                         for name, channel in channels.items()]
        for thread in self._threads:
            thread.start()

    def take(self, notice: Notice, title: str, body: str) -> None:
        """Send it when its channel is free."""
        if notice.channel not in self._waiting:
            self.ended.put(Outcome(notice, 0, f"no channel is called {notice.channel!r} any more"))
            return
        self._waiting[notice.channel].put((notice, title, body))

    def close(self) -> None:
        """Break off waiting and end; what was not sent stays intended. A send that is under way is awaited."""
        self._stop.set()
        for waiting in self._waiting.values():
            waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, channel: Channel) -> None:
        while (job := self._waiting[channel.name].get()) is not None and not self._stop.is_set():
            self.ended.put(self._sent(channel, *job))

    def _sent(self, channel: Channel, notice: Notice, title: str, body: str) -> Outcome:
        attempts, first_s, longest_s = self._retry
        tries = Retrying(stop=stop_any(stop_after_attempt(attempts), stop_when_event_set(self._stop)),
                         wait=wait_exponential_jitter(first_s, longest_s, jitter=first_s),
                         sleep=sleep_using_event(self._stop), retry_error_callback=lambda state: state.attempt_number)
        tried, reason = 0, ""

        def attempt() -> None:
            nonlocal tried, reason
            if tried and self._stop.is_set():
                raise BadNotices("ending")
            tried += 1
            reason = channel.send(title, body)
            if reason:
                raise BadNotices(reason)

        tries(attempt)
        return Outcome(notice, tried, reason, bool(reason) and tried < attempts)
