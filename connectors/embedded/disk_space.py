"""Keeping the store whole when its disk fills up.

The engine cannot be trusted with a full disk (see `part_check`), so inserts are refused before it is
full, with the code that ClickHouse has for it: clients try again, and go on when there is room. What was
being written when another program filled the disk at one stroke is checked before it is acknowledged.
"""

import contextlib
import errno
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from connectors.embedded.engine import NOT_ENOUGH_SPACE, EngineSession
from connectors.embedded.literals import without_leading_comments
from connectors.embedded.packets import ProtocolError
from connectors.embedded.part_check import Part, broken_parts, drop

logger = logging.getLogger(__name__)

#: What a statement says that met a broken part: unparsable, at the end too early, short, a wrong
#: checksum, empty or corrupt.
SYMPTOMS = frozenset((27, 32, 33, 40, 246))
#: How long what is running may take to end before the engine is left, seconds (ours).
PATIENCE_S = 5.0
RESERVE_FILE = "space-reserve"
#: Bytes that are kept free, and as many again in a file that is given up when they are gone, so that
#: what is under way can end; at most this share of a small disk (both ours).
FLOOR_BYTES, FLOOR_SHARE = 64 << 20, 0.05
#: How often the disk is looked at, and how long it is let be after looking failed, seconds (ours).
PERIOD_S, PAUSE_S = 0.05, 1.0
_WRITES = re.compile(r"(?:insert|create|alter|optimize|rename|attach|exchange|delete|update|replace|restore)\b",
                     re.IGNORECASE)
_MAKES_ROOM = re.compile(r"alter\s+table\s+\S+\s+(?:drop|detach)\s+part(?:ition)?\b", re.IGNORECASE)

#: Merges begin when the engine opens, which is later.
_LOADED_S = time.time()


def writes(sql: str) -> bool:
    """Whether a statement makes parts or tables; dropping and truncating make room.

    >>> writes("-- all of it\\n INSERT INTO t SELECT 1"), writes("TRUNCATE TABLE t")
    (True, False)
    """
    sql = without_leading_comments(sql)
    return _WRITES.match(sql) is not None and _MAKES_ROOM.match(sql) is None


class DiskSpace(threading.Thread):
    """Watches the disk of a store; `writing` is around all that writes to it.

    Parameters
    ----------
    folder : Path
        The store's own folder.
    engine : EngineSession
        A connection of its own.
    reopen : callable
        Leaves the engine as a kill does and opens it again, or ends if the server is to end; does not return.
    """

    def __init__(self, folder: Path, engine: EngineSession, reopen: Callable[[], None]):
        super().__init__(name="disk space", daemon=True)
        self.stopping = threading.Event()
        self.floor = int(min(FLOOR_BYTES, FLOOR_SHARE * shutil.disk_usage(folder).total))
        self._folder = folder
        self._reserve = folder / RESERVE_FILE
        self._reopen = reopen
        self.engine = engine
        self._mending = threading.Lock()  # the engine's connection is for one thread at a time
        self._running = 0
        self._ended = threading.Condition()
        self._taken_back = 0
        self._is_low, self._is_mended = False, True
        self._last_low = -1.0  # monotonic: the clock may be set
        self._seen_s = _LOADED_S
        self._enter_or_reserve()

    def run(self) -> None:
        pause_s = PERIOD_S
        while not self.stopping.wait(pause_s):
            try:
                self._look()
                pause_s = PERIOD_S
            except Exception as error:  # whatever it is, the next look is needed
                logger.warning("cannot tend the disk: %s", error)
                pause_s = PAUSE_S

    def close(self) -> None:
        """After the end of the thread and of all statements: give the reserve back."""
        if not self._is_mended:  # an orderly end would remove the sources of a broken merge
            self._reopen()
        self._reserve.unlink(missing_ok=True)
        with contextlib.suppress(ProtocolError):  # the engine would wait for the merges that it is at
            self.engine.run("SYSTEM STOP MERGES")
        self.engine.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Around a statement that writes: what it wrote is whole when this ends without an error.

        Raises
        ------
        ProtocolError
            There is no room to begin, or the disk became full and something had to be taken back; the
            statement can be sent again, an insert under the same token.
        """
        with self._ended:
            if self._is_low or self._free() < self.floor:
                raise self._refusal()
            self._running += 1
        began, began_s, taken_back = time.monotonic(), time.time(), self._taken_back
        try:
            try:
                yield
            finally:
                # A refused statement is looked at as well: an earlier table of its chain may have taken the token.
                if self.was_low_since(began) or self._free() < self.floor:
                    self._confirm(began_s, taken_back)
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()

    def was_low_since(self, moment: float) -> bool:
        """Whether the disk was full after a moment of the monotonic clock, s."""
        return self._is_low or self._last_low >= moment

    def _confirm(self, began_s: float, taken_back: int) -> None:
        try:
            with self._mending:
                self._take_back_inserts(began_s)
        except ProtocolError as error:
            raise ProtocolError(NOT_ENOUGH_SPACE, f"the disk was full, and what was written cannot be checked: {error}"
                                ) from error
        if self._taken_back != taken_back:  # not by this thread, perhaps, but perhaps of this statement
            raise self._refusal()

    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free

    def _refusal(self) -> ProtocolError:
        return ProtocolError(NOT_ENOUGH_SPACE, f"the disk of the store is full: {self._free() >> 20} MiB are free, and "
                             f"{self.floor >> 20} MiB are kept free; inserts wait until there is room")

    def _look(self) -> None:
        free, now_s = self._free(), time.time()
        if free < self.floor or self._is_low:
            self._last_low = time.monotonic()
        if free < self.floor and not self._is_low:
            self._enter()
        elif not self._is_mended:
            self._mend()
        elif self._is_low and free >= 3 * self.floor:
            self._leave()
        if not self._is_low:
            self._seen_s = now_s

    def _enter_or_reserve(self) -> None:
        if self._reserve.exists() and self._free() >= self.floor:
            return
        if self._free() >= 3 * self.floor:
            self._make_reserve()
        else:
            self._last_low = time.monotonic()
            self._enter()

    def _enter(self) -> None:
        with self._ended:
            self._is_low, self._is_mended = True, False  # nothing begins from now on
        self._reserve.unlink(missing_ok=True)
        logger.warning("%s", self._refusal())
        self._mend()

    def _leave(self) -> None:
        self._mend()
        if not self._make_reserve():  # and not merges before it: a stroke would go unseen while this is low
            return
        try:
            with self._mending:
                self.engine.run("SYSTEM START MERGES")
        except ProtocolError:
            self._reserve.unlink()  # or its room would be missed at the next look
            raise
        self._is_low = False
        logger.warning("the disk of the store has room again")

    def _mend(self) -> None:
        """Take back broken inserts; open the engine anew for a broken merge, while its sources are still there."""
        self._is_mended = False
        with self._mending:
            self.engine.run("SYSTEM STOP MERGES")
            self._await_merges()
            merges = [part for part in self._take_back_inserts(self._seen_s) if not part.inserted]
        if merges:
            with self._ended:  # what is running would have to come again
                self._ended.wait_for(lambda: not self._running, PATIENCE_S)
            for part in merges:
                logger.warning("%s: the merge %s was not written whole; opening the store again, with its sources",
                               part.table_name, part.name)
            with self._mending:  # from here on nothing is acknowledged that was written on a full disk
                self._take_back_inserts(self._seen_s)
                self._reopen()
        self._is_mended = True

    def _await_merges(self) -> None:
        """Those that are stopped end soon, some of them by putting their part in force."""
        until = time.monotonic() + PATIENCE_S
        while self.engine.texts("SELECT count() FROM system.merges") != [["0"]]:
            if time.monotonic() > until:
                raise ProtocolError(NOT_ENOUGH_SPACE, "merges do not end")
            time.sleep(PERIOD_S)

    def _take_back_inserts(self, since_s: float) -> list[Part]:
        """Return what is broken, the inserts among it dropped."""
        broken = broken_parts(self.engine, since_s)
        failed: ProtocolError | None = None
        for part in broken:
            if part.inserted:
                self._taken_back += 1  # even if it cannot be dropped: its statement is not to be acknowledged
                try:
                    drop(self.engine, part)
                except ProtocolError as error:
                    failed = error
        if failed is not None:
            raise failed
        return broken

    def _make_reserve(self) -> bool:
        try:
            with self._reserve.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self.floor)
            return True
        except (OSError, AttributeError) as error:  # no such call, or somebody else was quicker
            logger.warning("no reserve of disk space was made: %s", error)
            self._reserve.unlink(missing_ok=True)
            return getattr(error, "errno", None) != errno.ENOSPC
