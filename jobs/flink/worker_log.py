"""Starts the log in a Python worker, and keeps card numbers out of what a worker reports."""

import logging
import traceback

from pyflink.datastream.functions import RuntimeContext

from connectors.masking import mask_numbers
from jobs.logs.place import Place
from jobs.logs.run_log import RunLog, mask_others

_log = logging.getLogger("duanka.worker")


def begin_log(pipeline: object, operator: str, runtime_context: RuntimeContext) -> Place:
    """Log for the operator being opened from now on; returns the place that each call must enter.

    A pipeline says with an attribute `log` (:class:`jobs.logs.run_log.RunLog`) where records go;
    without one they only go to Flink's log.
    """
    place = Place(operator, runtime_context.get_index_of_this_subtask())
    place.enter()
    mask_failures()
    mask_others()
    log: RunLog | None = getattr(pipeline, "log", None)
    if log is not None:
        log.open()
    _log.info("opened, attempt %d", runtime_context.get_attempt_number())
    return place


def mask_failures() -> bool:
    """Mask the stack trace that a failed bundle is reported with: Flink logs it, shows it, hands it to clients.

    False where a release has moved what this touches; Flink's log masks by itself then, too.
    """
    from apache_beam.runners.worker import sdk_worker

    if not hasattr(getattr(sdk_worker, "traceback", None), "format_exc"):
        return False
    if not isinstance(sdk_worker.traceback, _MaskedTraceback):
        sdk_worker.traceback = _MaskedTraceback()
    return True


class _MaskedTraceback:
    """The module `traceback`, but for one function."""

    def __getattr__(self, name: str):
        return getattr(traceback, name)

    def format_exc(self, *args, **kwargs) -> str:
        return mask_numbers(traceback.format_exc(*args, **kwargs))
