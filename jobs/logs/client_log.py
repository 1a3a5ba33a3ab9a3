"""What the client notes of a run: that it began, with which settings, and how it ended."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from features.errors import DuankaError
from jobs.logs.run_log import RunLog

#: Its records are told by the command itself as well, so the terminal leaves them out.
CLIENT = "duanka.client"
_log = logging.getLogger(CLIENT)


@contextmanager
def noted(log: RunLog, settings: Mapping[str, str]) -> Iterator[None]:
    """Log the beginning and the end of what the block does."""
    log.open()
    _log.info("%s begins with %s", log.run_id, json.dumps(dict(settings), ensure_ascii=False))
    try:
        yield
    except DuankaError as error:
        _log.error("%s ends: %s", log.run_id, error)
        raise
    except Exception:
        _log.exception("%s ends by a defect", log.run_id)
        raise
    _log.info("%s is over", log.run_id)
