"""Ends a Python worker whose JVM is gone.

A JVM that is killed outright cannot stop its workers, and they wait for it for ever: the shell that
started them (pyflink-udf-runner.sh) keeps them alive. An orphan holds memory and, in follow mode,
the lock on the plan log, so that the next run could not start.
"""

import os
import sys
import threading
import time

import psutil

#: Seconds between two looks; an orphan lives about this long.
PERIOD_S = 1.0

_watching = threading.Lock()


def exit_with_jvm() -> None:
    """Watch the JVM from a daemon thread; once per process, and only in a worker process."""
    if not any("beam_boot" in argument for argument in sys.orig_argv):
        return
    if _watching.acquire(blocking=False):
        threading.Thread(target=_watch, name="duanka-jvm-watch", daemon=True).start()


def _watch() -> None:
    shell = os.getppid()
    jvm = parent_of(shell)
    if jvm is None:
        return
    while os.getppid() == shell and parent_of(shell) == jvm:
        time.sleep(PERIOD_S)
    os._exit(1)


def parent_of(pid: int) -> int | None:
    """Parent process id, None when the process is gone or cannot be asked about."""
    try:
        return psutil.Process(pid).ppid()
    except psutil.Error:
        return None
