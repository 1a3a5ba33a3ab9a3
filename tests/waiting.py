"""Wait for what a real part does in its own time."""

import subprocess
import time
from collections.abc import Callable

#: A part that hangs is found all the same; one on a machine with much else to do is not failed for it.
PATIENCE_S = 280.0


def wait_until(
    come: Callable[[], object],
    what: str | Callable[[], object],
    process: subprocess.Popen | None = None,
    every_s: float = 0.4,
) -> None:
    """Look until `come()` is true; fail, saying `what`, when the `process` ends or patience does."""
    deadline = time.monotonic() + PATIENCE_S
    while not come():
        assert process is None or process.poll() is None, process.communicate()
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come: {what() if callable(what) else what}")
        time.sleep(every_s)
