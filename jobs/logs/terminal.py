"""Warnings on the terminal of a command."""

import logging
import sys
import traceback
from types import TracebackType

from connectors.masking import mask_numbers
from jobs.logs.client_log import CLIENT


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask_numbers(f"{record.levelname.lower()}: {record.getMessage()}")


def warn_on_terminal() -> None:
    """Print warnings and errors of all loggers to standard error, one line each, without stack traces.

    An exception that nobody catches, hence a defect, still comes with its stack trace, masked.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain())
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: record.name != CLIENT)
    logging.getLogger().addHandler(handler)
    sys.excepthook = _print_masked


def _print_masked(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(mask_numbers("".join(traceback.format_exception(kind, error, trace))))
