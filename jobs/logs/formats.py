"""Log records as text or as JSON, one a line, masked."""

import json
import logging
from datetime import UTC, datetime

from connectors.masking import mask_numbers, stack_trace
from jobs.logs.place import here


class MaskedText(logging.Formatter):
    """Lines for people: time, level, operator, logger, message, stack trace."""

    def format(self, record: logging.LogRecord) -> str:
        place = here()
        at = f"{place.operator}[{place.subtask}]" if place.subtask >= 0 else place.operator
        line = f"{_time(record)} {record.levelname:<7} {at} {record.name} - {record.getMessage()}"
        trace = stack_trace(record)
        return mask_numbers(f"{line}\n{trace}" if trace else line)

    def usesTime(self) -> bool:
        return False


class MaskedJson(logging.Formatter):
    """One JSON object a line.

    Keys: time (UTC, ISO 8601), level, logger, message, run_id, operator, subtask; exception where
    there is one, the stack trace as text.
    """

    def __init__(self, run_id: str):
        super().__init__()
        self._run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        place = here()
        said = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": mask_numbers(record.getMessage()),
            "run_id": self._run_id,
            "operator": place.operator,
            "subtask": place.subtask,
        }
        if trace := stack_trace(record):
            said["exception"] = mask_numbers(trace)
        return json.dumps(said, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
