"""The log files of a run: one for each process, beside Flink's own."""

import logging
import os
import socket
import threading
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

from connectors.masking import MaskedRecords
from jobs.logs.formats import MaskedJson, MaskedText

#: Our loggers: what jobs say, and what connectors say of store and bus.
LOGGER = "duanka"
#: Size at which a file is put aside, and how many are kept so (ours).
_FILE_BYTES, _KEPT = 10 << 20, 2
#: Operators of a worker open side by side.
_opening = threading.Lock()


@dataclass(frozen=True)
class RunLog:
    """Where a run's processes log; picklable, it travels to the workers.

    Attributes
    ----------
    folder : Path
        Made when needed.
    run_id : str
    as_json : bool
    """

    folder: Path
    run_id: str
    as_json: bool = False

    def path(self) -> Path:
        """The file of this process: no two processes of any machine write one."""
        return self.folder / f"duanka-{socket.gethostname()}-{os.getpid()}.log"

    def open(self) -> None:
        """Send our records of INFO and above to this process's file; a second call changes nothing.

        Handlers that others put on the root logger, such as the one that carries a worker's records
        to Flink's log, get them as well, and are made to mask whatever they carry.
        """
        mask_others()
        with _opening:
            self._open(logging.getLogger(LOGGER))

    def _open(self, logger: logging.Logger) -> None:
        if any(getattr(handler, "run_log", None) == self for handler in logger.handlers):
            return
        for handler in [h for h in logger.handlers if hasattr(h, "run_log")]:
            logger.removeHandler(handler)
            handler.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(self.path(), maxBytes=_FILE_BYTES, backupCount=_KEPT, encoding="utf-8")
        handler.setFormatter(MaskedJson(self.run_id) if self.as_json else MaskedText())
        handler.run_log = self
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


def mask_others() -> None:
    """Make every handler of the root logger mask."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(f, MaskedRecords) for f in handler.filters):
            handler.addFilter(MaskedRecords())
