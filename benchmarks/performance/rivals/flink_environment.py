"""A local PyFlink as its documentation starts it, on the Java that the engine finds; checkpoints as the engine has."""

import os
import sys
from pathlib import Path

from jobs.flink.java import find_java

#: As in the scenarios of the engine's own job.
CHECKPOINT_MS = 10_000


def configuration(mode: str, folder: Path, parallelism: int = 2):
    """Options for ``process`` or ``thread`` mode; to be called before pyflink is imported anywhere."""
    os.environ["JAVA_HOME"] = str(find_java().executable.resolve().parent.parent)
    # Otherwise a local PyFlink runs all workers as threads of one process, under one lock.
    os.environ["_python_worker_execution_mode"] = "process"
    # Workers import this package.
    os.environ["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    from pyflink.common import Configuration

    options = Configuration()
    for name, value in {
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        "python.execution-mode": mode,
        "parallelism.default": str(parallelism),
        "execution.checkpointing.interval": f"{CHECKPOINT_MS} ms",
        "execution.checkpointing.dir": (folder / "checkpoints").resolve().as_uri(),
        "execution.checkpointing.checkpoints-after-tasks-finish": "false",
        "rest.bind-port": "0",
    }.items():
        options.set_string(name, value)
    return options
