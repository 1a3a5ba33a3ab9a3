"""Runs that are stopped once they have made some progress."""

import threading

from toy import stored

from jobs.flink.run import JobOutcome, run_job


def run_until_checkpoint(toy, settings, checkpoints: int) -> JobOutcome:
    """Stop after that many completed checkpoints, and not before the first results."""
    stop = threading.Event()
    seen = set()

    def look(progress):
        seen.add(progress.checkpoint)
        if len(seen - {None}) >= checkpoints and stored(toy.database):
            stop.set()

    return run_job(toy.factory(), settings, on_progress=look, stop=stop)
