"""Processor time and memory of a command and everything it starts, by kind of process, while it runs."""

import subprocess
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

_EVERY_S, _MEMORY_EVERY_S = 0.25, 2.0
#: A word of the command line, and the kind of process it tells; the first that fits.
_KINDS = (("pyflink.fn_execution", "workers"), ("pyflink-udf", "workers"), ("connectors.embedded", "store"),
          ("java", "jvm"))


@dataclass
class Usage:
    """Looks at a tree of processes.

    Attributes
    ----------
    times : list of float
        Seconds since 1970.
    cpu_s : list of dict
        Processor seconds by kind at each of them; of processes that ended, what they had used.
    peak_bytes : int
        Largest memory of all together; what processes share is counted once.
    """

    times: list[float] = field(default_factory=list)
    cpu_s: list[dict[str, float]] = field(default_factory=list)
    peak_bytes: int = 0

    def cpu_between(self, begin: float, end: float) -> dict[str, float]:
        """Processor seconds by kind between two moments, to the nearest looks."""
        if not self.times:
            return {}
        at = [min(bisect_left(self.times, moment), len(self.times) - 1) for moment in (begin, end)]
        first, last = (self.cpu_s[k] for k in at)
        return {kind: spent - first.get(kind, 0.0) for kind, spent in last.items()}


def run_watched(command: Sequence[object], env: dict[str, str]) -> tuple[str, Usage]:
    """Run a command to its end; what it printed, and what it used.

    Raises
    ------
    subprocess.CalledProcessError
    """
    usage, over = Usage(), threading.Event()
    process = subprocess.Popen([*map(str, command)], env=env, stdout=subprocess.PIPE, text=True)
    looker = threading.Thread(target=_look, args=(process.pid, usage, over), daemon=True)
    looker.start()
    out, _ = process.communicate()
    over.set()
    looker.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, [*map(str, command)], out)
    return out, usage


def _look(pid: int, usage: Usage, over: threading.Event) -> None:
    spent: dict[int, tuple[str, float]] = {}
    memory_due = 0.0
    while not over.wait(_EVERY_S):
        try:
            root = psutil.Process(pid)
            processes = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        with_memory = time.monotonic() >= memory_due
        total = sum(_note(process, spent, with_memory) for process in processes)
        if with_memory:
            memory_due = time.monotonic() + _MEMORY_EVERY_S
            usage.peak_bytes = max(usage.peak_bytes, total)
        by_kind: dict[str, float] = defaultdict(float)
        for kind, seconds in spent.values():
            by_kind[kind] += seconds
        usage.times.append(time.time())
        usage.cpu_s.append(dict(by_kind))


def _note(process: psutil.Process, spent: dict[int, tuple[str, float]], with_memory: bool) -> int:
    try:
        kind = spent[process.pid][0] if process.pid in spent else _kind(process)
        times = process.cpu_times()
        spent[process.pid] = kind, times.user + times.system
        return process.memory_full_info().pss if with_memory else 0
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return 0


def _kind(process: psutil.Process) -> str:
    words = " ".join(process.cmdline())
    return next((kind for word, kind in _KINDS if word in words), "client")
