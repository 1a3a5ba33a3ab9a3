"""Keeping the store whole when its disk fills up.

The engine cannot be trusted with a full disk (see `part_check`), so inserts are refused before it is
full, with the code that ClickHouse has for it: clients try again, and go on when there is room. What was
being written when another program filled the disk at one stroke is checked before it is acknowledged.
"""

import contextlib
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from connectors.embedded.engine import EngineSession
from connectors.embedded.literals import without_leading_comments
from connectors.embedded.packets import ProtocolError
from connectors.embedded.part_check import Part, broken_parts, drop_inserts

logger = logging.getLogger(__name__)

NOT_ENOUGH_SPACE = 243
#: What a statement says that met a broken part: unparsable, at the end too early, short, a wrong
#: checksum, empty or corrupt.
SYMPTOMS = frozenset((27, 32, 33, 40, 246))
#: How long what is running may take to end before the engine is left, seconds (ours).
PATIENCE_S = 5.0
RESERVE_FILE = "space-reserve"
#: Bytes that are kept free, and as many again in a file that is given up when they are gone, so that
#: what is under way can end; at most this share of a small disk (both ours).
FLOOR_BYTES, FLOOR_SHARE = 64 << 20, 0.05
#: How often the disk is looked at, seconds (ours).
PERIOD_S = 0.05
_WRITES = re.compile(r"(?:insert|create|alter|optimize|rename|attach|exchange|delete|update)\b", re.IGNORECASE)


def writes(sql: str) -> bool:
    """Whether a statement makes parts or tables; dropping and truncating make room.

    >>> writes("-- all of it\\n INSERT INTO t SELECT 1"), writes("TRUNCATE TABLE t")
    (True, False)
    """
    return _WRITES.match(without_leading_comments(sql)) is not None


class DiskSpace(threading.Thread):
    """Watches the disk of a store; `writing` is around all that writes to it.

    Parameters
    ----------
    folder : Path
        The store's own folder.
    engine : EngineSession
        A connection of its own.
    reopen : callable
        Leaves the engine as a kill does and opens it again; does not return.
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
        self._last_low_s = 0.0
        self._seen_s = time.time()
        self._enter_or_reserve()

    def run(self) -> None:
        while not self.stopping.wait(PERIOD_S):
            try:
                self._look()
            except (ProtocolError, OSError) as error:
                logger.warning("cannot tend the disk: %s", error)

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
        began_s, taken_back = time.time(), self._taken_back
        try:
            yield
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()
            # A refused statement is looked at as well: an earlier table of its chain may have taken the token.
            if self.was_low_since(began_s) or self._free() < self.floor:
                with self._mending:
                    self._take_back_inserts(began_s)
                if self._taken_back != taken_back:  # not by this thread, perhaps, but perhaps of this statement
                    raise self._refusal()

    def was_low_since(self, moment_s: float) -> bool:
        """Whether the disk was full after a time (Unix, s)."""
        return self._is_low or self._last_low_s >= moment_s

    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free

    def _refusal(self) -> ProtocolError:
        return ProtocolError(NOT_ENOUGH_SPACE, f"the disk of the store is full: {self._free() >> 20} MiB are free, and "
                             f"{self.floor >> 20} MiB are kept free; inserts wait until there is room")

    def _look(self) -> None:
        free, now_s = self._free(), time.time()
        if free < self.floor:
            self._last_low_s = now_s
            if not self._is_low:
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
            self._last_low_s = time.time()
            self._enter()

    def _enter(self) -> None:
        with self._ended:
            self._is_low, self._is_mended = True, False  # nothing begins from now on
        self._reserve.unlink(missing_ok=True)
        logger.warning("%s", self._refusal())
        self._mend()

    def _leave(self) -> None:
        if not self._make_reserve():
            return
        self._mend()
        with self._mending:
            self.engine.run("SYSTEM START MERGES")
        self._last_low_s = time.time()
        self._is_low = False
        logger.warning("the disk of the store has room again")

    def _mend(self) -> None:
        """Take back broken inserts; open the engine anew for a broken merge, while its sources are still there."""
        self._is_mended = False
        with self._mending:
            self.engine.run("SYSTEM STOP MERGES")
            merges = [part for part in self._take_back_inserts(self._seen_s) if not part.inserted]
        if merges:
            with self._ended:  # what is running would have to come again
                self._ended.wait_for(lambda: not self._running, PATIENCE_S)
            for part in merges:
                logger.warning("%s: the merge %s was not written whole; opening the store again, with its sources",
                               part.table_name, part.name)
            self._reopen()
        self._is_mended = True

    def _take_back_inserts(self, since_s: float) -> list[Part]:
        broken = broken_parts(self.engine, since_s)
        self._taken_back += drop_inserts(self.engine, broken)
        return broken

    def _make_reserve(self) -> bool:
        try:
            with self._reserve.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self.floor)
            return True
        except (OSError, AttributeError) as error:  # no such call, or somebody else was quicker
            logger.warning("no reserve of disk space was made: %s", error)
            self._reserve.unlink(missing_ok=True)
            return not isinstance(error, OSError)
